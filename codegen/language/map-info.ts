/** What is known of a map of the script once all types are. */
import type { Span } from "../../grammar/index.js";
import type { Type } from "../types/type.js";
import type { Settings } from "./aggregation.js";

export interface MapInfo {
  /** With its `@`. */
  readonly name: string;
  /** Undefined: a scalar map. A key of several parts is a tuple. */
  readonly key: Type | undefined;
  readonly value: Type;
  /** What the calls that aggregate say in literals; undefined: nothing. */
  readonly settings: Settings | undefined;
  readonly declared:
    { readonly kind: DeclaredMapKind | "progarray"; readonly entries: number; readonly span: Span } | undefined;
  readonly span: Span;
}

export type DeclaredMapKind = "hash" | "lruhash" | "percpuhash" | "percpulruhash";
