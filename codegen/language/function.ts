/**
 * What a function of the language is: one definition object in one file. Checker, lowering, help,
 * completion and the reference page read it.
 */
import type { Call, DiagnosticBag, Expr } from "../../grammar/index.js";
import type { Config, UnstableFeature } from "../config.js";
import type { KernelFacts } from "../facts.js";
import type { AggregationDefinition } from "./aggregation.js";
import type { Lowering, Operand, Place } from "./lowering.js";
import type { ProbeContext } from "./provider.js";
import type { StructSource } from "../types/struct-source.js";
import type { Type } from "../types/type.js";
import type { Value } from "../ir/ir.js";
import { InternalError } from "../internal-error.js";

export interface Doc {
  readonly summary: string;
  /** A whole script that compiles; a test runs it. Undefined where no probe can use it. */
  readonly example: string | undefined;
}

/**
 * One parameter. Arity, kinds and families are checked from here, with the texts of stdlib.md 1.2.
 *
 * - `value`: any expression; `accepts` is checked on its type
 * - `literal`: an integer, string or boolean literal after folding
 * - `map`: a map without key, by reference
 * - `name`: a bare word (`nsecs(boot)`)
 */
export interface Param {
  readonly name: string;
  readonly kind: "value" | "literal" | "map" | "name";
  /** Families of types; undefined: everything, the function's `check` decides. */
  readonly accepts?: readonly TypeFamily[];
  readonly isOptional?: boolean;
  /** A `value` may also be a map by reference: `print(@m)`. */
  readonly acceptsMap?: boolean;
  /** Of the map that is the first argument. */
  readonly isKey?: boolean;
  /** A `map` may also be a value, which the function's `check` judges: `len(kstack)`. */
  readonly acceptsValue?: boolean;
  /** Alone, a `map` may also be written with its key: the legacy `delete(@m[k])`. */
  readonly acceptsEntry?: boolean;
  /** The last one may stand for any number of arguments. */
  readonly isRest?: boolean;
}

/** The words that messages use for types (`integer` stands in "hist() only supports integer arguments"). */
export type TypeFamily = "int" | "string" | "pointer" | "bool" | "array" | "buffer" | "struct" | "stack";

/** What a definition may ask while types are inferred. Inference runs to a fixpoint: answers may still widen. */
export interface CallTyping {
  readonly call: Call;
  /** As written; `none` while not yet known. */
  typeOf(arg: Expr): Type;
  /** The value of a literal argument. */
  literal(index: number): bigint | string | boolean | undefined;
  readonly context: ProbeContext;
  readonly config: Config;
  readonly facts: KernelFacts;
  readonly structs: StructSource;
}

/** What a compile-time function may ask. */
export interface ConstantTyping extends CallTyping {
  /** Whether the first argument is a map with keys; undefined when the program does not say. */
  readonly isKeyed: boolean | undefined;
}

export interface MapTypes {
  readonly key: Type | undefined;
  readonly value: Type;
  /** It is an array of programs. */
  readonly holdsPrograms: boolean;
}

export interface CallCheck extends CallTyping {
  readonly bag: DiagnosticBag;
  /** Of the map that a `map` parameter names, or that an aggregation is assigned to. */
  mapTypes(name: string): MapTypes | undefined;
}

export interface Common {
  readonly name: string;
  readonly doc: Doc;
  readonly params: readonly Param[];
  /** The 0..n rule of stdlib.md 1.2 if optional parameters do not say it all (`printf`: 1..128). */
  readonly maxArgs?: number;
  /** Runs once, when all types are final; reports what `params` cannot say. */
  readonly check?: (call: CallCheck) => void;
  /** Where it may be called; runs before there are types, and before `isUnsafe` is looked at. */
  readonly checkPlace?: (call: Call, context: ProbeContext, bag: DiagnosticBag) => void;
  /** Needs `--unsafe`. */
  readonly isUnsafe?: boolean;
  /** The reference has words of its own for some. */
  readonly words?: { readonly unsafe?: "function-unsafe"; readonly notMap?: "argument-map-first" };
  /**
   * In the reference a macro of its library, and no function of the compiler (stdlib.md 1.1): wrong arguments are those of
   * a macro.
   */
  readonly isMacro?: true;
  /** A setting has to allow it (language.md 16.1). */
  readonly unstable?: UnstableFeature;
  /** The first argument is not limited by `max_strlen` (stdlib.md 1.2). */
  readonly takesLongText?: true;
  /** It changes what other parts of its expression may read. */
  readonly hasEffects?: true;
  /** What it does to a map that is its first argument. */
  readonly mapUse?: "prints" | "zeroes" | "clears" | "deletes";
  /** What is said of a map that nothing is put into, and at what; otherwise `map-undefined`, at the argument. */
  readonly unknownMap?: { readonly code: "map-unknown"; readonly at: "call" | "argument" };
}

export interface FunctionDefinition extends Common {
  readonly kind: "function";
  readonly result: Type | ((call: CallTyping) => Type);
  /** Ends the probe (`exit`). */
  readonly isDiverging?: boolean;
  /** Whether a call sends an event that may find no room: probes that do have some room each of its own. */
  readonly sends?: (call: Call) => boolean;
  /** In a pinned iterator it writes to the file, and asks nothing of a tracer. */
  readonly isWrittenToFiles?: true;
  /** Goes on to a program of the array in its first argument, by number (`tail_call`). */
  readonly entersPrograms?: true;
  /**
   * The value of a compile-time function, which takes the place of the call once the arguments have their types;
   * undefined: it has none.
   */
  readonly constant?: (call: ConstantTyping) => bigint | string | boolean | undefined;
  readonly lower: (cx: Lowering, call: Call) => Operand | undefined;
  /** Writes the value where it is going, when that is memory of at least its size. */
  readonly lowerInto?: (cx: Lowering, call: Call, place: Place) => void;
  /**
   * Of strings: writes it to memory with room for one byte more than its type has, for the NUL. What follows the NUL
   * keeps what it held. @returns the bytes written with the NUL; 0 on failure
   */
  readonly lowerText?: (cx: Lowering, call: Call, place: Place) => Value;
}

export type AnyFunction = FunctionDefinition | AggregationDefinition;

export const defineFunction = (definition: Omit<FunctionDefinition, "kind">): FunctionDefinition => ({
  kind: "function",
  ...definition,
});

/** Of a call whose arity was checked. */
export function firstArgument(call: Call): Expr {
  const argument = call.args[0];
  if (argument === undefined) throw new Error(`${call.name}() has no argument`);
  return argument;
}

/** Of compile-time functions: a literal took the place of the call, or compilation has ended. */
export const lowerConstant: FunctionDefinition["lower"] = (_cx, call) => {
  throw new InternalError("lower", `${call.name}() is left over from compile time`, call.span);
};

/** The name of a map that stands as first argument, with its `@`. */
export function mapArgument(call: Call): string {
  const argument = firstArgument(call);
  if (argument.kind !== "map") throw new Error(`the first argument of ${call.name}() is not a map`);
  return argument.name;
}
