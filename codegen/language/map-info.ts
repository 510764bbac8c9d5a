/** What is known of a map of the script once all types are. */
import type { Span } from "../../grammar/index.js";
import type { SeriesHow } from "../object.js";
import type { Type } from "../types/type.js";

export interface MapInfo {
  /** With its `@`. */
  readonly name: string;
  /** Undefined: a scalar map. A key of several parts is a tuple. */
  readonly key: Type | undefined;
  readonly value: Type;
  /** Of `hist()`: extra bits. */
  readonly histBits: number;
  readonly lhist: { readonly min: bigint; readonly max: bigint; readonly step: bigint } | undefined;
  readonly tseries: SeriesBounds | undefined;
  readonly declared:
    { readonly kind: DeclaredMapKind | "progarray"; readonly entries: number; readonly span: Span } | undefined;
  readonly span: Span;
}

export type DeclaredMapKind = "hash" | "lruhash" | "percpuhash" | "percpulruhash";

/** Of `tseries()`. */
export interface SeriesBounds {
  readonly intervalNs: bigint;
  readonly intervals: bigint;
  readonly how: SeriesHow;
}
