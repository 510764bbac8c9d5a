/** Which instruction makes a value, for passes that look through operands. */
import type { Instruction, IrFunction, Opcode, Value } from "../ir/ir.js";
import { resultOf } from "../ir/operands.js";

/** Of a function as it is: nothing is added. */
export type KnownDefinitions = Omit<Definitions, "add">;

export class Definitions {
  readonly #by: (Instruction | undefined)[] = [];

  /** Of all instructions of the function. */
  static of(fn: IrFunction): Definitions {
    const definitions = new Definitions();
    for (const block of fn.blocks) for (const instruction of block.instructions) definitions.add(instruction);
    return definitions;
  }

  add(instruction: Instruction): void {
    const result = resultOf(instruction);
    if (result !== undefined) this.#by[result] = instruction;
  }

  /** Undefined for parameters. */
  of(value: Value): Instruction | undefined {
    return this.#by[value];
  }

  /** The definition, if it has this opcode. */
  as<O extends Opcode>(value: Value, op: O): Extract<Instruction, { readonly op: O }> | undefined {
    const found = this.#by[value];
    return found?.op === op ? (found as Extract<Instruction, { readonly op: O }>) : undefined;
  }

  constantOf(value: Value): bigint | undefined {
    return this.as(value, "const")?.value;
  }
}
