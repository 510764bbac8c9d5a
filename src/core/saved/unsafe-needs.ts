/**
 * What a compiled script needs `--unsafe` for, by what it does: whoever has made the file may have said anything. (What it says
 * besides counts as well: probes in places that are refused without.)
 */
import { CALLEE } from "../../../codegen/kernel/bpf.js";
import { HELPERS } from "../../../codegen/kernel/helpers.js";
import { KFUNCS } from "../../../codegen/kernel/kfuncs.js";
import { CALL_OPCODE, LDIMM64 } from "../../../codegen/kernel/opcodes.js";
import type { BpfObject, BpfProgram } from "../../../codegen/object.js";

const INSTRUCTION_BYTES = 8;

const FUNCTIONS: ReadonlyMap<number, string> = new Map([
  [HELPERS.send_signal.id, "signal()"],
  [HELPERS.send_signal_thread.id, "signal_thread()"],
  [HELPERS.probe_write_user.id, "write_user()"],
  [HELPERS.override_return.id, "override()"],
]);

/**
 * @param kfunc - the number of a function of the running kernel, by its name
 * @returns names, as of functions of the language
 */
export function unsafeNeeds(
  { events, programs }: Pick<BpfObject, "events" | "programs">,
  kfunc: (name: string) => number | undefined,
): readonly string[] {
  const needs = new Set<string>();
  if (events.some(({ action }) => action === "system")) needs.add("system()");
  for (const program of programs) {
    for (const call of callsIn(program.code)) {
      const name = nameOf(call, program.relocations, kfunc);
      if (name !== undefined) needs.add(name);
    }
  }
  return [...needs];
}

/** Undefined: a call that is harmless. What is called is settled by a relocation, where there is one. */
function nameOf(
  { instruction, callee, number }: CallOf,
  relocations: BpfProgram["relocations"],
  kfunc: (name: string) => number | undefined,
): string | undefined {
  const named = relocations.filter((one) => one.instruction === instruction);
  if (named.length === 0 && callee !== CALLEE.kfunc)
    return callee === CALLEE.helper ? FUNCTIONS.get(number) : undefined;
  for (const one of named) {
    if (one.kind !== "kfunc") return UNNAMED;
    if (!KFUNCS.some((name) => name === one.name) || kfunc(one.name) !== one.btfId) return `${one.name}()`;
  }
  return named.length === 0 ? UNNAMED : undefined;
}

/** No script calls others than {@link KFUNCS}. */
const UNNAMED = "a function of the kernel without a name";

interface CallOf {
  readonly instruction: number;
  /** One of {@link CALLEE}. */
  readonly callee: number;
  readonly number: number;
}

function* callsIn(code: Uint8Array): Generator<CallOf> {
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
  for (let at = 0; at + INSTRUCTION_BYTES <= code.length; at += INSTRUCTION_BYTES) {
    const opcode = code[at];
    if (opcode === LDIMM64) at += INSTRUCTION_BYTES;
    else if (opcode === CALL_OPCODE) {
      const callee = (code[at + 1] ?? 0) >> 4;
      yield { instruction: at / INSTRUCTION_BYTES, callee, number: view.getInt32(at + 4, true) };
    }
  }
}
