import { openSync, closeSync } from "node:fs";
import { expect } from "vitest";
import { compile, DEFAULT_OPTIONS } from "../../../codegen/compile.js";
import { FULL_LANGUAGE } from "../../../codegen/full-language.js";
import {
  Environment,
  LoadedScript,
  Trace,
  type TraceEvent,
  type TraceOptions,
  watchOwnProcess,
} from "../../../src/core/index.js";
import { toBytes } from "../../../src/files/own-files.js";
import { LiveFacts } from "../../../src/kernel/live.js";
import { native } from "../../../src/kernel/native.js";
import { kernelTest, objectsOf, waitFor } from "../../support/index.js";

const facts = new LiveFacts();

function load(text: string): LoadedScript {
  const { object, config, diagnostics } = compile({ name: "stdin", text: toBytes(text) }, facts, FULL_LANGUAGE, {
    ...DEFAULT_OPTIONS,
    isUnsafe: true,
    warnsOfReads: true,
  });
  if (object === undefined) throw new Error(diagnostics.map((d) => d.message).join("\n"));
  return new LoadedScript({
    object,
    config,
    facts,
    host: {
      environment: new Environment([]),
      inherited: {},
      machine: process.arch,
      standardOutput: undefined,
      signals: process,
      stayAwake: () => watchOwnProcess(process.pid),
      letGo: (fds) => native().detachLater(fds),
    },
    target: undefined,
    isTerminal: false,
    notices: { warning: () => {}, error: () => {} },
    onLog: undefined,
  });
}

interface Run {
  readonly trace: Trace;
  readonly events: TraceEvent[];
}

async function start(text: string, options: Partial<TraceOptions> = {}): Promise<Run> {
  const events: TraceEvent[] = [];
  const trace = await Trace.start(load(text), { onEvent: (event) => events.push(event), ...options });
  return { trace, events };
}

/** All events of a script that ends by itself. */
async function eventsOf(text: string, options?: Partial<TraceOptions>): Promise<readonly TraceEvent[]> {
  const { trace, events } = await start(text, options);
  await trace.ended;
  await trace.close();
  return events;
}

const withoutPlaces = (events: readonly TraceEvent[]): readonly object[] =>
  events.map(({ ...event }, i) => {
    const text = (events[i] as { text?: string }).text;
    return Object.fromEntries(
      Object.entries({ ...event, text }).filter(([name, v]) => name !== "at" && v !== undefined),
    );
  });

/** Opens a file that the script knows by name. */
const touch = (path: string): void => closeSync(openSync(path, "r"));

kernelTest("what scripts print comes as data, in order", {}, async () => {
  const events = await eventsOf(
    `
    begin {
      printf("%d %s %x\\n", 1, "two", 0x33);
      print((1, "Grüße", (uint8)3));
      @count["a"] = 5; print(@count);
      @h = hist(5); @h = hist(6); print(@h);
      time("%Y\\n"); system("echo 4");
      errorf("no %d", 5); warnf("beware");
    }`,
  );
  expect(withoutPlaces(events).filter((event) => !("kind" in event && event.kind === "time"))).toEqual([
    { kind: "printf", format: "%d %s %x\n", args: [1, "two", 51], text: "1 two 33\n" },
    { kind: "value", value: [1, "Grüße", 3], text: "(1, Grüße, 3)" },
    { kind: "map", map: { name: "@count", kind: "plain", entries: [{ key: "a", value: 5 }] } },
    {
      kind: "map",
      map: { name: "@h", kind: "hist", entries: [{ key: undefined, value: [{ lower: 4, upper: 8, count: 2 }] }] },
    },
    { kind: "system", text: "4\n" },
    { kind: "error", message: "no 5" },
    { kind: "warning", message: "beware" },
  ]);
  expect(events[0]).toMatchObject({ at: { file: "stdin", line: 3, column: 7 } });
});

kernelTest("integers beyond what a double holds are bigints", {}, async () => {
  const [event] = await eventsOf(`begin { print((-1, (uint64)0xffffffffffffffff, true)); }`);
  expect(event).toMatchObject({ value: [-1, 0xffff_ffff_ffff_ffffn, true] });
});

kernelTest("warnings of the kernel's helpers name helper and result", {}, async () => {
  const events = await eventsOf(`let @a = hash(1); begin { @a[1] = 1; @a[2] = 1; }`);
  expect(events).toMatchObject([
    { kind: "warning", helper: "map_update_elem", result: -7, at: { line: 1 } },
    { kind: "losses", losses: [{ probe: "begin", counts: { updates: 1n } }] },
  ]);
});

kernelTest(
  "maps are read, set, deleted and cleared while the script runs, and read when it has ended",
  {},
  async () => {
    const { trace } = await start(
      `begin { @n["a"] = 1; @n["b"] = 2; @t[1, "x"] = 3; @c = count(); @s = 7; } interval:s:100 { @n["z"] = 1; @t[1, "z"] = 1; }`,
    );
    const { n, t, c, s } = Object.fromEntries(trace.maps);
    expect([n?.get("a"), n?.get("c"), t?.get([1, "x"]), c?.get(), s?.get()]).toEqual([1, undefined, 3, 1, 7]);
    n?.set("c", 9);
    s?.set(undefined, 8n);
    expect([n?.delete("a"), n?.delete("a")]).toEqual([true, false]);
    expect(n?.read({ clear: true }).entries).toEqual([
      { key: "b", value: 2 },
      { key: "c", value: 9 },
    ]);
    expect(() => c?.set(undefined, 1)).toThrow("the values of @c are made by count()");
    expect(() => n?.get(5)).toThrow("a string is wanted, not number");
    trace.stop();
    await trace.ended;
    expect([n?.read().entries, s?.get(), s?.delete(), s?.get()]).toEqual([[], 8, true, undefined]);
    await trace.close();
  },
);

kernelTest("two traces in one process know nothing of each other", {}, async () => {
  const script = (word: string): string =>
    `tracepoint:syscalls:sys_enter_openat /pid == ${process.pid} && strcontains(str(args.filename), "${word}")/ { printf("${word}"); @n = count(); }`;
  const [a, b] = [await start(script("/dev/null")), await start(script("/dev/zero"))];
  touch("/dev/null");
  touch("/dev/zero");
  touch("/dev/zero");
  await waitFor("all events", () => a.events.length === 1 && b.events.length === 2);
  await a.trace.close();
  touch("/dev/null");
  touch("/dev/zero");
  await waitFor("one more event", () => b.events.length === 3);
  expect(b.trace.maps.get("n")?.get()).toBe(3);
  await b.trace.close();
  expect(a.events).toHaveLength(1);
});

kernelTest("nothing is left when a trace is closed", {}, async () => {
  const { trace } = await start(`tracepoint:syscalls:sys_enter_openat /pid == ${process.pid}/ { @ = count(); }`);
  expect(objectsOf(process.pid)).not.toEqual([]);
  await trace.close();
  await waitFor("programs and maps to go", () => objectsOf(process.pid).length === 0);
});

kernelTest("costs are counted by program where that is asked for", {}, async () => {
  const { trace } = await start(`tracepoint:syscalls:sys_enter_openat /pid == ${process.pid}/ { @ = count(); }`, {
    measuresCost: true,
  });
  for (let i = 0; i < 100; i++) touch("/dev/null");
  const [cost] = trace.cost() ?? [];
  expect(cost?.probe).toBe("tracepoint:syscalls:sys_enter_openat");
  expect(Number(cost?.runs)).toBeGreaterThanOrEqual(100);
  expect(Number(cost?.ns)).toBeGreaterThan(0);
  await trace.close();
});

kernelTest("while events are held back the ring fills up, and what is lost is counted exactly", {}, async () => {
  const { trace, events } = await start(
    `config = { perf_rb_pages = 16 } tracepoint:syscalls:sys_enter_openat /pid == ${process.pid}/ { printf("%s", str(args.filename)); }`,
  );
  trace.hold();
  const opened = 40_000;
  for (let i = 0; i < opened; i++) touch("/dev/null");
  expect(Number(trace.lost)).toBeGreaterThan(0);
  trace.resume();
  trace.stop();
  await trace.ended;
  const printed = events.filter(({ kind }) => kind === "printf").length;
  const lost = events.reduce((sum, event) => (event.kind === "lost" ? sum + Number(event.count) : sum), 0);
  expect(printed + lost).toBeGreaterThanOrEqual(opened);
  expect(BigInt(lost)).toBe(trace.lost);
  await trace.close();
});
