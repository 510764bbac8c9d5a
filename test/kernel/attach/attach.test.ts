import { readFileSync, statSync } from "node:fs";
import { expect } from "vitest";
import { compile } from "../../../codegen/compile.js";
import { FULL_LANGUAGE } from "../../../codegen/full-language.js";
import type { Attachment, BpfProgram } from "../../../codegen/object.js";
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

/** What exists of an attach point, as the compiler has it. */
function pointsOf(text: string): readonly Attachment[] {
  const { typed } = compile({ name: "stdin", text: `${text} { }` }, new LiveFacts(), FULL_LANGUAGE);
  const points = typed?.probes.flatMap((probe) => probe.points) ?? [];
  return points.map(
    ({ provider, point, name, attachTo, trouble }) =>
      ({ provider, point, name, attachTo, trouble, program: 0 }) as Attachment,
  );
}

function attach(text: string, parts: Partial<BpfProgram>): Probe {
  const bpf = new Bpf(native());
  const facts = new LiveFacts();
  const options = { ringBytes: 0, logBytes: 1 << 16, silenced: new Set<number>(), onLog: undefined };
  const attachments = pointsOf(text);
  const [first] = attachments;
  if (first === undefined) throw new Error(`there is no ${text}`);
  const loaded = load(object({ maps: [HITS], programs: [counting(parts)], attachments }), bpf, options);
  const group = {
    firstSites: attachments.map(({ firstSite }) => firstSite),
    points: attachments.map(({ point }) => point),
    program: loaded.programFor(first),
    expectedAttach: parts.expectedAttach ?? "none",
  };
  const link = attacherOf(first.provider)(group, {
    bpf,
    onlineCpus: () => facts.onlineCpus(),
    pid: undefined,
    warn: (message) => expect.unreachable(message),
  });
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
  expectFiring(attach("tracepoint:syscalls:sys_enter_read", { type: "tracepoint" }), readSomething),
);

kernelTest("several tracepoints share a program", {}, () => {
  const probe = attach("tracepoint:syscalls:sys_enter_read,tracepoint:syscalls:sys_exit_read", { type: "tracepoint" });
  expect(probe.link.probes).toBe(2);
  return expectFiring(probe, readSomething);
});

kernelTest("a typed raw tracepoint", {}, () =>
  expectFiring(attach("rawtracepoint:sys_enter", { type: "tracing", expectedAttach: "raw-tp" }), readSomething),
);

for (const [provider, unit, count] of [
  ["interval", "ms", 1n],
  ["interval", "hz", 500n],
  ["profile", "us", 900n],
] as const) {
  kernelTest(`${provider}:${unit}:${count}`, {}, async () => {
    const probe = attach(`${provider}:${unit}:${count}`, { type: "perf-event" });
    expect(probe.link.fds).toHaveLength(provider === "profile" ? new LiveFacts().onlineCpus().length : 1);
    await waitFor("it fires a few times", () => probe.hits() > 3);
    probe.close();
  });
}

/** Called for each `fs.statSync`. */
const STAT = `${process.execPath}:uv_fs_stat`;

for (const expectedAttach of ["none", "uprobe-multi"] as const) {
  for (const provider of ["uprobe", "uretprobe"] as const) {
    const needs = expectedAttach === "none" ? [] : (["uprobe-multi"] as const);
    kernelTest(`${provider}, attached as ${expectedAttach}`, { needs }, () =>
      expectFiring(attach(`${provider}:${STAT}`, { type: "kprobe", expectedAttach }), () => void statSync("/")),
    );
  }
}

for (const provider of ["kprobe", "kretprobe"] as const) {
  for (const expectedAttach of ["none", "kprobe-multi"] as const) {
    const needs = expectedAttach === "none" ? (["kprobe"] as const) : (["kprobe-multi"] as const);
    kernelTest(`${provider}, attached as ${expectedAttach}`, { needs }, () =>
      expectFiring(attach(`${provider}:vfs_read`, { type: "kprobe", expectedAttach }), readSomething),
    );
  }
}
