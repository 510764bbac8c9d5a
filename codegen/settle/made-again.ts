/** Values that are made where they are used: constants, and addresses that are computed from them. */
import type { BlockId, Instruction, Value, ValueType } from "../ir/ir.js";
import { mapOperands, mapTerminatorOperands, operandsOf } from "../ir/operands.js";
import { definedIn, type LoopView } from "./loop-region.js";
import type { Rewriting } from "./rewriting.js";

/** Makes values again in one place, each once. */
export class MadeAgain {
  readonly instructions: Instruction[] = [];
  readonly #view: LoopView;
  readonly #newValue: (type: ValueType) => Value;
  readonly #made = new Map<Value, Value>();

  constructor(view: LoopView, newValue: (type: ValueType) => Value) {
    this.#view = view;
    this.#newValue = newValue;
  }

  /** @param value - one of which the view says so */
  of(value: Value): Value {
    const known = this.#made.get(value);
    if (known !== undefined) return known;
    const instruction = this.#view.definitionOf(value)?.instruction;
    if (instruction === undefined || !("result" in instruction)) throw new RangeError(`v${value} cannot be made again`);
    for (const operand of operandsOf(instruction)) this.of(operand);
    const result = this.#newValue(this.#view.fn.types[value] ?? "int");
    this.instructions.push({ ...mapOperands(instruction, (operand) => this.of(operand)), result } as Instruction);
    this.#made.set(value, result);
    return result;
  }
}

/** Has blocks outside of a region make for themselves what they use of it. */
export function makeOutside(view: LoopView, region: ReadonlySet<BlockId>, rewriting: Rewriting): void {
  const wanted = new Map<BlockId, Set<Value>>();
  for (const id of region) {
    for (const value of definedIn(view.graph.block(id))) {
      if (!view.isMadeAgain(value)) continue;
      for (const user of view.usersOf(value)) {
        if (region.has(user)) continue;
        const values = wanted.get(user) ?? new Set();
        wanted.set(user, values.add(value));
      }
    }
  }
  for (const [id, values] of wanted) {
    const made = new MadeAgain(view, (type) => rewriting.newValue(type));
    const by = (value: Value): Value => (values.has(value) ? made.of(value) : value);
    const block = rewriting.block(id);
    const instructions = block.instructions.map((i) => mapOperands(i, by));
    const terminator = mapTerminatorOperands(block.terminator, by);
    rewriting.put({ ...block, instructions: [...made.instructions, ...instructions], terminator });
  }
}
