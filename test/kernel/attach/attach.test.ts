import { readFileSync, statSync } from "node:fs";
import { expect } from "vitest";
import type { ProviderName } from "../../../codegen/providers/index.js";
import type { BpfProgram } from "../../../codegen/object.js";
import { attacherOf, type Link } from "../../../src/attach/index.js";
import { LiveFacts } from "../../../src/kernel/live.js";
import { native } from "../../../src/kernel/native.js";
import { Bpf } from "../../../src/runtime/bpf.js";
import { load, type LoadedObject } from "../../../src/runtime/loader.js";
import { kernelTest, waitFor } from "../../support/index.js";
import { encode, map, object, program } from "../../src/runtime/objects.js";

/** Counts its firings, for this process only, in an array of one u64. */
const counting = (parts: Partial<BpfProgram>): BpfProgram =>
  program({
    ...parts,
    code: encode(
      [0x85, 0, 0, 0, 14], // r0 = get_current_pid_tgid()
      [0x77, 0, 0, 0, 32],
      [0x55, 0, 0, parts.type === "perf-event" ? 0 : 4, process.pid],
      [0x18, 2, 0, 0, 0], // r2 = &hits
      [0, 0, 0, 0, 0],
      [0xb7, 1, 0, 0, 1],
      [0xdb, 2, 1, 0, 0],
      [0xb7, 0, 0, 0, 0],
      [0x95, 0, 0, 0, 0],
    ),
    relocations: [{ kind: "map-value", instruction: 3, map: 0, offset: 0 }],
  });

const HITS = map({ name: "hits", type: "array", maxEntries: 1 });

interface Probe {
  readonly bpf: Bpf;
  readonly loaded: LoadedObject;
  readonly link: Link;
  hits(): number;
  close(): void;
}

function attach(provider: ProviderName, points: readonly unknown[], parts: Partial<BpfProgram>): Probe {
  const bpf = new Bpf(native());
  const facts = new LiveFacts();
  const options = { ringBytes: 0, logBytes: 1 << 16, silenced: new Set<number>(), onLog: undefined };
  const loaded = load(object({ maps: [HITS], programs: [counting(parts)] }), bpf, options);
  const attacher = attacherOf(provider);
  if (attacher.kind === "run") throw new Error(`${provider} is not attached`);
  const group = { points, program: loaded.programs[0]!, expectedAttach: parts.expectedAttach ?? "none" };
  const link = attacher.attach(group, { bpf, facts, onlineCpus: () => facts.onlineCpus(), pid: undefined });
  return {
    bpf,
    loaded,
    link,
    hits() {
      const value = new BigUint64Array(1);
      bpf.lookup(loaded.maps[0]!, new Uint8Array(4), new Uint8Array(value.buffer));
      return Number(value[0]);
    },
    close() {
      for (const fd of link.fds) fd.close();
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
  for (const fd of probe.link.fds) fd.close();
  // Another processor may have been in the middle of it.
  await waitFor("it fires no more", () => {
    const hits = probe.hits();
    for (let i = 0; i < 5; i++) trigger();
    return probe.hits() === hits;
  });
  probe.close();
}

const readSomething = (): void => void readFileSync("/proc/self/stat");

kernelTest("a tracepoint", {}, () =>
  expectFiring(
    attach("tracepoint", [{ category: "syscalls", event: "sys_enter_read" }], { type: "tracepoint" }),
    readSomething,
  ),
);

kernelTest("several tracepoints share a program", {}, () => {
  const points = ["sys_enter_read", "sys_exit_read"].map((event) => ({ category: "syscalls", event }));
  const probe = attach("tracepoint", points, { type: "tracepoint" });
  expect(probe.link.probes).toBe(2);
  return expectFiring(probe, readSomething);
});

kernelTest("a tracepoint that is not there is named", {}, () => {
  const points = [{ category: "syscalls", event: "sys_enter_nothing" }];
  expect(() => attach("tracepoint", points, { type: "tracepoint" })).toThrow(
    "Tracepoint not found: syscalls:sys_enter_nothing",
  );
});

kernelTest("a plain raw tracepoint", {}, () =>
  expectFiring(
    attach("rawtracepoint", [{ module: "vmlinux", event: "sys_enter" }], { type: "raw-tracepoint" }),
    readSomething,
  ),
);

kernelTest("a typed raw tracepoint", {}, () => {
  const btfId = new LiveFacts().btf?.find("typedef", "btf_trace_sys_enter");
  const parts = {
    type: "tracing",
    expectedAttach: "raw-tp",
    attachTo: { kind: "raw-tp", module: "vmlinux", btfId: btfId ?? 0 },
  } as const;
  return expectFiring(attach("rawtracepoint", [{ module: "vmlinux", event: "sys_enter" }], parts), readSomething);
});

for (const [provider, unit, count] of [
  ["interval", "ms", 1n],
  ["interval", "hz", 500n],
  ["profile", "us", 900n],
] as const) {
  kernelTest(`${provider}:${unit}:${count}`, {}, async () => {
    const probe = attach(provider, [{ unit, count }], { type: "perf-event" });
    expect(probe.link.fds).toHaveLength(provider === "profile" ? new LiveFacts().onlineCpus().length : 1);
    await waitFor("it fires a few times", () => probe.hits() > 3);
    probe.close();
  });
}

const NODE = process.execPath;
/** Called for each `fs.statSync`. */
const STAT = "uv_fs_stat";

for (const expectedAttach of ["none", "uprobe-multi"] as const) {
  for (const provider of ["uprobe", "uretprobe"] as const) {
    const needs = expectedAttach === "none" ? [] : (["uprobe-multi"] as const);
    kernelTest(`${provider}, attached as ${expectedAttach}`, { needs }, () => {
      const target = { kind: "symbol", symbol: STAT, offset: 0n };
      const point = { path: NODE, target, isReturn: provider === "uretprobe", pid: undefined };
      return expectFiring(attach(provider, [point], { type: "kprobe", expectedAttach }), () => void statSync("/"));
    });
  }
}

kernelTest("a function that is not in the file is named", {}, () => {
  const target = { kind: "symbol", symbol: "no_such_function", offset: 0n };
  const point = { path: NODE, target, isReturn: false, pid: undefined };
  expect(() => attach("uprobe", [point], { type: "kprobe" })).toThrow(
    `Could not resolve symbol: ${NODE}:no_such_function`,
  );
});

kernelTest("an offset behind the end of the function is refused", {}, () => {
  const target = { kind: "symbol", symbol: STAT, offset: 1_000_000n };
  const point = { path: NODE, target, isReturn: false, pid: undefined };
  expect(() => attach("uprobe", [point], { type: "kprobe" })).toThrow(/^Offset outside the function bounds/);
});

for (const provider of ["kprobe", "kretprobe"] as const) {
  for (const expectedAttach of ["none", "kprobe-multi"] as const) {
    const needs = expectedAttach === "none" ? (["kprobe"] as const) : (["kprobe-multi"] as const);
    kernelTest(`${provider}, attached as ${expectedAttach}`, { needs }, () => {
      const target = { kind: "symbol", symbol: "vfs_read", offset: 0n };
      const point = { module: undefined, target, isReturn: provider === "kretprobe" };
      return expectFiring(attach(provider, [point], { type: "kprobe", expectedAttach }), readSomething);
    });
  }
}
