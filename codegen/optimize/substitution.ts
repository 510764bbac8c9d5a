/** Values that stand for other values, and new values: the bookkeeping of a rewrite. */
import type { Block, Instruction, IrFunction, Value, ValueType } from "../ir/ir.js";
import { mapOperands, mapTerminatorOperands } from "../ir/operands.js";

/** A growing set of "this value is that one". */
export class Substitution {
  readonly #by = new Map<Value, Value>();

  get isEmpty(): boolean {
    return this.#by.size === 0;
  }

  /** From now on `value` is `by`. */
  replace(value: Value, by: Value): void {
    const last = this.resolve(by);
    if (last !== value) this.#by.set(value, last);
  }

  /** What stands for the value in the end. */
  readonly resolve = (value: Value): Value => {
    const first = this.#by.get(value);
    if (first === undefined) return value;
    let last = first;
    for (let next = this.#by.get(last); next !== undefined; next = this.#by.get(last)) last = next;
    if (last !== first) this.#by.set(value, last);
    return last;
  };

  /** The block with all of its operands resolved. */
  apply(block: Block, instructions: readonly Instruction[] = block.instructions): Block {
    if (this.isEmpty && instructions === block.instructions) return block;
    return {
      ...block,
      instructions: instructions.map((instruction) => mapOperands(instruction, this.resolve)),
      terminator: mapTerminatorOperands(block.terminator, this.resolve),
    };
  }
}

/** Types by value of a function that is being rewritten; copied when the first value is added. */
export class Values {
  #types: readonly ValueType[];
  #own: ValueType[] | undefined;

  constructor(fn: IrFunction) {
    this.#types = fn.types;
  }

  get types(): readonly ValueType[] {
    return this.#types;
  }

  typeOf(value: Value): ValueType {
    return this.#types[value] ?? "int";
  }

  add(type: ValueType): Value {
    if (this.#own === undefined) this.#types = this.#own = [...this.#types];
    this.#own.push(type);
    return (this.#own.length - 1) as Value;
  }
}
