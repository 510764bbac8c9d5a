/** A target that ends while many probes are being attached to it: one reason, nothing left, and with missing_probes=warn the rest goes on. */
import { execFileSync } from "node:child_process";
import { constants, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect } from "vitest";
import { transcript } from "../support/child.js";
import {
  Child,
  compileC,
  type Finished,
  kernelTest,
  run,
  runTsbt,
  tsbtCommand,
  waitFor,
  writtenHere,
} from "../support/index.js";

const NEEDS = {
  needs: "uprobe",
  package: ["gcc", "libc6-dev", "systemtap-sdt-dev"],
  timeoutMs: 150_000,
  matrix: false,
} as const;

const WAYS = [
  { way: "by one link", needs: ["uprobe", "uprobe-multi"], options: [] },
  { way: "by perf events", needs: ["uprobe"], options: ["--no-feature", "uprobe_multi"] },
] as const;

const directory = mkdtempSync(join(tmpdir(), "tsbt-dying-"));
afterAll(() => rmSync(directory, { recursive: true }));

const COUNT = 60;
const NUMBERS = Array.from({ length: COUNT }, (_, i) => i);
/** What is said of so many fills more than a pipe. */
const LONG = "x".repeat(1500);

/** Attaching waits while the events of the test before are let go, a tenth of a second each. */
const PATIENCE_MS = 60_000;

/** Runs until it is killed; with an argument it says how many of its probes somebody listens to. Not one place has a probe of both kinds. */
const program = (): string =>
  compileC(
    `#define _SDT_HAS_SEMAPHORES 1
#include <sys/sdt.h>
#include <stdio.h>
#include <unistd.h>
${NUMBERS.map(
  (i) => `unsigned short grp_p${i}_${LONG}_semaphore __attribute__((section(".probes")));
__attribute__((noinline)) void f${i}_${LONG}(void) { asm volatile("nop"); STAP_PROBE1(grp, p${i}_${LONG}, ${i}); }`,
).join("\n")}
int main(int argc, char **argv) {
  int listened = 0;
  ${NUMBERS.map((i) => `f${i}_${LONG}(); listened += grp_p${i}_${LONG}_semaphore != 0;`).join("\n")}
  printf("%d listened to\\n", listened);
  fflush(stdout);
  while (argc == 1) pause();
  return 0;
}
`,
    { name: "dying", flags: ["-O1"] },
  );

/** A tsbt that nobody listens to stays where its first messages have filled the pipe: in the midst of attaching. */
class HeldUp {
  readonly #child: Child;
  readonly #input: number;
  #stderr = "";

  constructor(args: readonly string[]) {
    const fifo = join(directory, `stderr-${process.hrtime.bigint()}`);
    execFileSync("mkfifo", [fifo]);
    this.#input = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
    this.#child = new Child(
      "sh",
      ["-c", 'fifo=$1; shift; exec "$@" 2> "$fifo"', "sh", fifo, tsbtCommand(), "-v", ...args],
      { timeoutMs: 2 * PATIENCE_MS },
    );
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Until it waits for somebody to read. */
  stuck(): Promise<unknown> {
    return waitFor(
      "a tsbt that is stuck",
      () => /pipe_write/.test(readFileSync(`/proc/${this.pid}/wchan`, "latin1")),
      60_000,
    );
  }

  /** Its messages are read now, to the end. */
  async goOn(): Promise<Finished> {
    const messages = new Socket({ fd: this.#input, readable: true, writable: false }).setEncoding("latin1");
    messages.on("data", (text: string) => (this.#stderr += text));
    const finished = await this.#child.finished;
    await waitFor("the end of its messages", () => messages.readableEnded);
    messages.destroy();
    return { ...finished, stderr: this.#stderr };
  }
}

/** Of messages, what is no progress. */
const said = ({ stderr }: Finished): readonly string[] => stderr.match(/^(ERROR|WARNING|Attached).*$/gm) ?? [];

const HELP = "If this is expected, set the 'missing_probes' config variable to 'warn'.";

const listeners = async (): Promise<string> => (await run(program(), ["once"])).stdout;

describe.each([
  { kind: "uprobe", point: () => `uprobe:${program()}:f*` },
  { kind: "usdt", point: () => `usdt:${program()}:grp:p*` },
])("the target of -p ends during $kind", ({ point }) => {
  describe.each(WAYS)("$way", ({ needs, options }) => {
    const attaching = async (script: string): Promise<{ readonly pid: number; readonly result: Finished }> => {
      const target = new Child(program(), [], { timeoutMs: 2 * PATIENCE_MS });
      await target.printed("listened to\n");
      const tsbt = new HeldUp([...options, "-p", `${target.pid}`, "-e", script]);
      await tsbt.stuck();
      target.kill("SIGKILL");
      await target.finished;
      return { pid: target.pid, result: await tsbt.goOn() };
    };

    kernelTest("which ends the run", { ...NEEDS, needs }, async () => {
      const script = `${point()} { @ = count(); }`;
      const { pid, result } = await attaching(script);
      const [reason, probe, ...rest] = said(result);
      expect(reason, result.stderr.slice(-1000)).toBe(`ERROR: The process ${pid} has ended`);
      expect(probe?.startsWith("ERROR: Unable to attach probe: ")).toBe(true);
      expect(probe?.endsWith(HELP)).toBe(true);
      expect(rest).toEqual([]);
      expect(result.stderr.endsWith(writtenHere(script, point())), result.stderr.slice(-1000)).toBe(true);
      expect(result).toMatchObject({ status: 255, stdout: "" });
      await waitFor("no listeners", async () => (await listeners()) === "0 listened to\n");
    });

    kernelTest("and the rest goes on with missing_probes=warn", { ...NEEDS, needs }, async () => {
      const script = `config = { missing_probes = warn } ${point()} { @ = count(); } begin { print("begun"); } end { print("ended"); }`;
      const { pid, result } = await attaching(script);
      expect(result.status, result.stderr.slice(-1000)).toBe(0);
      expect(result.stdout).toMatch(/^begun\nended\n/);
      const warnings = said(result).filter((line) => line.startsWith("WARNING: "));
      expect(warnings[0]).toBe(`WARNING: The process ${pid} has ended`);
      expect(new Set(warnings.slice(1).map((line) => line.replace(/probe: .*\. /, "")))).toEqual(
        new Set(["WARNING: Unable to attach Skipping."]),
      );
      expect(said(result).filter((line) => line.includes("has ended"))).toHaveLength(1);
      // However many of them could not be attached.
      expect(result.stderr.split(writtenHere(script, point()))).toHaveLength(2);
      await waitFor("no listeners", async () => (await listeners()) === "0 listened to\n");
    });
  });
});

describe.each(WAYS)("a command of -c is killed before it begins, $way", ({ needs, options }) => {
  kernelTest("which ends the run, whatever is attached", { ...NEEDS, needs }, async () => {
    const script = `config = { missing_probes = warn } uprobe:${program()}:f* { @ = count(); }`;
    const tsbt = new HeldUp([...options, "-c", program(), "-e", script]);
    await tsbt.stuck();
    const [child] = childrenOf(tsbt.pid);
    process.kill(child ?? NaN, "SIGKILL");
    await isOver(child ?? NaN);
    const result = await tsbt.goOn();
    expect(said(result).at(-1), result.stderr.slice(-500)).toBe(
      "ERROR: Failed to run child: it was ended before it began",
    );
    expect(result).toMatchObject({ status: 255, stdout: "" });
  });
});

/** Waiting for their permission they are still called as their parent. */
const childrenOf = (pid: number): readonly number[] =>
  readdirSync(`/proc/${pid}/task`).flatMap((tid) =>
    readFileSync(`/proc/${pid}/task/${tid}/children`, "latin1").split(" ").filter(Boolean).map(Number),
  );

describe.each([
  { point: "watchpoint:0x7fffffff0000:8:w", name: "watchpoint:140737488289792:8:w" },
  { point: "profile:hz:99", name: "profile:hz:99" },
  { point: "software:page-faults:1", name: "software:page-faults:1" },
] as const)("a process of which nothing runs any more: $point", ({ point, name }) => {
  kernelTest("is named as the reason", {}, async () => {
    const pid = await unwaited();
    const fatal = `${point} { print(1); }`;
    const result = await runTsbt(["-p", `${pid}`, "-e", fatal]);
    expect(result.stderr, transcript(result)).toBe(
      `ERROR: The process ${pid} has ended\nERROR: Unable to attach probe: ${name}. ${HELP}\n` +
        writtenHere(fatal, point),
    );
    expect(result).toMatchObject({ status: 255, stdout: "" });
    const script = `config = { missing_probes = warn } ${point} { print(1); } begin { print(7); }`;
    expect(await runTsbt(["-B", "none", "-p", `${pid}`, "-e", script])).toMatchObject({
      stdout: "7\n\n\n",
      stderr:
        `WARNING: The process ${pid} has ended\nWARNING: Unable to attach probe: ${name}. Skipping.\n` +
        `${writtenHere(script, point)}Attached 1 probe\n`,
      status: 0,
    });
  });
});

/** It has ended, and its parent does not ask how. */
async function unwaited(): Promise<number> {
  const parent = new Child("sh", ["-c", "sleep 1000 & echo $!; exec sleep 1000"]);
  await parent.printed("\n");
  await waitFor("the parent", () => readFileSync(`/proc/${parent.pid}/comm`, "latin1") === "sleep\n");
  const pid = Number(parent.stdout);
  process.kill(pid);
  await isOver(pid);
  return pid;
}

const isOver = (pid: number): Promise<unknown> =>
  waitFor("its end", () => / Z /.test(readFileSync(`/proc/${pid}/stat`, "latin1")));
