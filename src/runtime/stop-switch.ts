/**
 * A way to silence programs that are slow to detach: closing a perf tracepoint takes the kernel some
 * 80 ms, so its program first looks at a flag in global data and returns when the run is over. `end`
 * probes and the last dump of the maps then see a quiet world, and nobody waits for the closing.
 *
 * Inserted in front of a program, which keeps its context in r1:
 *
 *     r0 = &stopped ll
 *     r0 = *(u32 *)(r0 + 0)
 *     if r0 == 0 goto +2
 *     r0 = RESULT
 *     exit
 */
import type { BpfProgram, ProgramType } from "../../codegen/object.js";

const INSTRUCTION_BYTES = 8;
const PROLOGUE_INSTRUCTIONS = 6;

const LD_IMM64 = 0x18;
const LOAD_U32 = 0x61;
const JUMP_IF_EQUAL = 0x15;
const MOVE = 0xb7;
const EXIT = 0x95;

/** Other users of a tracepoint see the event only when programs return 1. */
const RESULT: Partial<Record<ProgramType, number>> = { tracepoint: 1 };

/** @param map - index of the flag's map: an array with one value, whose first u32 is set when the run is over */
export function withStopSwitch(program: BpfProgram, map: number): BpfProgram {
  const code = new Uint8Array(PROLOGUE_INSTRUCTIONS * INSTRUCTION_BYTES + program.code.length);
  code.set(prologue(RESULT[program.type] ?? 0));
  code.set(program.code, PROLOGUE_INSTRUCTIONS * INSTRUCTION_BYTES);
  const shift = <T extends { readonly instruction: number }>(record: T): T => ({
    ...record,
    instruction: record.instruction + PROLOGUE_INSTRUCTIONS,
  });
  return {
    ...program,
    code,
    relocations: [{ kind: "map-value", instruction: 0, map, offset: 0 }, ...program.relocations.map(shift)],
    lines: program.lines.map(shift),
    funcInfo: shiftOffsets(program.funcInfo, FUNC_INFO_BYTES),
    lineInfo: shiftOffsets(program.lineInfo, LINE_INFO_BYTES),
  };
}

function prologue(result: number): Uint8Array {
  const rows: readonly (readonly [opcode: number, registers: number, offset: number, immediate: number])[] = [
    [LD_IMM64, 0, 0, 0],
    [0, 0, 0, 0],
    [LOAD_U32, 0, 0, 0],
    [JUMP_IF_EQUAL, 0, 2, 0],
    [MOVE, 0, 0, result],
    [EXIT, 0, 0, 0],
  ];
  const code = new Uint8Array(rows.length * INSTRUCTION_BYTES);
  const view = new DataView(code.buffer);
  rows.forEach(([opcode, registers, offset, immediate], i) => {
    const at = i * INSTRUCTION_BYTES;
    view.setUint8(at, opcode);
    view.setUint8(at + 1, registers);
    view.setInt16(at + 2, offset, true);
    view.setInt32(at + 4, immediate, true);
  });
  return code;
}

const FUNC_INFO_BYTES = 8;
const LINE_INFO_BYTES = 16;

/** Records begin with their instruction. The first one stays at 0, where the function begins. */
function shiftOffsets(records: Uint8Array, recordBytes: number): Uint8Array {
  const shifted = records.slice();
  const view = new DataView(shifted.buffer);
  for (let at = 0; at < shifted.length; at += recordBytes) {
    const instruction = view.getUint32(at, true);
    if (instruction > 0) view.setUint32(at, instruction + PROLOGUE_INSTRUCTIONS, true);
  }
  return shifted;
}
