import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { serialize } from "node:v8";
import { expect, onTestFinished } from "vitest";
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

kernelTest("a saved script is told which process is traced", {}, async () => {
  const saved = compile(OPENS, { facts: hostFacts() }).save();
  for (const [pid, isSeen] of [
    [process.pid, true],
    [process.ppid, false],
  ] as const) {
    const t = await trace(loadCompiled(saved), { pid });
    touch("/proc/self/limits");
    await t[Symbol.asyncDispose]();
    let seen = false;
    for await (const event of t.events) seen ||= event.kind === "printf" && event.args[1] === "/proc/self/limits";
    expect(seen).toBe(isSeen);
  }
  const own = compile(OPENS, { facts: hostFacts(), pid: process.pid });
  expect((await failureOf(() => trace(own, { pid: process.ppid }))).message).toMatch(/compiled for the process/);
});

kernelTest("what is not safe in a saved script is allowed by whoever traces it", {}, async () => {
  const compiled = compile(`begin { system("true"); exit(); }`, { facts: hostFacts(), unsafe: true });
  const runs = async (...args: Parameters<typeof trace>): Promise<void> => {
    const t = await trace(...args);
    await t.ended;
    await t[Symbol.asyncDispose]();
  };
  await runs(compiled);
  const error = await failureOf(() => trace(loadCompiled(compiled.save())));
  expect([error.code, error.message]).toEqual(["option", expect.stringMatching(/^unsafe: .*system\(\)/)]);
  await runs(loadCompiled(compiled.save()), { unsafe: true });
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
  onTestFinished(() => rmSync(file));
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

const WRONG_OPTIONS: readonly (readonly [options: Record<string, unknown>, message: string])[] = [
  ...[0, -1, NaN, 1.5, Infinity, "5"].map(
    (buffered) =>
      [
        { buffered },
        `buffered: a whole number above 0 is wanted, not ${typeof buffered === "string" ? '"5"' : buffered}`,
      ] as const,
  ),
  ...[-1, 0, 1.5, NaN].map((pid) => [{ pid }, `pid: the number of a process is wanted, not ${pid}`] as const),
  [{ args: "x" }, 'args: a list of strings and numbers is wanted, not "x"'],
  [{ args: [{}] }, "args: a list of strings and numbers is wanted, not a list"],
  [{ named: { a: false } }, "named: strings, numbers or `true` by name is wanted, not an object"],
  [{ env: [] }, "env: strings and numbers by name is wanted, not a list"],
  [{ signal: {} }, "signal: an AbortSignal is wanted, not an object"],
  [{ integers: "number" }, 'integers: "exact" or "bigint" is wanted, not "number"'],
  [{ events: 1 }, "events: true or false is wanted, not 1"],
  [{ onNotice: "log" }, 'onNotice: a function is wanted, not "log"'],
  [
    { command: "" },
    'command: a program and its arguments, in a list or with single spaces between them is wanted, not ""',
  ],
  [
    { command: [] },
    "command: a program and its arguments, in a list or with single spaces between them is wanted, not a list",
  ],
  [{ pid: process.pid, command: "true" }, "pid and command: only one process can be traced"],
  [{ buffred: 5 }, "there is no option buffred. Did you mean `buffered`?"],
];

kernelTest("options of other types are refused before anything is begun", {}, async () => {
  for (const [options, message] of WRONG_OPTIONS) {
    const error = await failureOf(() => trace("begin { exit(); }", options));
    expect([error.code, error.message]).toEqual(["option", message]);
  }
  const facts = { release: { text: "6.1" }, arch: "x86_64" };
  expect((await failureOf(() => compile("begin { }", { facts }))).code).toBe("option");
});

kernelTest("bytes that save() has not made are refused", {}, async () => {
  const saved = compile("begin { exit(); }", { facts: hostFacts() }).save();
  for (const bytes of [
    new Uint8Array(),
    new Uint8Array([1, 2, 3]),
    saved.subarray(0, 100),
    serialize({ version: "1" }),
    serialize(3),
  ])
    expect((await failureOf(() => loadCompiled(bytes))).code).toBe("saved");
});

kernelTest("maps can be read when the trace has ended, and not when it has been let go", {}, async () => {
  const t = await trace(`begin { @n["a"] = 1; @h = hist(3); exit(); }`);
  await t.ended;
  expect(await t.maps.n.get("a")).toBe(1);
  await t.stop();
  for (const wrong of [
    () => t.maps.n.get(3 as unknown as string),
    () => t.maps.n.set("x".repeat(2000), 1),
    () => t.maps.h.set(undefined, []),
  ])
    expect((await failureOf(wrong)).code).toBe("value");
  await t[Symbol.asyncDispose]();
  await t[Symbol.asyncDispose]();
  for (const late of [
    () => t.maps.n.get("a"),
    () => t.maps.n.entries(),
    () => t.maps.n.set("a", 2),
    () => t.maps.n.delete("a"),
    () => t.maps.n.clear(),
  ])
    expect((await failureOf(late)).code).toBe("closed");
  expect([t.lost, t.losses, t.cost]).toEqual([0n, [], undefined]);
});

kernelTest("what is lost is told by probe and cause, while it runs and when it has ended", {}, async () => {
  const script = `let @one = hash(1); begin { @one[1] = 1; @one[2] = 2; @one[3] = 3; }`;
  const t = await trace(`${script} interval:s:100 { }`);
  const expected = [{ probe: "begin", counts: { updates: 2n } }];
  expect(t.losses).toEqual(expected);
  await t.stop();
  expect(t.losses).toEqual(expected);
  await t[Symbol.asyncDispose]();
  expect(t.losses).toEqual(expected);
});

kernelTest("a command is started when everything is attached, and its end ends the trace", {}, async () => {
  const script = `tracepoint:syscalls:sys_enter_openat /pid == cpid && str(args.filename) == "/dev/zero"/ { printf("%d", pid); }`;
  const t = await trace(script, { command: ["/bin/head", "-c", "0", "/dev/null"] });
  expect(await t.command?.ended).toEqual({ code: 0, signal: undefined });
  await t.ended;
  await t[Symbol.asyncDispose]();

  const reading = await trace(script, { command: "head -c 0 /dev/zero" });
  const args: unknown[] = [];
  for await (const event of reading.events) if (event.kind === "printf") args.push(...event.args);
  expect(args).toEqual([reading.command?.pid]);
  expect(await reading.command?.ended).toEqual({ code: 0, signal: undefined });
  await reading[Symbol.asyncDispose]();
});

kernelTest("a command that still runs ends with its trace; one that there is not is an error", {}, async () => {
  const t = await trace("interval:s:100 { @ = 1; }", { command: "sleep 1000" });
  const { pid = 0, ended } = t.command ?? {};
  process.kill(pid, 0);
  await t.stop();
  expect(await ended).toEqual({ code: undefined, signal: 9 });
  await t[Symbol.asyncDispose]();
  expect((await failureOf(() => trace("begin { }", { command: "/nonexistent x" }))).code).toBe("process");
  expect((await failureOf(() => trace("begin { print(1) + }", { command: "sleep 1000" }))).code).toBe("script");
});

kernelTest("packets do not go to the standard output of the program that traces", {}, async () => {
  const script = `rawtracepoint:net_dev_queue { _ = skboutput("-", args.skb, 100, 0); }`;
  const error = await failureOf(() => trace(script));
  expect([error.code, error.message]).toEqual([
    "output",
    "skboutput() may not write to the standard output of the program that traces: name a file",
  ]);
  await waitFor("programs and maps to go", () => objectsOf(process.pid).length === 0);
});

kernelTest("an abort while probes are attached is heeded, and so is one after the end", {}, async () => {
  const during = new AbortController();
  const starting = trace("interval:s:100 { @ = 1; }", { signal: during.signal });
  during.abort(new Error("too late"));
  await expect(starting).rejects.toThrow("too late");

  const after = new AbortController();
  const t = await trace("begin { exit(7); }", { signal: after.signal });
  expect(await t.ended).toEqual({ status: 7 });
  after.abort();
  await t[Symbol.asyncDispose]();

  const reading = new AbortController();
  const read = await trace("interval:ms:1 { print(1); }", { signal: reading.signal });
  let count = 0;
  for await (const _ of read.events) if (++count === 3) reading.abort();
  expect(count).toBeGreaterThanOrEqual(3);
  await read[Symbol.asyncDispose]();
  await waitFor("programs and maps to go", () => objectsOf(process.pid).length === 0);
});

kernelTest("a command that stands for several programs is not chosen among", {}, async () => {
  await expect(trace("begin { }", { command: "/usr/bin/sha*sum x" })).rejects.toMatchObject({ code: "process" });
});
