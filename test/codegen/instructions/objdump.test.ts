import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { expect } from "vitest";
import { decodeX86, type Mode } from "../../../codegen/instructions/x86-decode.js";
import { compileC, kernelTest } from "../../support/index.js";

const DIRECTORIES = ["/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/usr/lib"];
const LIBRARIES = ["libc.so.6", "libm.so.6", "libstdc++.so.6", "ld-linux-x86-64.so.2"];

/** Tables between functions that objdump reads as code, and test registers, which went with the 386: they mean nothing. */
const NO_CODE = /\(bad\)|^rex(\.\w+)?\s*$|^\.byte|%tr\d/;
/** To objdump `fwait` belongs to the instruction behind it; to the processor it is one of its own. */
const FWAIT = /^((26|2e|36|3e|6[4-7]|f[023]) )*9b/;

const REQUIREMENTS = { root: false, package: "binutils", matrix: false, timeoutMs: 60_000 } as const;

for (const library of LIBRARIES) {
  kernelTest(`instructions of ${library} are as long as objdump says`, REQUIREMENTS, async () => {
    const path = pathOf(library);
    if (process.arch !== "x64" || path === undefined) return;
    const { count, different } = await compareWithObjdump(64, ["-d", path]);
    expect(different).toEqual([]);
    expect(count).toBeGreaterThan(10_000);
  });
}

kernelTest("instructions of 32-bit code", { ...REQUIREMENTS, package: ["gcc", "binutils"] }, async () => {
  if (process.arch !== "x64") return;
  const { count, different } = await compareWithObjdump(32, ["-d", thirtyTwoBits()]);
  expect(different).toEqual([]);
  expect(count).toBeGreaterThan(100);
});

/** Code of another mode is as good as random bytes, and has all instructions in it. */
kernelTest("any bytes as 32-bit code", REQUIREMENTS, async () => {
  const path = pathOf("libm.so.6");
  if (path === undefined) return;
  const { count, different } = await compareWithObjdump(32, ["-D", "-b", "binary", "-m", "i386", path]);
  expect(different).toEqual([]);
  expect(count).toBeGreaterThan(100_000);
});

const pathOf = (library: string): string | undefined =>
  DIRECTORIES.map((directory) => `${directory}/${library}`).find(existsSync);

/** 64-bit and decimal numbers, tables of jumps, floats, vectors: without a library, which is rarely there. */
const thirtyTwoBits = (): string =>
  compileC(
    `typedef float vector __attribute__((vector_size(16)));
    long long product(long long a, unsigned b) { return a * b + (a >> 3) + (a << b); }
    double sum(const double *v, int n) { double s = 0; for (int i = 0; i < n; i++) s += v[i] / 3 + n; return s; }
    vector scaled(vector a, float b) { return a * b + a; }
    const char *name(int n) { switch (n) { case 0: return "a"; case 1: return "bc"; case 2: return "d"; case 3: return "ef"; case 4: return "g"; default: return "z"; } }
    unsigned short narrow(unsigned short *p, int n) { unsigned short s = 0x1234; while (n--) s = s * 0x4321 + *p++; return s; }
    void copy(char *to, const char *from, unsigned n) { while (n--) *to++ = *from++; }
    int recursive(int n, int (*f)(int, int)) { return n < 2 ? n : recursive(n - 1, f) + f(n, 0x12345678); }
    int swap(int *p, int v) { return __sync_val_compare_and_swap(p, v, v + 1) + __builtin_bswap32(v); }`,
    { name: "i386.o", flags: ["-m32", "-O2", "-msse2", "-fPIC", "-c"] },
  );

async function compareWithObjdump(
  mode: Mode,
  args: readonly string[],
): Promise<{ count: number; different: readonly string[] }> {
  const objdump = spawn("objdump", ["-w", ...args], { stdio: ["ignore", "pipe", "ignore"] });
  const different: string[] = [];
  let count = 0;
  for await (const line of createInterface({ input: objdump.stdout })) {
    const [place, hex, text] = line.split("\t");
    if (place?.endsWith(":") !== true || hex === undefined || text === undefined || NO_CODE.test(text)) continue;
    const bytes = hex.trim().split(" ");
    if (FWAIT.test(hex)) continue;
    count++;
    const code = Uint8Array.from(bytes, (byte) => parseInt(byte, 16));
    if (decodeX86(code, 0, mode)?.length !== code.length) different.push(line);
  }
  return { count, different };
}
