import { expect } from "vitest";
import { native } from "../../../src/kernel/native.js";
import { Bpf } from "../../../src/runtime/bpf.js";
import { SystemError } from "../../../src/kernel/system-error.js";
import { VerifierError } from "../../../src/runtime/errors.js";
import { load, type LoadOptions } from "../../../src/runtime/loader.js";
import { kernelTest } from "../../support/index.js";
import { encode, map, object, program, RETURN_0, SPAN } from "../../src/runtime/objects.js";

const OPTIONS: LoadOptions = { ringBytes: 1 << 18, logBytes: 1 << 16, onLog: undefined };
const bpf = (): Bpf => new Bpf(native());

/** Adds 1 to a counter in global data, at offset 8. */
const COUNTING = program({
  code: encode(
    [0x18, 2, 0, 0, 0], // r2 = &data + 8
    [0, 0, 0, 0, 0],
    [0xb7, 1, 0, 0, 1],
    [0xdb, 2, 1, 0, 0], // *(u64 *)r2 += r1
    ...RETURN_0,
  ),
  relocations: [{ kind: "map-value", instruction: 0, map: 0, offset: 8 }],
});
const DATA = map({
  name: "data",
  type: "array",
  valueBytes: 16,
  maxEntries: 1,
  initial: Uint8Array.of(7, 0, 0, 0, 0, 0, 0, 0, 5),
});

function dataOf(kernel: Bpf, loaded: ReturnType<typeof load>): readonly bigint[] {
  const value = new BigUint64Array(2);
  kernel.lookup(loaded.maps[0]!, new Uint8Array(4), new Uint8Array(value.buffer));
  return [...value];
}

const programIn = (loaded: ReturnType<typeof load>) => loaded.programs[0]![0]!;

kernelTest("programs find their maps, and maps their first value", {}, () => {
  const kernel = bpf();
  const loaded = load(object({ maps: [DATA], programs: [COUNTING] }), kernel, OPTIONS);
  kernel.testRun(programIn(loaded));
  kernel.testRun(programIn(loaded));
  expect(dataOf(kernel, loaded)).toEqual([7n, 7n]);
  loaded.close();
});

kernelTest("a read-only map is frozen", {}, () => {
  const kernel = bpf();
  const loaded = load(object({ maps: [{ ...DATA, isReadOnly: true }] }), kernel, OPTIONS);
  expect(() => kernel.update(loaded.maps[0]!, new Uint8Array(4), new Uint8Array(16))).toThrow("EPERM");
  loaded.close();
});

kernelTest("the kernel's refusal comes with the place in the script", {}, () => {
  const refused = program({
    name: "tracepoint_sched_sched_switch_1",
    code: encode([0xb7, 0, 0, 0, 0], [0x79, 1, 0, 0, 0], ...RETURN_0),
    lines: [{ instruction: 1, span: SPAN }],
  });
  try {
    load(object({ programs: [refused] }), bpf(), OPTIONS);
  } catch (error) {
    expect(error).toBeInstanceOf(VerifierError);
    expect(error).toMatchObject({ program: refused.name, code: "EACCES", span: SPAN });
    expect((error as VerifierError).lastWords).toMatch(/R0 invalid mem access/);
    return;
  }
  throw new Error("the kernel accepted it");
});

kernelTest("a map that cannot be made is an error that says which", {}, () => {
  expect(() => load(object({ maps: [map({ name: "nokey", keyBytes: 0 })] }), bpf(), OPTIONS)).toThrow(
    /Failed to create the map nokey: Invalid argument/,
  );
  expect(() => load(object({ maps: [map({ keyBytes: 0 })] }), bpf(), OPTIONS)).toThrow(SystemError);
});

kernelTest("the verifier's log can be had of programs that are accepted", {}, () => {
  const logs: string[] = [];
  load(object({ programs: [program()] }), bpf(), {
    ...OPTIONS,
    onLog: (name, log) => logs.push(`${name} ${log}`),
  }).close();
  expect(logs).toHaveLength(1);
  expect(logs[0]).toMatch(/^begin_1 [^]*processed \d+ insns/);
});
