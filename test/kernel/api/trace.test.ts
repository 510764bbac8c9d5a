import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { expect } from "vitest";
import { compile, hostFacts, loadCompiled, trace, TsbtError, type TsbtErrorCode } from "../../../src/api/index.js";
import { eventsOf, syscallsOf } from "../../../src/api/vitest.js";
import { kernelTest, objectsOf, waitFor } from "../../support/index.js";

/** Opens a file that the script sees. */
const touch = (path: string): void => closeSync(openSync(path, "r"));

const OPENS = `tracepoint:syscalls:sys_enter_openat { printf("%d %s\n", pid, str(args.filename)); @n[comm] = count(); }`;

kernelTest("events are typed by the text of the script, maps by name", {}, async () => {
  const t = await trace(OPENS, { pid: process.pid });
  touch("/dev/null");
  for await (const event of t.events) {
    if (event.kind !== "printf") continue;
    const [pid, path]: readonly [number | bigint, string] = event.args;
    expect([pid, path, event.text]).toEqual([process.pid, "/dev/null", `${process.pid} /dev/null\n`]);
    break;
  }
  const entries: readonly (readonly [string, number | bigint])[] = await t.maps.n.entries({ clear: true });
  expect(entries).toHaveLength(1);
  expect(await t.maps.n.entries()).toEqual([]);
  await t.stop();
  await t[Symbol.asyncDispose]();
  expect(t.lost).toBe(0n);
});

kernelTest("a script that ends by itself ends its events and gives its status", {}, async () => {
  const t = await trace(`begin { printf("a"); printf("b"); exit(3); }`);
  const texts: string[] = [];
  for await (const event of t.events) if (event.kind === "printf") texts.push(event.text);
  expect([texts, await t.ended]).toEqual([["a", "b"], { status: 3 }]);
  await t[Symbol.asyncDispose]();
});

kernelTest("parameters, settings and integers as they are asked for", {}, async () => {
  const script = `begin { printf("%d %s %s", $1, str($2), getopt("name", "none")); print(2); exit(); }`;
  const events = await eventsOf(script, () => {}, {
    args: [7, "seven"],
    named: { name: "x" },
    env: { BPFTRACE_MAX_STRLEN: 64 },
    integers: "bigint",
  });
  expect(events).toMatchObject([
    { kind: "printf", args: [7n, "seven", "x"] },
    { kind: "value", value: 2n, at: { line: 1 } },
  ]);
});

kernelTest("an abort stops the trace; one that came before lets nothing begin", {}, async () => {
  const abort = new AbortController();
  const t = await trace("interval:s:100 { @ = 1; }", { signal: abort.signal });
  abort.abort(new Error("enough"));
  expect(await t.ended).toEqual({ status: 0 });
  await t[Symbol.asyncDispose]();
  await expect(trace("begin { }", { signal: abort.signal })).rejects.toThrow("enough");
});

kernelTest("each reader gets all events, the first one from the beginning", {}, async () => {
  const t = await trace(
    `begin { printf("first"); } tracepoint:syscalls:sys_enter_openat /str(args.filename) == "/dev/zero"/ { printf("zero"); }`,
    {
      pid: process.pid,
    },
  );
  const read = async (): Promise<readonly string[]> => {
    const texts: string[] = [];
    for await (const event of t.events) if (event.kind === "printf") texts.push(event.text);
    return texts;
  };
  const one = read();
  await Promise.resolve();
  const two = read();
  touch("/dev/zero");
  await t.stop();
  expect([await one, (await two).at(-1)]).toEqual([["first", "zero"], "zero"]);
  await t[Symbol.asyncDispose]();
});

kernelTest(
  "a slow reader is waited for, within bounds: what has no room is lost and counted",
  { timeoutMs: 40_000 },
  async () => {
    const t = await trace(OPENS, { pid: process.pid, buffered: 100, env: { BPFTRACE_PERF_RB_PAGES: 16 } });
    const reader = t.events[Symbol.asyncIterator]();
    const first = reader.next();
    touch("/dev/null");
    await first;
    const opened = 40_000;
    for (let turn = 0; turn < 40; turn++) {
      for (let i = 0; i < opened / 40; i++) touch("/dev/null");
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(Number(t.lost)).toBeGreaterThan(0);
    await t.stop();
    let printed = 1;
    let lost = 0n;
    for (;;) {
      const { done, value } = await reader.next();
      if (done === true) break;
      if (value.kind === "printf") printed++;
      if (value.kind === "lost") lost += value.count;
    }
    expect(lost).toBe(t.lost);
    expect(printed + Number(lost)).toBeGreaterThanOrEqual(opened);
    await t[Symbol.asyncDispose]();
  },
);

kernelTest("costs are there when they are asked for", {}, async () => {
  const t = await trace(OPENS, { pid: process.pid, cost: true, events: false });
  touch("/dev/null");
  expect(t.cost).toMatchObject([{ probe: "tracepoint:syscalls:sys_enter_openat" }]);
  expect(Number(t.cost?.[0]?.runs)).toBeGreaterThan(0);
  await t[Symbol.asyncDispose]();
});

kernelTest("what was compiled can be saved and traced later", {}, async () => {
  const compiled = compile(`begin { printf("%s", "later"); exit(); }`, { facts: hostFacts() });
  expect(compiled.probes).toEqual(["begin"]);
  const [event] = await eventsOf(loadCompiled(compiled.save()), () => {});
  expect(event).toMatchObject({ kind: "printf", args: ["later"] });
});

async function failureOf(work: () => unknown): Promise<TsbtError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof TsbtError) return error;
    throw error;
  }
  throw new Error("it went well");
}

kernelTest("a mistake in the script has a code, a place and words", {}, async () => {
  const error = await failureOf(() => trace("// ä\nbegin { print(änd); $x = nothing(1); }", { name: "mine.bt" }));
  expect(error.code satisfies TsbtErrorCode).toBe("script");
  expect(error.diagnostics[0]).toMatchObject({ severity: "error", at: { file: "mine.bt", line: 2 } });
  const { diagnostics } = await failureOf(() => trace(`begin { print("ä"); $x = nothing(1); }`));
  expect(diagnostics[0]).toMatchObject({
    code: "function-unknown",
    message: "Unknown function: 'nothing'",
    at: { line: 1, column: 26, start: 25, end: 35 },
  });
});

kernelTest("a process that is not there, too many probes", {}, async () => {
  expect((await failureOf(() => trace("begin { }", { pid: 4_000_000 }))).code).toBe("process");
  const many = trace("tracepoint:sched:* { }", { env: { BPFTRACE_MAX_PROBES: 3 } });
  expect((await failureOf(() => many)).code).toBe("limit");
});

kernelTest("nothing is left of traces that have been let go, and Node may end", {}, async () => {
  const t = await trace(OPENS, { pid: process.pid });
  await t[Symbol.asyncDispose]();
  await waitFor("programs and maps to go", () => objectsOf(process.pid).length === 0);
});

kernelTest("a test sees which system calls a function makes", {}, async () => {
  const file = `/tmp/tsbt-${process.pid}`;
  const calls = await syscallsOf(() => writeFileSync(file, "x", { flush: true }));
  expect(calls).toEqual(expect.arrayContaining(["openat", "write", "fsync", "close"]));
  expect(await syscallsOf(() => readFileSync(file))).not.toContain("fsync");
});

kernelTest("an array of programs is set and emptied from outside, and calls go there", {}, async () => {
  const script = `
    let @next = progarray(2);
    prog first { print(1); }
    prog second { print(2); }
    prog unused { print(3); }
    begin { @next[0] = first; @next[1] = second; _ = delete(@next, 1); }
    interval:ms:5 { tail_call(@next, 0); print(0); }`;
  const t = await trace(script);
  const { next } = t.maps;
  const events = t.events[Symbol.asyncIterator]();
  const until = async (wanted: number): Promise<void> => {
    for (;;) {
      const { value: event } = (await events.next()) as { value: { kind: string; value?: unknown } };
      if (event.kind === "value" && event.value === wanted) return;
    }
  };
  await until(1);
  await next.set(0, "second");
  await until(2);
  expect(await next.entries()).toEqual([[0, 2]]);
  expect(await next.delete(0)).toBe(true);
  await until(0);
  await next.set(0, 1);
  await until(1);
  expect(await next.entries({ clear: true })).toEqual([[0, 1]]);
  await until(0);
  await next.set(0, 2);
  await until(2);
  await next.clear();
  await until(0);
  await expect(next.set(2, 1)).rejects.toThrow("@next has 2 slots, and 2 is none of them");
  await expect(next.set(0, "unused")).rejects.toThrow("the script puts no program 3 into @next");
  await expect(next.set(0, "fourth")).rejects.toThrow("there is no fourth among the values of this type");
  expect(await next.entries()).toEqual([]);
  await t[Symbol.asyncDispose]();
});

kernelTest("what callers without types give is refused in words", {}, async () => {
  for (const wrong of [undefined, null, 3, {}, { source: 3 }] as unknown as string[])
    await expect(trace(wrong)).rejects.toThrow("a script is text, what was imported from a file");
  for (const pid of [-1, 0, 1.5, NaN, "1" as unknown as number])
    await expect(trace("begin { exit(); }", { pid })).rejects.toThrow(`pid: ${pid} is no number of a process`);
  await expect(trace(`begin { print(getopt("a", 1)); exit(); }`, { named: { b: 2 } })).rejects.toThrow(
    "The script has no getopt() of these names: b",
  );
});

kernelTest("the text of an event is what the command prints, made when it is asked for", {}, async () => {
  const script = `begin {
    printf("%-8s|%5d|%x|%c|%s|%p|%%|%rx|%s|%lu\\n", "é", -3, 255, 65, "tail", 4096, buf("ab", 2), (1, "t"), 18446744073709551615);
    printf("plain");
    print(7);
    exit();
  }`;
  const expected = "é      |   -3|ff|A|tail|0x1000|%|\\x61\\x62|(1, t)|18446744073709551615\n";
  for (const integers of ["exact", "bigint"] as const) {
    const [first, second, third] = await eventsOf(script as string, () => {}, { integers });
    expect([first, second, third].map((event) => event && "text" in event && event.text)).toEqual([
      expected,
      "plain",
      "7",
    ]);
    expect(JSON.parse(JSON.stringify(second))).toMatchObject({ kind: "printf", text: "plain" });
  }
});
