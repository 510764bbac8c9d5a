import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Binary, parseMaps, UserSymbols } from "../../../src/symbols/index.js";
import { PerfMap } from "../../../src/symbols/perf-map.js";

const directory = mkdtempSync(join(tmpdir(), "tsbt-user-symbols-"));
const hasCompiler = (() => {
  try {
    execFileSync("gcc", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

const SOURCE = `
#include <stdio.h>
#include <unistd.h>
__attribute__((noinline)) int target(int n) { return n * 3; }
int main(void) {
  printf("%p %d\\n", (void *)target, getpid());
  fflush(stdout);
  return getchar() + target(1);
}
`;

function compile(name: string, ...options: string[]): string {
  const source = join(directory, "program.c");
  const program = join(directory, name);
  writeFileSync(source, SOURCE);
  execFileSync("gcc", ["-O1", ...options, "-o", program, source]);
  return program;
}

/** A process that waits, and the address of its function. */
async function start(program: string): Promise<{ child: ChildProcess; pid: number; address: bigint }> {
  const child = spawn(program, { stdio: ["pipe", "pipe", "inherit"] });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const [address = "0", pid = "0"] = line.toString().trim().split(" ");
  return { child, pid: Number(pid), address: BigInt(address) };
}

afterAll(() => {
  rmSync(directory, { recursive: true });
});

describe.runIf(hasCompiler)("addresses of processes", () => {
  const children: ChildProcess[] = [];
  let pie: string;
  let fixed: string;
  beforeAll(() => {
    pie = compile("pie", "-fPIE", "-pie");
    fixed = compile("fixed", "-fno-pie", "-no-pie");
  });
  afterAll(() => {
    for (const child of children) child.kill();
  });

  it.each(["pie", "fixed"] as const)("of a %s program have names", async (kind) => {
    const program = kind === "pie" ? pie : fixed;
    const { child, pid, address } = await start(program);
    children.push(child);
    const symbols = new UserSymbols({ policy: "per-pid" });
    expect(symbols.symbolAt(address + 1n, pid)).toEqual({ name: "target", offset: 1n, module: program });
    expect(symbols.symbolAt(1n, pid)).toBeUndefined();
    symbols.close();
  });

  it("in a stripped program have none, but in its libraries they do", async () => {
    const program = compile("stripped", "-s");
    const { child, pid, address } = await start(program);
    children.push(child);
    const symbols = new UserSymbols({ policy: "per-pid" });
    expect(symbols.symbolAt(address, pid)).toBeUndefined();
    const libc = parseMaps(readFileSync(`/proc/${pid}/maps`, "latin1")).find(
      (m) => m.isExecutable && /libc[.-]/.test(m.path),
    );
    const inFile = Binary.with(libc?.path ?? "", (b) => b.fileOffsetOf(b.findSymbol("malloc")?.address ?? 0n));
    const malloc = (libc?.start ?? 0n) + BigInt(inFile ?? 0) - (libc?.fileOffset ?? 0n);
    expect(symbols.symbolAt(malloc + 2n, pid)).toMatchObject({ offset: 2n, module: libc?.path });
    symbols.close();
  });

  it("are known after the process has gone, when it was looked at before", async () => {
    const { child, pid, address } = await start(pie);
    const early = new UserSymbols({ policy: "per-pid" });
    early.preload(pid);
    child.stdin?.end();
    await once(child, "exit");
    expect(early.symbolAt(address, pid)?.name).toBe("target");
    expect(new UserSymbols({ policy: "per-pid" }).symbolAt(address, pid)).toBeUndefined();
  });

  it("of a fixed program need no process, per program", async () => {
    const { child, pid, address } = await start(fixed);
    child.stdin?.end();
    await once(child, "exit");
    expect(new UserSymbols({ policy: "per-program", programs: [fixed] }).symbolAt(address, pid)?.name).toBe("target");
    expect(new UserSymbols({ policy: "per-program", programs: [pie] }).symbolAt(address, pid)).toBeUndefined();
    expect(new UserSymbols({ policy: "per-pid", programs: [fixed] }).symbolAt(address, pid)).toBeUndefined();
  });
});

describe("a perf map", () => {
  const map = new PerfMap("1000 20 first function\n0x1020 10 second\n1000 10 newer\nnonsense\nzz 1 x\n");

  it.each([
    [0x1000n, { name: "newer", offset: 0n }],
    [0x1025n, { name: "second", offset: 5n }],
    [0x1030n, undefined],
    [0xfffn, undefined],
  ])("at %s", (address, expected) => {
    expect(map.find(address)).toEqual(expected);
  });
});
