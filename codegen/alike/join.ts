/** One program in the place of several that are alike, and each of them again out of what has become of it. */
import type { Span } from "../../grammar/index.js";
import type { GeneratedProgram } from "../bpf/index.js";
import { cell } from "../column.js";
import type { Instruction, IrFunction, IrProgram, Terminator } from "../ir/ir.js";
import { constants } from "../ir/varying.js";
import { LDIMM64 } from "../kernel/opcodes.js";
import type { Differences } from "./differences.js";
import type { Group, Membership } from "./group.js";

export function joined(group: Group): IrProgram {
  const { first, open, members } = group;
  const numbersOf = (i: number): readonly Numbers[] => members.map(({ numbers }) => numbers[i]);
  return { functions: first.functions.map((fn, i) => (group.varies(i) ? join(fn, cell(open, i), numbersOf(i)) : fn)) };
}

/** Of a function; undefined when it is that of the first program. */
type Numbers = Differences["numbers"][number];

function join(fn: IrFunction, isOpen: Uint8Array, numbers: readonly Numbers[]): IrFunction {
  let next = 0;
  const joinedStep = (step: Instruction): Instruction => {
    if (step.op !== "const" || isOpen[step.result] === 0) return step;
    const at = next++;
    return constants(
      step.result,
      numbers.map((own) => own?.[at] ?? step.value),
      step.span,
    );
  };
  return {
    ...fn,
    blocks: fn.blocks.map((block) => ({ ...block, instructions: block.instructions.map(joinedStep) })),
  };
}

/** One of the programs that have been compiled as one. */
export class Member {
  readonly #program: IrProgram;
  readonly #group: Group;
  readonly #number: number;

  constructor(program: IrProgram, { group, number }: Membership) {
    this.#program = program;
    this.#group = group;
    this.#number = number;
  }

  ir({ functions }: IrProgram): IrProgram {
    return { functions: functions.map((fn) => this.#functionOf(fn)) };
  }

  #functionOf(fn: IrFunction): IrFunction {
    const at = this.#indexOf(fn.name);
    if (!this.#group.varies(at)) return fn;
    const placed = <T extends Instruction | Terminator>(step: T): T => {
      const span = this.#spanOf(step.span, at);
      return span === step.span ? step : { ...step, span };
    };
    const own = (step: Instruction): Instruction =>
      placed(step.op === "varying" ? constants(step.result, [cell(step.values, this.#number)], step.span) : step);
    let blocks: IrFunction["blocks"] | undefined;
    return {
      ...fn,
      name: this.#nameOf(at),
      // Hardly anybody looks at them.
      get blocks() {
        return (blocks ??= fn.blocks.map((block) => ({
          ...block,
          instructions: block.instructions.map(own),
          terminator: placed(block.terminator),
        })));
      },
    };
  }

  generated(shared: GeneratedProgram): GeneratedProgram {
    const placed = shared.functions.map(({ index, name, offset }) => ({ index, at: this.#indexOf(name), offset }));
    const functionAt = (instruction: number): number => placed.findLast(({ offset }) => offset <= instruction)?.at ?? 0;
    return {
      ...shared,
      code: filled(shared, this.#number),
      varying: [],
      functions: placed.map(({ index, at, offset }) => ({ index, name: this.#nameOf(at), offset })),
      lines: shared.lines.map(({ instruction, span }) => ({
        instruction,
        span: this.#spanOf(span, functionAt(instruction)) ?? span,
      })),
    };
  }

  /** Of a function of the first program, in all of them. */
  #indexOf(name: string): number {
    return this.#group.first.functions.findIndex((fn) => fn.name === name);
  }

  #nameOf(fn: number): string {
    return cell(this.#program.functions, fn).name;
  }

  #spanOf(span: Span | undefined, fn: number): Span | undefined {
    const { numbers, spans } = cell(this.#group.members, this.#number);
    return span === undefined || numbers[fn] === undefined ? span : (spans.get(span) ?? span);
  }
}

const INSTRUCTION_BYTES = 8;

function filled({ code, varying }: GeneratedProgram, number: number): Uint8Array {
  const own = code.slice();
  const view = new DataView(own.buffer);
  for (const { instruction, values } of varying) {
    const value = cell(values, number);
    const at = instruction * INSTRUCTION_BYTES;
    view.setInt32(at + 4, Number(BigInt.asIntN(32, value)), true);
    if (own[at] === LDIMM64) view.setInt32(at + INSTRUCTION_BYTES + 4, Number(BigInt.asIntN(32, value >> 32n)), true);
  }
  return own;
}
