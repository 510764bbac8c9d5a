/** Where uprobes may be, and what is said of where they may not (probes-and-cli.md 5.11). */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { checkScript, compileC, kernelTest, runTsbt } from "../../support/index.js";
import { negates } from "./programs.js";

const REQUIREMENTS = { package: ["gcc", "libc6-dev"] } as const;

const directory = mkdtempSync(join(tmpdir(), "tsbt-places-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const FORCE =
  "HINT: Use --unsafe to force attachment. WARNING: This option could lead to data corruption in the target process.\n";
const EXPECTED = "HINT: If this is expected, set the 'missing_probes' config variable to 'warn'.\n";

/** What a script with a single attach point is told. */
function told(severity: "ERROR" | "WARNING", point: string, message: string, hints: string): string {
  return `stdin:1:1-${point.length + 1}: ${severity}: ${message}\n${point} { }\n${"~".repeat(point.length)}\n${hints}`;
}

function addressOf(program: string, symbol: string): number {
  const line = execFileSync("nm", [program], { encoding: "latin1" })
    .split("\n")
    .find((text) => text.endsWith(` ${symbol}`));
  return parseInt(line ?? "", 16);
}

function strippedCopy(): string {
  const path = join(directory, "stripped");
  execFileSync("strip", ["-o", path, negates()]);
  return path;
}

kernelTest("an instruction of a function, by offset and by address", REQUIREMENTS, async () => {
  const program = negates();
  for (const place of ["f3+3", `${addressOf(program, "f3") + 3}`, `0x${addressOf(program, "f3").toString(16)}`]) {
    const script = `uprobe:${program}:${place} { printf("hit\\n"); }`;
    const { stdout } = await runTsbt(["-c", program, "-e", script]);
    expect(stdout.split("\n").sort().join("\n").trim()).toBe("-42\nhit");
  }
});

kernelTest("no uprobe in the middle of an instruction", REQUIREMENTS, async () => {
  const program = negates();
  const message = `Could not add uprobe into middle of instruction: ${program}:f3+4`;
  for (const place of ["f3+4", `${addressOf(program, "f3") + 4}`]) {
    const point = `uprobe:${program}:${place}`;
    await checkScript({
      script: `${point} { }`,
      options: ["-c", program],
      stdout: "",
      stderr: told("ERROR", point, message, FORCE + EXPECTED),
      status: 1,
    });
  }
});

kernelTest("with --unsafe it is warned of", REQUIREMENTS, async () => {
  const program = negates();
  const point = `uprobe:${program}:f3+4`;
  const message = `Unsafe uprobe in the middle of the instruction: ${program}:f3+4`;
  await checkScript({
    script: `${point} { }`,
    options: ["--unsafe", "--dry-run"],
    stderr: told("WARNING", point, message, ""),
  });
});

kernelTest("with missing_probes=warn the rest goes on", REQUIREMENTS, async () => {
  const program = negates();
  const { stdout, stderr, status } = await runTsbt([
    ...["-c", program, "-e"],
    `config = { missing_probes = warn } uprobe:${program}:f3+4, uprobe:${program}:f3 { printf("hit\\n"); }`,
  ]);
  expect(status).toBe(0);
  expect(stdout.split("\n").sort().join("\n").trim()).toBe("-42\nhit");
  expect(stderr).toContain(`WARNING: Could not add uprobe into middle of instruction: ${program}:f3+4\n`);
  expect(stderr).toContain(`HINT: Unable to attach probe: uprobe:${program}:f3+4. Skipping.\n`);
  expect(stderr).toContain("Attached 1 probe\n");
});

kernelTest("no uprobe behind the end of a function", REQUIREMENTS, async () => {
  const program = negates();
  // The last is behind the end of the file.
  for (const offset of [7, 1000, 100000]) {
    const point = `uprobe:${program}:f3+${offset}`;
    await checkScript({
      script: `${point} { }`,
      stderr: told("ERROR", point, "Offset outside the function bounds ('f3' size is 7)", EXPECTED),
      status: 1,
    });
  }
  const { stderr } = await runTsbt(["-e", `uprobe:${program}:nosuch+4 { }`]);
  expect(stderr).toContain(`ERROR: No matches for uprobe ${program}:nosuch.\n`);
});

kernelTest("in a stripped program nobody knows where instructions start", REQUIREMENTS, async () => {
  const program = strippedCopy();
  const address = addressOf(negates(), "f3");
  const point = `uprobe:${program}:${address}`;
  const message = `Could not determine instruction boundary for ${point} (binary appears stripped).`;
  await checkScript({ script: `${point} { }`, stderr: told("ERROR", point, message, FORCE + EXPECTED), status: 1 });
  const { stdout, stderr } = await runTsbt(["--unsafe", "-c", program, "-e", `${point} { printf("hit\\n"); }`]);
  expect(stderr).toContain(`WARNING: ${message} Misaligned probes can lead to tracee crashes!\n`);
  expect(stdout.split("\n").sort().join("\n").trim()).toBe("-42\nhit");
});

kernelTest("an address without code is none", REQUIREMENTS, async () => {
  const program = negates();
  const data = `uprobe:${program}:0x${addressOf(program, "__data_start").toString(16)}`;
  await checkScript({
    script: `${data} { }`,
    stderrMatch: /ERROR: Could not resolve symbol: \S+mid:0x[0-9a-f]+\n/,
    status: 1,
  });
});

kernelTest("of a function without a size nobody knows where it ends", REQUIREMENTS, async () => {
  const program = negates();
  const point = `uprobe:${program}:_init`;
  const message = "Could not determine boundary for _init (symbol has size 0).";
  await checkScript({ script: `${point} { }`, stderr: told("ERROR", point, message, FORCE + EXPECTED), status: 1 });
  await checkScript({ script: `${point} { }`, options: ["--unsafe", "--dry-run"], stderr: "" });
});

kernelTest("a wildcard leaves such functions out, and says so", REQUIREMENTS, async () => {
  const program = negates();
  const message = "Could not determine boundary for _init (symbol has size 0).";
  const alone = `uprobe:${program}:_init*`;
  await checkScript({
    script: `${alone} { }`,
    stderrMatch: [
      /ERROR: Probe has no valid attach points/,
      /WARNING: Could not determine boundary for _init \(symbol has size 0\)\.\n/,
      /HINT: 1 of what the pattern matches is left out\.\n/,
    ],
    status: 1,
  });
  const { stdout, stderr } = await runTsbt(["-c", program, "-e", `uprobe:${program}:* { @[func] = count(); }`]);
  expect(stdout).toContain("-42\n");
  expect(stdout).toContain("@[main]: 1\n");
  expect(stdout).toContain("@[f3]: 1\n");
  expect(stderr).toContain(message);
});

kernelTest("a lock prefix is not for uprobes", REQUIREMENTS, async () => {
  const program = compileC(
    `__attribute__((naked)) void locks(void) { __asm__("nop; lock incl (%rsp); lock decl (%rsp); ret"); }
    int main() { locks(); return 0; }`,
    { name: "locks" },
  );
  const point = `uprobe:${program}:locks+1`;
  const message = `The kernel puts no probe on an instruction with a lock prefix: ${program}:locks+1`;
  await checkScript({ script: `${point} { }`, stderr: told("ERROR", point, message, EXPECTED), status: 1 });
  await checkScript({ script: `uprobe:${program}:locks { }`, options: ["--dry-run"], stderr: "" });
});

kernelTest("behind what is no code nobody knows", REQUIREMENTS, async () => {
  const program = compileC(
    `__attribute__((naked)) void mixed(void) { __asm__("jmp 1f; .byte 0x06, 0x06; 1: nop; ret"); }
    int main() { mixed(); return 0; }`,
    { name: "mixed" },
  );
  const point = `uprobe:${program}:mixed+4`;
  const message = `Failed to check if uprobe is in proper place: ${program}:mixed+4`;
  await checkScript({ script: `${point} { }`, stderr: told("ERROR", point, message, FORCE + EXPECTED), status: 1 });
  await checkScript({
    script: `${point} { }`,
    options: ["--unsafe", "--dry-run"],
    stderr: told("WARNING", point, `Unchecked uprobe: ${program}:mixed+4`, ""),
  });
});

kernelTest("of several programs in PATH the first is meant", REQUIREMENTS, async () => {
  for (const name of ["one", "two"]) {
    mkdirSync(join(directory, name));
    copyFileSync(negates(), join(directory, name, "twice"));
  }
  const path = `${join(directory, "one")}:${join(directory, "two")}:${join(directory, "one")}`;
  const message = `attaching to uprobe target file '${join(directory, "one", "twice")}' but matched 2 binaries`;
  await checkScript({
    script: "uprobe:twice:f3 { }",
    options: ["--dry-run"],
    env: { PATH: `${path}:${process.env["PATH"] ?? ""}` },
    stderr: told("WARNING", "uprobe:twice:f3", message, ""),
  });
});

kernelTest("uretprobes are on functions as a whole", REQUIREMENTS, async () => {
  const program = negates();
  const start = addressOf(program, "f3");
  const inside = `uretprobe:${program}:${start + 3}`;
  const message = "uretprobes cannot be attached at function offset. (address resolved to: f3+3)";
  await checkScript({ script: `${inside} { }`, stderr: told("ERROR", inside, message, EXPECTED), status: 1 });
  const { stdout } = await runTsbt(["-c", program, "-e", `uretprobe:${program}:${start} { printf("%d\\n", retval); }`]);
  expect(stdout).toContain("-42\n-42\n");
});

kernelTest("no uretprobe where nothing is returned to", REQUIREMENTS, async () => {
  const program = negates();
  const point = `uretprobe:${program}:_start`;
  await checkScript({
    script: `${point} { }`,
    stderr: told(
      "ERROR",
      point,
      `uretprobe would break the program at ${program}:_start: Nobody calls it: what lies on the stack is no return address.`,
      FORCE + EXPECTED,
    ),
    status: 1,
  });
  await checkScript({
    script: `${point} { }`,
    options: ["--unsafe", "--dry-run"],
    stderrMatch: /WARNING: Unsafe uretprobe at \S+mid:_start: Nobody calls it/,
  });
});

kernelTest("all functions of one name", REQUIREMENTS, async () => {
  const helper = (n: number): string => `__attribute__((noinline)) static int helper(int a) { return a + ${n}; }`;
  const object = join(directory, "other.o");
  writeFileSync(join(directory, "other.c"), `${helper(2)} int two(void) { return helper(1); }`);
  execFileSync("gcc", ["-O0", "-c", "-o", object, join(directory, "other.c")]);
  const program = join(directory, "twins");
  writeFileSync(
    join(directory, "main.c"),
    `int two(void); ${helper(1)} int main() { return helper(1) * 10 + two() - 23; }`,
  );
  execFileSync("gcc", ["-O0", "-o", program, join(directory, "main.c"), object]);
  await checkScript({
    script: `uprobe:${program}:helper { @ = count(); }`,
    options: ["-c", program],
    stdout: "\n\n@: 2\n",
    stderr: "Attached 2 probes\n",
  });
});

kernelTest("a file of another kind says what it is", REQUIREMENTS, async () => {
  const image = readFileSync(negates());
  const file = (name: string, bytes: Uint8Array): string => {
    const path = join(directory, name);
    writeFileSync(path, bytes, { mode: 0o755 });
    return path;
  };
  const foreign = Uint8Array.from(image);
  foreign[18] = 183;
  const rows = [
    [file("cut", image.subarray(0, 300)), /HINT: \S+\/cut: is cut off: it ends before its table of sections begins\n/],
    [file("text", Buffer.from("#!/bin/sh\n")), /HINT: \S+\/text: is not an ELF file\n/],
    [file("foreign", foreign), /HINT: \S+\/foreign: it is made for aarch64, and this machine is x86_64\n/],
  ] as const;
  for (const [path, hint] of rows) {
    const message = new RegExp(`ERROR: uprobe target file '${path}' does not exist or is not executable\n`);
    await checkScript({ script: `uprobe:${path}:main { }`, stderrMatch: [message, hint], status: 1 });
  }
});

kernelTest("a list of a file that is broken says so, and is empty", REQUIREMENTS, async () => {
  const image = readFileSync(negates());
  const list = (name: string, bytes: Uint8Array): ReturnType<typeof runTsbt> => {
    const path = join(directory, name);
    writeFileSync(path, bytes, { mode: 0o755 });
    return runTsbt(["-l", `uprobe:${path}:*`]);
  };
  const isSymbols = (at: number): boolean => image.readUInt32LE(at + 4) === SHT_SYMTAB;
  const sections = Array.from(
    { length: image.readUInt16LE(60) },
    (_, i) => Number(image.readBigUInt64LE(40)) + i * image.readUInt16LE(58),
  );
  const spoilt = Buffer.from(image);
  spoilt.writeBigUInt64LE(BigInt(image.length), (sections.find(isSymbols) ?? 0) + 24);
  const rows = [
    ["list-cut", image.subarray(0, 300), "is cut off: it ends before its table of sections begins"],
    ["list-text", Buffer.from("#!/bin/sh\n"), "is not an ELF file"],
    ["list-symbols", spoilt, "section .symtab is cut off: the file ends before it does"],
  ] as const;
  for (const [name, bytes, reason] of rows) {
    const { stdout, stderr, status } = await list(name, bytes);
    expect({ stdout, status }).toEqual({ stdout: "", status: 0 });
    expect(stderr).toBe(`WARNING: Cannot list functions of ${join(directory, name)}: ${reason}\n`);
  }
  const { stderr } = await runTsbt(["-l", `uprobe:${negates()}:no_such_function`]);
  expect(stderr).toBe("");
});

const SHT_SYMTAB = 2;

kernelTest("a flat file, with --unsafe", REQUIREMENTS, async () => {
  const path = join(directory, "flat");
  copyFileSync("/etc/passwd", path);
  const point = `uprobe:${path}:16`;
  const message = `Could not determine instruction boundary for ${point} (binary appears stripped). Misaligned probes can lead to tracee crashes!`;
  await checkScript({
    script: `${point} { }`,
    options: ["--unsafe", "--dry-run"],
    stderr: told("WARNING", point, message, ""),
  });
});
