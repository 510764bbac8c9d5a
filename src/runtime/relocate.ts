/** Writes what only the running kernel knows into a program's instructions. */
import { CALLEE, PSEUDO } from "../../codegen/kernel/bpf.js";
import type { BpfProgram, ProgramLoad, Relocation } from "../../codegen/object.js";

const INSTRUCTION_BYTES = 8;

export interface LoadedAs {
  /** By index into the object's maps. */
  readonly mapFds: readonly number[];
  /** Of the attach point, when the program is for one alone. */
  readonly point: number;
  /** Of maps that are meant where the code names others. */
  readonly mapsInstead?: ProgramLoad["mapsInstead"];
}

export function relocate(program: Pick<BpfProgram, "code" | "relocations">, as: LoadedAs): Uint8Array {
  const code = program.code.slice();
  const view = new DataView(code.buffer);
  for (const relocation of program.relocations) patch(view, relocation, as);
  return code;
}

/** An instruction: u8 opcode, dst_reg and src_reg in 4 bits each, s16 offset, s32 immediate. */
function patch(view: DataView, relocation: Relocation, { mapFds, point, mapsInstead = [] }: LoadedAs): void {
  const at = relocation.instruction * INSTRUCTION_BYTES;
  const source = (register: number): void => view.setUint8(at + 1, (view.getUint8(at + 1) & 0x0f) | (register << 4));
  switch (relocation.kind) {
    case "map":
      source(PSEUDO.map);
      view.setInt32(at + 4, fdOf(mapFds, meantBy(relocation.map, mapsInstead)), true);
      break;
    case "map-value":
      source(PSEUDO.mapValue);
      view.setInt32(at + 4, fdOf(mapFds, relocation.map), true);
      // The second half of the 64-bit immediate is the offset into the value.
      view.setInt32(at + INSTRUCTION_BYTES + 4, relocation.offset, true);
      break;
    case "point":
      view.setInt32(at + 4, point, true);
      break;
    case "kfunc":
      source(CALLEE.kfunc);
      view.setInt32(at + 4, relocation.btfId, true);
      break;
  }
}

const meantBy = (map: number, instead: ProgramLoad["mapsInstead"]): number =>
  instead.find((one) => one.map === map)?.instead ?? map;

function fdOf(mapFds: readonly number[], map: number): number {
  const fd = mapFds[map];
  if (fd === undefined) throw new RangeError(`a relocation names map ${map}, and there are ${mapFds.length}`);
  return fd;
}
