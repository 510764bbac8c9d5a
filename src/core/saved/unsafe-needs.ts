/**
 * What a compiled script needs `--unsafe` for, by what it does: whoever has made the file may have said anything. (What it says
 * besides counts as well: probes in places that are refused without.)
 */
import { HELPERS } from "../../../codegen/kernel/helpers.js";
import type { BpfObject } from "../../../codegen/object.js";

const INSTRUCTION_BYTES = 8;

/** BPF_JMP | BPF_CALL; BPF_LD | BPF_DW | BPF_IMM, of two instructions. */
const CALL = 0x85;
const LOAD_LONG = 0x18;

/** Helpers have no register in the upper half. */
const FUNCTIONS: ReadonlyMap<number, string> = new Map([
  [HELPERS.send_signal.id, "signal()"],
  [HELPERS.send_signal_thread.id, "signal_thread()"],
  [HELPERS.probe_write_user.id, "write_user()"],
  [HELPERS.override_return.id, "override()"],
]);

export function unsafeNeeds({ events, programs }: Pick<BpfObject, "events" | "programs">): readonly string[] {
  const needs = new Set<string>();
  if (events.some(({ action }) => action === "system")) needs.add("system()");
  for (const { code } of programs) {
    for (const id of helpersIn(code)) {
      const name = FUNCTIONS.get(id);
      if (name !== undefined) needs.add(name);
    }
  }
  return [...needs];
}

function* helpersIn(code: Uint8Array): Generator<number> {
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
  for (let at = 0; at + INSTRUCTION_BYTES <= code.length; at += INSTRUCTION_BYTES) {
    const opcode = code[at];
    if (opcode === LOAD_LONG) at += INSTRUCTION_BYTES;
    else if (opcode === CALL && (code[at + 1] ?? 0) >> 4 === 0) yield view.getInt32(at + 4, true);
  }
}
