import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { FULL_LANGUAGE } from "../../../codegen/full-language.js";
import { compile } from "../../../codegen/compile.js";
import { DEFAULT_CONFIG } from "../../../codegen/config.js";
import { watchOwnProcess } from "../../../src/core/host.js";
import { LiveFacts } from "../../../src/kernel/live.js";
import { native } from "../../../src/kernel/native.js";
import type { ValueContext } from "../../../src/output/value-context.js";
import { TextOutput } from "../../../src/output/formats/text-output.js";
import { textOf } from "../../../src/output/text-buffer.js";
import type { Sink, Writer } from "../../../src/output/writer.js";
import { Bpf } from "../../../src/runtime/bpf.js";
import { load } from "../../../src/runtime/loader.js";
import { Session } from "../../../src/runtime/session.js";
import { CONTEXT } from "../../src/output/context.js";
import { kernelTest, waitFor } from "../../support/index.js";

interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a script in this process, with what it writes gathered. */
async function run(
  script: string,
  options: { readonly ringBytes?: number; readonly stopWhen?: (out: string) => boolean } = {},
): Promise<Outcome> {
  const facts = new LiveFacts();
  const { object, diagnostics } = compile({ name: "stdin", text: script }, facts, FULL_LANGUAGE);
  if (object === undefined) throw new Error(diagnostics.map((d) => d.message).join("\n"));
  const bpf = new Bpf(native());
  const { ringBytes = 1 << 20, stopWhen } = options;
  const loaded = load(object, bpf, { ringBytes, logBytes: 1 << 16, onLog: undefined });
  const texts = { out: "", err: "" };
  const values: ValueContext = { ...CONTEXT, strings: object.strings };
  const session = new Session(loaded, {
    bpf,
    facts,
    onlineCpus: () => facts.onlineCpus(),
    config: DEFAULT_CONFIG,
    output: new TextOutput({
      out: gather((text) => (texts.out += text)),
      err: gather((text) => (texts.err += text)),
      values,
      color: false,
      isQuiet: false,
      showsWarnings: true,
    }),
    values,
    ringBytes,
    process: undefined,
    inherited: {},
    report: {
      attachFailed: ({ reason, probe }) => (texts.err += `cannot attach ${probe}: ${reason}\n`),
      pinned: (path) => (texts.out += `pinned to ${path}\n`),
      failed: (message) => (texts.err += `${message}\n`),
      nothingAttached: () => (texts.err += "nothing attached\n"),
      warning: () => {},
      attaching: () => {},
      running: () => {},
      attached: () => {},
      totalLost: (count) => (texts.err += `total lost ${count}\n`),
    },
    isDryRun: false,
    standardOutput: undefined,
    signals: process,
    stayAwake: () => watchOwnProcess(process.pid),
    letGo: (fds) => native().detachLater(fds),
    now: () => 0,
  });
  const status = await session.run({
    hasCome: false,
    fd: -1,
    onStop: (stop) => {
      if (stopWhen !== undefined) void waitFor("the moment to stop", () => stopWhen(texts.out)).then(stop);
    },
  });
  session.close();
  return { status, ...texts };
}

const gather = (write: (text: string) => void): Writer =>
  ({
    write,
    append: (writer, m, at) => write(textOf(writer, m, at)),
    flush: () => {},
    endOfBatch: () => {},
    isClosed: false,
  }) satisfies Sink as unknown as Writer;

kernelTest("begin runs, then end, then the maps are shown", {}, async () => {
  expect(await run(`begin { printf("a\\n"); @z = 1; @a["k"] = 2; } end { printf("b\\n"); }`)).toEqual({
    status: 0,
    out: "a\nb\n\n\n@a[k]: 2\n@z: 1\n",
    err: "Attached 2 probes\n",
  });
});

kernelTest("exit() drops what was queued after it, but not what end probes print", {}, async () => {
  const { status, out } = await run(`begin { printf("a"); exit(3); } begin { printf("b"); } end { printf("c"); }`);
  expect(out).toBe("ac\n\n");
  expect(status).toBe(3);
});

kernelTest("an interval fires, exit() ends the run and gives the status", {}, async () => {
  const { status, out } = await run(`interval:ms:5 { @++; if (@ >= 3) { exit(7); } }`);
  expect(status).toBe(7);
  // It may fire again until we have heard of the first time.
  expect(Number(/^\n\n@: (\d+)\n$/.exec(out)?.[1])).toBeGreaterThanOrEqual(3);
});

kernelTest("a signal lets what is queued be printed", {}, async () => {
  const { status, out } = await run(
    `interval:ms:1 { @n = count(); printf("tick\\n"); } end { printf("end\\n"); clear(@n); }`,
    { stopWhen: (printed) => printed.startsWith("tick\n".repeat(3)) },
  );
  expect(out).toMatch(/^(tick\n){3,}end\n\n\n$/);
  expect(status).toBe(0);
});

kernelTest("programs of slow attachments are silent when end probes run", {}, async () => {
  const script = `tracepoint:syscalls:sys_enter_read /pid == ${process.pid}/ { @reads = count(); } interval:ms:30 { exit(); } end { clear(@reads); }`;
  const reading = setInterval(() => readFileSync("/proc/self/stat"), 1);
  const { out } = await run(script);
  clearInterval(reading);
  expect(out).toBe("\n\n");
});

kernelTest("lost events are counted exactly", {}, async () => {
  const script = `begin { @n = 0; unroll (4) { ${`printf("%s\\n", "0123456789012345678901234567890123456789");`.repeat(50)} } }`;
  const { out, err } = await run(script, { ringBytes: 1 << 12 });
  const printed = out.split("\n").filter((line) => line.startsWith("0123")).length;
  expect(printed).toBeGreaterThan(0);
  expect(printed).toBeLessThan(200);
  const lost = Number(/^Lost (\d+) events$/m.exec(err)?.[1]);
  expect(printed + lost).toBe(200);
  expect(err).toContain(`total lost ${lost}\n`);
});
