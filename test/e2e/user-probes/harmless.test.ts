/** What is attached changes nothing of what the traced program computes. */
import { execFileSync } from "node:child_process";
import { expect } from "vitest";
import type { CodeFunction, Executable } from "../../../codegen/facts.js";
import { boundaryAt, obstacleAt } from "../../../codegen/instructions/index.js";
import { LiveFacts } from "../../../src/kernel/live.js";
import { kernelTest, runTsbt } from "../../support/index.js";
import { busy } from "./programs.js";

interface Offsets {
  readonly starts: readonly string[];
  readonly others: readonly string[];
}

/** `FUNCTION+OFFSET` for every byte of the program's own functions. */
function offsetsOf(executable: Executable, chosen: (f: CodeFunction) => boolean): Offsets {
  const starts: string[] = [];
  const others: string[] = [];
  const functions = executable.functionsMatching(() => true).filter((f) => f.bytes > 0n && chosen(f));
  for (const { name, address, bytes } of functions) {
    const code = executable.code(address, Number(bytes)) ?? new Uint8Array();
    for (let at = 0; at < code.length; at++) {
      const isStart = boundaryAt("x86_64", code, at) === "start";
      const place = `${name}+${at}`;
      if (!isStart) others.push(place);
      else if (obstacleAt("x86_64", code, at) === undefined) starts.push(place);
    }
  }
  return { starts, others };
}

function programAt(path: string): Executable {
  const lookup = new LiveFacts().executables(path, { pid: undefined });
  if (lookup.kind === "missing") throw new Error(`${path} is not there`);
  return lookup.executables[0] as Executable;
}

const REQUIREMENTS = { package: ["gcc", "libc6-dev"], timeoutMs: 120_000, matrix: false } as const;

const OPTIONS = { timeoutMs: 100_000, env: { BPFTRACE_MAX_PROBES: "10000", BPFTRACE_MAX_BPF_PROGS: "10000" } } as const;

kernelTest("uprobes on every instruction of a program", REQUIREMENTS, async () => {
  if (process.arch !== "x64") return;
  const program = busy();
  const expected = execFileSync(program, { encoding: "latin1" });
  const { starts } = offsetsOf(programAt(program), () => true);
  expect(starts.length).toBeGreaterThan(300);
  const points = starts.map((place) => `uprobe:${program}:${place}`).join(",");
  const script = `${points} { @hits = count(); @places[reg("ip")] = count(); } end { printf("%d places\\n", len(@places)); clear(@places); }`;
  const { stdout, status, stderr } = await runTsbt(["-B", "full", "-c", program, "-e", script], OPTIONS);
  expect(status, stderr).toBe(0);
  expect(stdout.startsWith(expected), stdout).toBe(true);
  expect(Number(/(\d+) places/.exec(stdout)?.[1])).toBeGreaterThan(starts.length / 2);
});

kernelTest("uprobes and uretprobes on every function of a program", REQUIREMENTS, async () => {
  const program = busy();
  const expected = execFileSync(program, { encoding: "latin1" });
  const script = `uprobe:${program}:* { @in = count(); } uretprobe:${program}:* { @out = count(); } end { if (@in > 200) { printf("many\\n"); } }`;
  const { stdout, status, stderr } = await runTsbt(["-B", "full", "-c", program, "-e", script], OPTIONS);
  expect(status, stderr).toBe(0);
  expect(stdout.startsWith(expected), stdout).toBe(true);
  expect(stdout).toContain("many\n");
});

kernelTest("no uprobe in the middle of any instruction", REQUIREMENTS, async () => {
  if (process.arch !== "x64") return;
  const program = busy();
  const { others } = offsetsOf(programAt(program), ({ name }) => ["fib", "mean", "hash"].includes(name));
  expect(others.length).toBeGreaterThan(50);
  const points = others.map((place) => `uprobe:${program}:${place}`).join(",");
  const { stdout, status, stderr } = await runTsbt(["-c", program, "-e", `${points} { }`], OPTIONS);
  expect(status).toBe(1);
  expect(stdout).toBe("");
  for (const place of others) {
    expect(stderr).toContain(`ERROR: Could not add uprobe into middle of instruction: ${program}:${place}\n`);
  }
});
