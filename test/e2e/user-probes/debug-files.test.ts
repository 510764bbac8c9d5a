/** Debug information in all the forms that compilers, linkers and distributions give it: each answers the same. */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { kernelTest, runTsbt } from "../../support/index.js";
import type { PackageName } from "../../support/packages.js";

const ONE = `
struct pair { long a; short b; };
struct only_here { int first; struct pair inside; };
__attribute__((noinline, noclone)) void take(struct only_here *o, int n, struct pair p) {
  __asm__ volatile("" :: "r"(o), "r"(n), "r"(p.a), "r"((long)p.b) : "memory");
}
void other(void);
int main(void) { struct only_here o = {31, {32, -33}}; take(&o, 34, (struct pair){35, 36}); other(); return 0; }`;
const TWO = `
struct only_here; struct pair { long a; short b; };
__attribute__((noinline, noclone)) void declared(struct only_here *o, struct pair *p) {
  __asm__ volatile("" :: "r"(o), "r"(p) : "memory");
}
static int room[4] = {7, 0, 8, 0};
void other(void) { struct pair p = {41, 42}; declared((struct only_here *)room, &p); }`;

const root = mkdtempSync(join(tmpdir(), "tsbt-debug-files-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let number = 0;

interface Built {
  readonly directory: string;
  readonly program: string;
  run(command: string, ...args: readonly string[]): void;
}

/** Compiled piece by piece, in a folder of its own. */
function build(compiler: string, flags: readonly string[]): Built {
  const directory = join(root, String(number++));
  mkdirSync(directory);
  const run = (command: string, ...args: readonly string[]): void =>
    void execFileSync(command, args, { cwd: directory, stdio: "pipe", timeout: 60_000 });
  writeFileSync(join(directory, "one.c"), ONE);
  writeFileSync(join(directory, "two.c"), TWO);
  for (const unit of ["one", "two"]) run(compiler, "-c", "-O1", ...flags, `${unit}.c`, "-o", `${unit}.o`);
  run(compiler, "one.o", "two.o", "-o", "program", ...flags.filter((flag) => flag.startsWith("-gz")));
  return { directory, program: join(directory, "program"), run };
}

const EXPECTED = [
  "(34, 31, 32, -33, 35, 36)",
  "{ .first = 31, .inside = { .a = 32, .b = -33 } }",
  "24",
  "(7, 8, 41, 42)",
];

async function check({ program }: Built, ...options: readonly string[]): Promise<void> {
  const script = `
    uprobe:${program}:take {
      print((args.n, args.o.first, args.o.inside.a, args.o.inside.b, args.p.a, args.p.b));
      print(*(struct only_here *)arg0); print(sizeof(struct only_here));
    }
    uprobe:${program}:declared { print((args.o.first, args.o.inside.a, args.p.a, args.p.b)); }`;
  const { stdout, stderr } = await runTsbt(["-q", ...options, "-c", program, "-e", script]);
  expect(stdout.split("\n").filter(Boolean).sort(), stderr).toEqual([...EXPECTED].sort());
  expect(stderr).toBe("");
}

const NEEDED = ["gcc", "libc6-dev", "binutils"] as const;
const NEEDS = { package: NEEDED, timeoutMs: 60_000 } as const;

function debugTest(claim: string, packages: readonly PackageName[], body: () => Promise<void>): void {
  kernelTest(claim, { ...NEEDS, package: [...NEEDED, ...packages] }, body);
}

for (const compiler of ["gcc", "clang"] as const) {
  for (const version of ["-gdwarf-4", "-gdwarf-5"]) {
    debugTest(`${compiler} ${version}: in units and in units of types`, [compiler], async () => {
      await check(build(compiler, [version]));
      await check(build(compiler, [version, "-fdebug-types-section"]));
    });
    debugTest(`${compiler} ${version}: left out into files beside the program, or gone`, [compiler], async () => {
      const built = build(compiler, [version, "-gsplit-dwarf"]);
      await check(built);
      for (const file of readdirSync(built.directory)) if (file.endsWith(".dwo")) rmSync(join(built.directory, file));
      const { program } = built;
      const { stderr, status } = await runTsbt(["-c", program, "-e", `uprobe:${program}:take { print(args.n); }`]);
      expect(status).toBe(1);
      expect(stderr).toContain("WARNING: Unable to find split debug file '");
      expect(stderr).toContain(
        `.dwo' or '${program}.dwp' for '${program}', debugging information may be incomplete!\n`,
      );
    });
    debugTest(`${compiler} ${version}: the same with units of types`, [compiler], async () => {
      await check(build(compiler, [version, "-gsplit-dwarf", "-fdebug-types-section"]));
    });
    // No program of this machine makes one of what GCC writes since version 5.
    if (compiler === "gcc" && version === "-gdwarf-5") continue;
    debugTest(`${compiler} ${version}: in a package`, [compiler, "llvm"], async () => {
      const built = build(compiler, [version, "-gsplit-dwarf"]);
      built.run("llvm-dwp", "-e", "program", "-o", "program.dwp");
      for (const file of readdirSync(built.directory)) if (file.endsWith(".dwo")) rmSync(join(built.directory, file));
      await check(built);
    });
  }
}

for (const way of ["zlib", "zlib-gnu"]) {
  kernelTest(`compressed: ${way}`, NEEDS, async () => check(build("gcc", ["-g", `-gz=${way}`])));
}

/** As linkers that can do it put it there. */
function compressByZstd(program: string): void {
  const file = readFileSync(program);
  const headersAt = Number(file.readBigUInt64LE(40));
  const [count, namesNumber] = [file.readUInt16LE(60), file.readUInt16LE(62)];
  const namesAt = Number(file.readBigUInt64LE(headersAt + namesNumber * 64 + 24));
  const chunks = [file];
  let end = file.length;
  for (let i = 0; i < count; i++) {
    const header = headersAt + i * 64;
    const nameAt = namesAt + file.readUInt32LE(header);
    if (!file.toString("latin1", nameAt, nameAt + 7).startsWith(".debug_")) continue;
    const [at, size] = [Number(file.readBigUInt64LE(header + 24)), Number(file.readBigUInt64LE(header + 32))];
    const packed = execFileSync("zstd", ["-q", "-c"], { input: file.subarray(at, at + size) });
    const head = Buffer.alloc(24);
    head.writeUInt32LE(2, 0);
    head.writeBigUInt64LE(BigInt(size), 8);
    head.writeBigUInt64LE(1n, 16);
    chunks.push(head, packed);
    file.writeBigUInt64LE(file.readBigUInt64LE(header + 8) | 0x800n, header + 8);
    file.writeBigUInt64LE(BigInt(end), header + 24);
    file.writeBigUInt64LE(BigInt(24 + packed.length), header + 32);
    end += 24 + packed.length;
  }
  writeFileSync(program, Buffer.concat(chunks));
}

debugTest("compressed: zstd", ["zstd"], async () => {
  const built = build("gcc", ["-g"]);
  compressByZstd(built.program);
  await check(built);
});

kernelTest("in a file of its own: beside the program, in .debug, where --debuginfo says", NEEDS, async () => {
  const built = build("gcc", ["-g"]);
  built.run("objcopy", "--only-keep-debug", "program", "program.debug");
  built.run("strip", "program");
  built.run("objcopy", "--add-gnu-debuglink=program.debug", "program");
  await check(built);
  const { directory } = built;
  const move = (to: string): void => {
    mkdirSync(join(directory, to), { recursive: true });
    cpSync(join(directory, "program.debug"), join(directory, to, "program.debug"));
  };
  move(".debug");
  move("elsewhere");
  rmSync(join(directory, "program.debug"));
  await check(built);
  rmSync(join(directory, ".debug"), { recursive: true });
  await check(built, "--debuginfo", `none:${join(directory, "elsewhere")}`);
  await check(built, "--debuginfo", "none", "--debuginfo", "elsewhere");
});

kernelTest("by build id, where --debuginfo says", NEEDS, async () => {
  const built = build("gcc", ["-g"]);
  const { directory, program } = built;
  const notes = execFileSync("readelf", ["-n", program], { encoding: "utf8" });
  const id = /Build ID: ([0-9a-f]+)/.exec(notes)?.[1];
  if (id === undefined) return;
  const place = join(directory, "ids", ".build-id", id.slice(0, 2));
  mkdirSync(place, { recursive: true });
  built.run("objcopy", "--only-keep-debug", "program", join(place, `${id.slice(2)}.debug`));
  built.run("strip", "program");
  await check(built, "--debuginfo", "ids");
});

for (const options of [[], ["--dwarf-5"]]) {
  debugTest(`what programs have in common: dwz ${options.join(" ")}`, ["dwz"], async () => {
    const built = build("gcc", [options.length > 0 ? "-gdwarf-5" : "-gdwarf-4"]);
    built.run("gcc", "two.o", "one.o", "-o", "second");
    built.run("dwz", ...options, "-m", "common.debug", "-M", "common.debug", "program", "second");
    await check(built);
    expect(existsSync(join(built.directory, "common.debug"))).toBe(true);
    rmSync(join(built.directory, "common.debug"));
    const { program } = built;
    const { stderr } = await runTsbt(["-c", program, "-e", `uprobe:${program}:take { print(args.n); }`]);
    expect(stderr).toContain(`no debuginfo found for ${program}`);
  });
}

debugTest("the symbols that a stripped program has kept compressed", ["xz-utils"], async () => {
  const built = build("gcc", ["-g0"]);
  built.run("objcopy", "--only-keep-debug", "program", "mini");
  built.run("xz", "-k", "mini");
  built.run("strip", "program");
  built.run("objcopy", "--add-section", ".gnu_debugdata=mini.xz", "program");
  const { program } = built;
  expect((await runTsbt(["-l", `uprobe:${program}:ta*e`])).stdout).toBe(`uprobe:${program}:take\n`);
  const { stdout } = await runTsbt([
    "-q",
    "-c",
    program,
    "-e",
    `uprobe:${program}:take { print((arg1, usym(reg("ip")))); }`,
  ]);
  expect(stdout.trim()).toBe("(34, take)");
});
