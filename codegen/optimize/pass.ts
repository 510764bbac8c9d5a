/** What a pass is, and what it may know. */
import type { BpfMap } from "../object.js";
import type { IrFunction, MapIndex } from "../ir/ir.js";

/** What the optimiser asks of the maps that the IR names by index. */
export type MapShape = Pick<BpfMap, "keyBytes" | "valueBytes">;

export interface PassContext {
  readonly maps: readonly MapShape[];
  /** See `OptimizeOptions`. Without it tests are not blurred. */
  readonly opaqueZero?: (() => MapIndex) | undefined;
}

export interface Pass {
  /** For switching it off and for dumps. */
  readonly name: string;
  /** Gives back the very same function when there is nothing to do. */
  readonly run: (fn: IrFunction, cx: PassContext) => IrFunction;
  /** Passes that must come earlier in the table. */
  readonly after?: readonly string[];
  /** What it changes is worth another round of all passes. */
  readonly opensMore?: boolean;
  /** The back end relies on it: it cannot be switched off. */
  readonly isRequired?: boolean;
}
