/** USDT probes that cannot be had: a located message, and nothing attached (probes-and-cli.md 5.12, 3.2, 3.3). */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished } from "vitest";
import { transcript } from "../../support/child.js";
import { Child, kernelTest, run, startTsbt, tsbtCommand, waitFor, writtenHere } from "../../support/index.js";
import { formsProgram, NEEDS, server, WAYS } from "./programs.js";

const FORMS = [
  { name: "vector", args: "8@%rax 8f@%xmm0 8@%xmm1" },
  { name: "relocated", args: "8@far@GOTPCREL(%rip)" },
  { name: "local", args: "4@%fs:thread_local@tpoff" },
  { name: "symbol", args: "4@nobody(%rip)" },
  { name: "strange", args: "8@garbage((" },
  { name: "fine", args: "8@%rax" },
];

/** A copy of the server in which bytes were changed. */
function damaged(change: (bytes: Buffer) => Buffer): string {
  const directory = mkdtempSync(join(tmpdir(), "tsbt-usdt-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, "damaged");
  writeFileSync(path, change(readFileSync(server())), { mode: 0o755 });
  return path;
}

/** Of the header of the first note. */
const noteAt = (bytes: Buffer): number => bytes.indexOf("stapsdt\0") - 12;

interface Row {
  readonly claim: string;
  readonly file?: () => string;
  /** `FILE` stands for the file. */
  readonly script: string;
  readonly says: string;
  readonly hint?: string;
}

const PROGRAM = (): string => formsProgram(FORMS);
const HELP = "If this is expected, set the 'missing_probes' config variable to 'warn'.";
const UNREADABLE = "is in a vector or floating-point register, which the kernel does not show";

const ROWS: readonly Row[] = [
  {
    claim: "a name alone needs a process",
    script: "usdt:name { }",
    says: "usdt probe type requires 2 or 3 arguments, found 1",
  },
  {
    claim: "four parts are too many",
    script: "usdt:FILE:a:b:c { }",
    says: "usdt probe type requires 2 or 3 arguments, found 4",
  },
  {
    claim: "a probe has a name",
    script: "usdt:FILE:a: { }",
    says: "usdt probe must have a target function or wildcard",
  },
  {
    claim: "a probe has a target",
    script: "usdt::a:b { }",
    says: "usdt probe must specify at least path or pid to probe. To target all paths/pids set the path to '*'.",
  },
  {
    claim: "a file is there",
    script: "usdt:./nosuch:a:b { }",
    says: "usdt target file './nosuch' does not exist or is not executable",
  },
  { claim: "an exact name exists", script: "usdt:FILE:test_grp:nope { }", says: "No matches for usdt FILE:nope." },
  {
    claim: "a name in any namespace exists",
    script: "usdt:FILE:nope { }",
    says: `Probe has no valid attach points. ${HELP}`,
  },
  {
    claim: "a wildcard stands for something",
    script: "usdt:FILE:no*:b { }",
    says: `Probe has no valid attach points. ${HELP}`,
  },
  {
    claim: "a program for another processor is not traced",
    file: () => damaged((bytes) => Buffer.from(bytes.with(18, 183))),
    script: "usdt:FILE:test_grp:test_idx { }",
    says: "usdt target file 'FILE' does not exist or is not executable",
    hint: "FILE: it is made for aarch64, and this machine is x86_64",
  },
  {
    claim: "a program for an unheard-of processor is not traced",
    file: () => damaged((bytes) => Buffer.from(bytes.with(18, 244))),
    script: "usdt:FILE:test_grp:test_idx { }",
    says: "usdt target file 'FILE' does not exist or is not executable",
    hint: "FILE: it is made for processor 244, and this machine is x86_64",
  },
  {
    claim: "a note that is cut off is named",
    file: () => damaged((bytes) => (bytes.writeUInt32LE(0xffff, noteAt(bytes) + 4), bytes)),
    script: "usdt:FILE:test_grp:test_idx { }",
    says: "usdt target file 'FILE' has USDT notes that cannot be read: note 1 is cut off",
  },
  {
    claim: "a place where no code is is named",
    file: () => damaged((bytes) => (bytes.writeBigUInt64LE(0x7777777n, noteAt(bytes) + 20), bytes)),
    script: "usdt:FILE:test_grp:test_idx { }",
    says: "usdt target file 'FILE' has USDT notes that cannot be read: note 1 (test_grp:test_idx) is at 0x7777777, where no code is",
  },
  {
    claim: "a file that is cut off is no program",
    file: () => damaged((bytes) => bytes.subarray(0, 5000)),
    script: "usdt:FILE:test_grp:test_idx { }",
    says: "usdt target file 'FILE' does not exist or is not executable",
    hint: "FILE: is cut off: it ends before its table of sections begins",
  },
  {
    claim: "a floating-point number is no argument",
    file: PROGRAM,
    script: "usdt:FILE:vector { print(arg1); }",
    says: "arg1 cannot be read: '8f@%xmm0' of usdt:FILE:form:vector is a floating-point number",
  },
  {
    claim: "a vector register is no argument",
    file: PROGRAM,
    script: "usdt:FILE:vector { print(arg2); }",
    says: `arg2 cannot be read: '8@%xmm1' of usdt:FILE:form:vector ${UNREADABLE}`,
  },
  {
    claim: "nor is it by number",
    file: PROGRAM,
    script: "usdt:FILE:v* { print(usdt_arg(2)); }",
    says: `usdt_arg(2) cannot be read: '8@%xmm1' of usdt:FILE:form:vector ${UNREADABLE}`,
  },
  {
    claim: "a relocation is no argument",
    file: PROGRAM,
    script: "usdt:FILE:relocated { print(arg0); }",
    says: "arg0 cannot be read: '8@far@GOTPCREL(%rip)' of usdt:FILE:form:relocated needs a relocation",
  },
  {
    claim: "thread-local memory is no argument",
    file: PROGRAM,
    script: "usdt:FILE:local { print(arg0); }",
    says: "arg0 cannot be read: '4@%fs:thread_local@tpoff' of usdt:FILE:form:local is relative to a segment, such as a thread-local variable",
  },
  {
    claim: "a symbol that is not there is named",
    file: PROGRAM,
    script: "usdt:FILE:symbol { print(arg0); }",
    says: "arg0 cannot be read: '4@nobody(%rip)' of usdt:FILE:form:symbol needs the symbol nobody, which FILE does not have",
  },
  {
    claim: "text that nobody understands is shown",
    file: PROGRAM,
    script: "usdt:FILE:strange { print(arg0); }",
    says: "arg0 cannot be read: '8@garbage((' of usdt:FILE:form:strange is not understood",
  },
  {
    claim: "func is for functions",
    script: "usdt:FILE:test_idx { print(func); }",
    says: "The func builtin can not be used with 'usdt' probes",
  },
  {
    claim: "args are for functions",
    script: "usdt:FILE:test_idx { print(args); }",
    says: "The args builtin can only be used with tracepoint, rawtracepoint, fentry/fexit, and uprobe probes (usdt used here)",
  },
  {
    claim: "retval is for functions",
    script: "usdt:FILE:test_idx { print(retval); }",
    says: "The retval builtin can only be used with 'kretprobe' and 'uretprobe' and 'fentry' probes",
  },
];

describe("refused with a place:", () => {
  for (const { claim, file = server, script, says, hint } of ROWS) {
    kernelTest(claim, NEEDS, async () => {
      const path = file();
      const result = await run(tsbtCommand(), ["-e", script.replace("FILE", path)]);
      const [first = ""] = result.stderr.split("\n");
      expect(first.replace(/^stdin:1:[\d-]+: ERROR: /, ""), transcript(result)).toBe(says.replaceAll("FILE", path));
      expect(first).toMatch(/^stdin:1:[\d-]+: ERROR: /);
      if (hint !== undefined) expect(result.stderr).toContain(`HINT: ${hint.replaceAll("FILE", path)}`);
      expect(result.status).toBe(1);
      expect(result.stdout).toBe("");
    });
  }
});

kernelTest("what cannot be read hurts only who reads it", NEEDS, async () => {
  const script = `usdt:${PROGRAM()}:vector { print(arg0 > 0); } usdt:${PROGRAM()}:s* { print(3); }`;
  const result = await run(tsbtCommand(), ["-c", PROGRAM(), "-e", script]);
  expect(result.stdout.trim(), transcript(result)).toBe("true\n3\n3");
});

kernelTest("with missing_probes=warn the rest goes on", NEEDS, async () => {
  const broken = damaged((bytes) => (bytes.writeUInt32LE(0xffff, noteAt(bytes) + 4), bytes));
  const script = `config = { missing_probes = warn }
    usdt:${broken}:test_grp:test_idx, usdt:${PROGRAM()}:form:nope, usdt:${PROGRAM()}:fine { print(7); }`;
  const result = await run(tsbtCommand(), ["-c", PROGRAM(), "-e", script]);
  expect(result.stdout.trim(), transcript(result)).toBe("7");
  expect(result.stderr).toMatch(
    /WARNING: usdt target file '\S+' has USDT notes that cannot be read: note 1 is cut off/,
  );
  expect(result.stderr).toContain(`WARNING: No matches for usdt ${PROGRAM()}:nope. Skipping.`);
  expect(result.stderr).toContain("Attached 1 probe\n");
});

describe.each(WAYS)("a failure, $name,", ({ needs, options }) => {
  kernelTest("detaches what was attached before it", { ...NEEDS, needs }, async () => {
    const file = damaged((bytes) => bytes);
    const first = await startTsbt([...options, "-e", `usdt:${file}:test_idx { print(arg0); }`]);
    // The kernel does not let one place have two counters.
    const bytes = readFileSync(file);
    const semaphoreAt = noteAt(bytes) + 20 + 16;
    bytes.writeBigUInt64LE(bytes.readBigUInt64LE(semaphoreAt) + 2n, semaphoreAt);
    writeFileSync(file, bytes);
    // The last probe is attached first.
    const probe = `usdt:${file}:test_idx`;
    const script = `${probe} { } usdt:${file}:two { }`;
    const result = await run(tsbtCommand(), [...options, "-e", script]);
    expect(result.stderr, transcript(result)).toBe(
      `ERROR: Failed to attach usdt probe: Invalid argument\n` +
        `ERROR: Unable to attach probe: usdt:${file}:test_grp:test_idx. ${HELP}\n` +
        writtenHere(script, probe),
    );
    expect(result.status).toBe(255);
    // Who detaches it need not be finished when the tracer has ended.
    await waitFor("nobody listens", async () => (await run(file, [], { input: "\n" })).stdout === "ready\n1: 0 0\n");
    expect((await first.interrupt()).stdout).toMatch(/^1$/m);
  });
});

kernelTest("a process that has ended is no target", NEEDS, async () => {
  const { pid } = await ended();
  const result = await run(tsbtCommand(), ["-p", String(pid), "-e", `usdt:${server()}:test_grp:* { print(1); }`]);
  expect(result.stderr, transcript(result)).toMatch(/^ERROR: Failed to attach .*No such process/m);
  expect(result.status).not.toBe(0);
  expect(result.stdout).toBe("");
});

async function ended(): Promise<Child> {
  const child = new Child("true", []);
  await child.finished;
  return child;
}
