/** What a builtin variable (`pid`, `comm`, `args` …) is: one definition object in one file. */
import type { DiagnosticBag, Expr, Span } from "../../grammar/index.js";
import type { Config } from "../config.js";
import type { KernelFacts } from "../facts.js";
import type { Doc } from "./function.js";
import type { Lowering, Operand, Place } from "./lowering.js";
import type { ProbeContext } from "./provider.js";
import type { StructSource } from "../types/struct-source.js";
import type { Type } from "../types/type.js";

export interface BuiltinTyping {
  /** As written: `arg3`. */
  readonly name: string;
  readonly span: Span;
  readonly context: ProbeContext;
  readonly config: Config;
  readonly facts: KernelFacts;
  readonly structs: StructSource;
}

export type Constant = string | bigint | boolean;

export interface BuiltinDefinition {
  readonly kind: "builtin";
  /** `argN` stands for all of arg0, arg1 … */
  readonly name: string;
  readonly doc: Doc;
  readonly type: Type | ((typing: BuiltinTyping) => Type);
  /** Where it is allowed (language.md 20.2). Reports, and returns whether it may be used. */
  readonly check?: (typing: BuiltinTyping, bag: DiagnosticBag) => boolean;
  /** Known at compile time (`probetype`): a literal, or a record of them, takes its place. */
  readonly constant?: (typing: BuiltinTyping) => Constant | Readonly<Record<string, Constant>> | undefined;
  /** Its value is the probe's context, or made from it (language.md 13.4 rule 6). */
  readonly usesContext?: boolean;
  /** What messages call it, if not by its name. */
  readonly longName?: string;
  /** See {@link import("./function.js").FunctionDefinition}. */
  readonly hasEffects?: true;
  /** Its code is the same wherever it stands: it needs nothing of the probe, not even the context. */
  readonly isPlaceless?: boolean;
  readonly lower: (cx: Lowering, node: Expr) => Operand;
  /** Writes the value where it is going, when that is memory of at least its size. */
  readonly lowerInto?: (cx: Lowering, place: Place, node: Expr) => void;
}

export const defineBuiltin = (definition: Omit<BuiltinDefinition, "kind">): BuiltinDefinition => ({
  kind: "builtin",
  ...definition,
});
