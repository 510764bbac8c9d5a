import type { Instruction, MapIndex, Value } from "../ir/ir.js";
import type { Values } from "./substitution.js";

/** A 0 of which the verifier knows nothing. */
export class OpaqueZero {
  readonly value: Value;
  readonly #values: Values;

  constructor(values: Values) {
    this.#values = values;
    this.value = values.add("int");
  }

  /** @param map - see `OptimizeOptions` */
  instructions(map: MapIndex): readonly Instruction[] {
    const pointer = this.#values.add("map-value");
    const span = undefined;
    return [
      { op: "map-value", result: pointer, map, offset: 0, span },
      { op: "load", result: this.value, pointer, offset: 0, bytes: 8, isSigned: false, isVolatile: true, span },
    ];
  }
}
