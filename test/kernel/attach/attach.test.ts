import { readFileSync, statSync } from "node:fs";
import { expect } from "vitest";
import { compile } from "../../../codegen/compile.js";
import type { Feature } from "../../../codegen/facts.js";
import { FULL_LANGUAGE } from "../../../codegen/full-language.js";
import type { BpfObject, BpfProgram } from "../../../codegen/object.js";
import { DynamicPmus } from "../../../src/attach/index.js";
import { LiveFacts } from "../../../src/kernel/live.js";
import { native } from "../../../src/kernel/native.js";
import { attachAll } from "../../../src/runtime/attachments.js";
import { Bpf } from "../../../src/runtime/bpf.js";
import { load } from "../../../src/runtime/loader.js";
import { kernelTest, waitFor } from "../../support/index.js";
import { encode, map } from "../../src/runtime/objects.js";

/** Counts its firings, for this process only, in an array of one u64. */
const counting = (program: BpfProgram): BpfProgram => ({
  ...program,
  code: encode(
    [0x85, 0, 0, 0, 14], // r0 = get_current_pid_tgid()
    [0x77, 0, 0, 0, 32],
    [0x55, 0, 0, program.type === "perf-event" ? 0 : 4, process.pid],
    [0x18, 2, 0, 0, 0], // r2 = &hits
    [0, 0, 0, 0, 0],
    [0xb7, 1, 0, 0, 1],
    [0xdb, 2, 1, 0, 0],
    [0xb7, 0, 0, 0, 0],
    [0x95, 0, 0, 0, 0],
  ),
  relocations: [{ kind: "map-value", instruction: 3, map: 0, offset: 0 }],
  funcInfo: new Uint8Array(),
  lineInfo: new Uint8Array(),
});

const HITS = map({ name: "hits", type: "array", maxEntries: 1 });

interface Probe {
  readonly ways: readonly string[];
  readonly count: number;
  hits(): number;
  detach(): number;
  close(): void;
}

const compiled = (text: string, without: readonly Feature[] = []): BpfObject => {
  const { object } = compile({ name: "stdin", text: `${text} { }` }, new LiveFacts({ without }), FULL_LANGUAGE);
  if (object === undefined) throw new Error(`there is no ${text}`);
  return object;
};

function attach(text: string, without: readonly Feature[] = []): Probe {
  const bpf = new Bpf(native());
  const facts = new LiveFacts();
  const object = compiled(text, without);
  const options = { ringBytes: 0, logBytes: 1 << 16, onLog: undefined };
  const loaded = load(
    { ...object, maps: [HITS], programs: object.programs.map(counting), btf: new Uint8Array() },
    bpf,
    options,
  );
  const attached = attachAll(
    loaded,
    {
      bpf,
      onlineCpus: () => facts.onlineCpus(),
      pmus: new DynamicPmus(),
      pid: undefined,
      warn: (message) => expect.unreachable(message),
    },
    {
      process: undefined,
      onAttaching: () => undefined,
      onFailure: ({ reason }) => {
        throw new Error(reason);
      },
    },
  );
  if (attached === undefined) throw new Error(`${text} cannot be attached`);
  return {
    ways: object.programs.flatMap(({ loads }) => loads.map(({ way }) => way)),
    count: attached.count,
    hits() {
      const value = new BigUint64Array(1);
      bpf.lookup(loaded.maps[0]!, new Uint8Array(4), new Uint8Array(value.buffer));
      return Number(value[0]);
    },
    detach() {
      attached.detachQuick();
      const slow = attached.takeSlow();
      for (const fd of slow) fd.close();
      return slow.length;
    },
    close() {
      this.detach();
      loaded.close();
    },
  };
}

/** It fires while it is attached, and not after. */
async function expectFiring(probe: Probe, trigger: () => void): Promise<void> {
  await waitFor("it fires", () => {
    trigger();
    return probe.hits() > 0;
  });
  probe.detach();
  // Another processor may have been in the middle of it.
  await waitFor("it fires no more", () => {
    const hits = probe.hits();
    for (let i = 0; i < 5; i++) trigger();
    return probe.hits() === hits;
  });
  probe.close();
}

const readSomething = (): void => void readFileSync("/proc/self/stat");

kernelTest("a tracepoint", {}, () => expectFiring(attach("tracepoint:syscalls:sys_enter_read"), readSomething));

kernelTest("several tracepoints share a program", {}, () => {
  const probe = attach("tracepoint:syscalls:sys_enter_read,tracepoint:syscalls:sys_exit_read");
  expect(probe.count).toBe(2);
  expect(probe.ways).toEqual(["perf events"]);
  return expectFiring(probe, readSomething);
});

kernelTest("a typed raw tracepoint", {}, () => expectFiring(attach("rawtracepoint:sys_enter"), readSomething));

kernelTest("one piece of code is loaded for each raw tracepoint", {}, () => {
  const probe = attach("rawtracepoint:sys_enter,rawtracepoint:sys_exit");
  expect(probe.ways).toEqual(["BTF tracepoint", "BTF tracepoint"]);
  return expectFiring(probe, readSomething);
});

for (const [provider, unit, count] of [
  ["interval", "ms", 1n],
  ["interval", "hz", 500n],
  ["profile", "us", 900n],
] as const) {
  kernelTest(`${provider}:${unit}:${count}`, {}, async () => {
    const probe = attach(`${provider}:${unit}:${count}`);
    await waitFor("it fires a few times", () => probe.hits() > 3);
    probe.close();
  });
}

/** Called for each `fs.statSync`. */
const STAT = `${process.execPath}:uv_fs_stat`;

for (const [way, without, needs] of [
  ["perf events", ["uprobe-multi"], []],
  ["uprobe.multi", [], ["uprobe-multi"]],
] as const) {
  for (const provider of ["uprobe", "uretprobe"] as const) {
    kernelTest(`${provider}, by ${way}`, { needs }, () => {
      const probe = attach(`${provider}:${STAT}`, without);
      expect(probe.ways).toEqual([way]);
      return expectFiring(probe, () => void statSync("/"));
    });
  }
}

for (const [way, without, needs] of [
  ["perf events", ["kprobe-multi"], ["kprobe"]],
  ["kprobe.multi", [], ["kprobe-multi"]],
] as const) {
  for (const provider of ["kprobe", "kretprobe"] as const) {
    kernelTest(`${provider}, by ${way}`, { needs }, () => {
      const probe = attach(`${provider}:vfs_rea*`, without);
      expect(probe.ways).toEqual([way]);
      return expectFiring(probe, readSomething);
    });
  }
}
