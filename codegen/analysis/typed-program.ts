/**
 * What analysis hands to lowering: the program with every question about names and types answered.
 * The tree is untouched; answers are in side tables keyed by node.
 */
import type { Block, Expr, Probe, Prog, Variable } from "../../grammar/index.js";
import type { Span } from "../../grammar/index.js";
import type { Language } from "../language/language.js";
import type { MapInfo } from "../language/map-info.js";
import type { Candidate, HubSlot, ProbeContext } from "../language/provider.js";
import type { StructSource } from "../types/struct-source.js";
import type { Type } from "../types/type.js";
import type { Config } from "../config.js";
import type { AttachPlan } from "./attach-points/attach-plan.js";
import type { ScriptOption } from "./expansion/script-options.js";

export interface TypedProgram {
  readonly language: Language;
  /** In declaration order, each with a body of its own nodes. */
  readonly probes: readonly TypedProbe[];
  /** In the order of first appearance. */
  readonly maps: readonly MapInfo[];
  /** What the script reads of its command line, in the order of first use. */
  readonly options: readonly ScriptOption[];
  readonly config: Config;
  readonly structs: StructSource;
  /** The type of an expression by itself, before it is converted to what takes it. */
  typeOf(expr: Expr): Type;
  /** For dumps; undefined: it has none of its own. */
  typeIfAny(expr: Expr): Type | undefined;
  variableOf(variable: Variable): VariableInfo;
  mapNamed(name: string): MapInfo;
}

/** One body for the attach points whose context is the same. */
export interface TypedProbe {
  readonly probe: Probe;
  readonly predicate: Probe["predicate"];
  readonly body: Block;
  readonly context: ProbeContext;
  readonly points: readonly NumberedPoint[];
  readonly plan: AttachPlan;
  /** It shares its program with the body that has the same number; the program is that of the entry. */
  readonly session?: { readonly number: number; readonly isReturn: boolean };
  /** Not attached: other bodies go on to it, by tail calls. `points` are those of all that come to it, and so is `plan`. */
  readonly called?: Prog;
  /** Bodies with the same number come to the same ones by tail calls. Their points are numbered together. */
  readonly family?: number;
}

/** An attach point after expansion: what will be attached. */
export interface ExpandedPoint extends Candidate<unknown> {
  /** Its long name. */
  readonly provider: string;
  /** The attach point as written, if it is one of those that a wildcard has found. */
  readonly pattern: string | undefined;
  readonly span: Span;
  /** How it is reached when it is not attached itself. */
  readonly entry: HubSlot | undefined;
}

/** … and has its number: that of the first of its sites among those of all points that share its program. */
export interface NumberedPoint extends ExpandedPoint {
  readonly firstSite: number;
}

/** A scratch variable: one declaration in one body. */
export interface VariableInfo {
  /** Dense, from 0. */
  readonly id: number;
  readonly name: string;
  /** The promotion of all that is assigned to it. */
  readonly type: Type;
  readonly span: Span;
}
