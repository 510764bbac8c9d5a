/** Lines of sources and inlined functions in stacks, beside what gdb says of the same place. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect } from "vitest";
import { checkScript, compileC, kernelTest } from "../support/index.js";

/** `probe` is entered by way of two functions that compilers put into `outer`, each called in another line. */
const SOURCE = `#line 1 "lines.c"
volatile int sink;
__attribute__((noinline)) void probe(void) { sink++; }
__attribute__((noinline)) void under(void) {
  sink = 1;
  probe();
  sink = 2;
}
static inline __attribute__((always_inline)) void twice(void) {
  under();
  sink++;
}
static inline __attribute__((always_inline)) void around(void) {
  sink = 3;
  twice();
  sink++;
}
__attribute__((noinline)) void outer(void) {
  around();
  sink = 4;
  around();
}
int main(void) {
  outer();
  return 0;
}
`;

interface Build {
  readonly compiler: "gcc" | "clang";
  readonly flags: readonly string[];
}

const BUILDS: readonly Build[] = ["gcc", "clang"].flatMap((compiler) =>
  ["-O0", "-O2"].flatMap((level) =>
    [4, 5].map((version) => ({ compiler: compiler as Build["compiler"], flags: [level, `-gdwarf-${version}`] })),
  ),
);

const PACKAGES = { package: ["gcc", "libc6-dev"] } as const;

const FRAME_POINTERS = ["-fno-omit-frame-pointer", "-mno-omit-leaf-frame-pointer", "-fno-optimize-sibling-calls"];

/** `function file:line`, the innermost first, up to main. */
function gdbFrames(program: string): readonly string[] {
  const commands = ["-batch", "-nx", "-ex", "set confirm off", "-ex", "break *probe", "-ex", "run", "-ex", "bt"];
  const text = execFileSync("gdb", [...commands, "-ex", "kill", program], { encoding: "latin1", stdio: "pipe" });
  const frames = text.matchAll(/^#\d+ +(?:0x[0-9a-f]+ in )?(\w+) \(.*\) at (?:.*\/)?([^/\s]+:\d+)/gm);
  return untilMain(Array.from(frames, ([, name = "", place = ""]) => `${name} ${place}`));
}

const stackFrames = (text: string): readonly string[] =>
  untilMain(
    Array.from(
      text.matchAll(/^ {8}(?:\[inlined\] )?(\w+)(?:\+\d+)?@(?:.*\/)?([^/\s]+:\d+)$/gm),
      ([, name = "", place = ""]) => `${name} ${place}`,
    ),
  );

const untilMain = (frames: readonly string[]): readonly string[] =>
  frames.slice(0, frames.findIndex((frame) => frame.startsWith("main ")) + 1);

describe("show_debug_info", () => {
  for (const { compiler, flags } of BUILDS) {
    kernelTest(
      `lines and inlined functions of ${compiler} ${flags.join(" ")} are those that gdb shows`,
      { package: [compiler, "gdb", "libc6-dev"] },
      async () => {
        const program = compileC(SOURCE, { name: "lines", compiler, flags: [...flags, ...FRAME_POINTERS] });
        const expected = gdbFrames(program);
        expect(expected.map((frame) => frame.split(" ")[0])).toEqual([
          "probe",
          "under",
          "twice",
          "around",
          "outer",
          "main",
        ]);
        const { stdout } = await checkScript({
          script: `config = { show_debug_info = true } uprobe:${program}:probe { printf("%s", ustack); exit(); }`,
          options: ["-c", program],
        });
        // Before a function has made its frame, the kernel may not see who called it.
        const short = expected.filter((frame) => !frame.startsWith("under "));
        expect([expected, short], stdout).toContainEqual(stackFrames(stdout));
      },
    );
  }

  const build = (): string => compileC(SOURCE, { name: "lines", flags: ["-O2", "-g", ...FRAME_POINTERS] });

  kernelTest("by the environment, in perf mode and in symbols", PACKAGES, async () => {
    const program = build();
    await checkScript({
      script: `uprobe:${program}:probe { print(ustack(perf, 2)); print(usym(reg("ip"))); print(func); exit(); }`,
      options: ["-c", program],
      env: { BPFTRACE_SHOW_DEBUG_INFO: "1" },
      match: new RegExp(
        [
          String.raw`^\n\t([0-9a-f]+) probe\+0@(\S+/lines\.c:2) \(${program}\)`,
          String.raw`\t([0-9a-f]+) twice@\S+/lines\.c:9 \(inlined\)`,
          String.raw`\t\3 around@\S+/lines\.c:14 \(inlined\)`,
          String.raw`\t\3 outer\+\d+@\S+/lines\.c:18 \(${program}\)`,
          String.raw`\nprobe@\2`,
          String.raw`probe@\2\n`,
        ].join(String.raw`\n`),
      ),
    });
  });

  kernelTest("off by default", PACKAGES, async () => {
    const program = build();
    await checkScript({
      script: `uprobe:${program}:probe { print(ustack(2)); exit(); }`,
      options: ["-c", program],
      match: /^\n {8}probe\+0\n {8}outer\+\d+\n\n/,
    });
  });

  kernelTest(
    "C++ functions that were inlined are demangled as others are",
    { package: ["g++", "libc6-dev"] },
    async () => {
      const program = compileC(
        `#line 1 "shop.cc"
      volatile int sink;
      extern "C" __attribute__((noinline)) void probe() { sink = 1; }
      __attribute__((noinline)) void under() { probe(); sink = 2; }
      namespace shop { struct Till { __attribute__((always_inline)) void add(int n) { under(); sink = n; } }; }
      int main() { shop::Till till; till.add(3); return 0; }`,
        { name: "shop", language: "c++", flags: ["-O2", "-g", ...FRAME_POINTERS] },
      );
      await checkScript({
        script: `config = { show_debug_info = true } uprobe:${program}:probe { print(ustack(2)); exit(); }`,
        options: ["-c", program],
        match:
          /^\n {8}probe\+0@\S+shop\.cc:2\n {8}\[inlined\] shop::Till::add\(int\)@\S+shop\.cc:4\n {8}main\+\d+@\S+shop\.cc:5\n/,
      });
    },
  );
});

describe("kernel stacks with show_debug_info", () => {
  kernelTest("have the lines of the image that BPFTRACE_VMLINUX names", PACKAGES, async () => {
    const image = kernelImageOf("__bpf_prog_test_run_raw_tp");
    await checkScript({
      script: "config = { show_debug_info = true } begin { print(kstack); }",
      env: { BPFTRACE_VMLINUX: image },
      match: /^ {8}__bpf_prog_test_run_raw_tp\+\d+@\S+kernel\/here\.c:77$/m,
    });
  });

  kernelTest("have none of the image of another kernel, which is said", PACKAGES, async () => {
    await checkScript({
      script: "config = { show_debug_info = true } begin { print(kstack); }",
      env: { BPFTRACE_VMLINUX: kernelImageOf("__bpf_prog_test_run_raw_tp", "0x1234567890") },
      stderrMatch: /WARNING: \S+\/image is not the image of the running kernel: its build id is another\n/,
      match: /^ {8}__bpf_prog_test_run_raw_tp\+\d+$/m,
    });
  });
});

/** An image of which nothing is there but one function, as far from a landmark as in the running kernel. */
function kernelImageOf(name: string, buildId = "none"): string {
  const symbols = readFileSync("/proc/kallsyms", "latin1");
  const addressOf = (symbol: string): bigint =>
    BigInt(`0x${new RegExp(`^([0-9a-f]+) [tT] ${symbol}$`, "m").exec(symbols)?.[1] ?? "0"}`);
  const distance = addressOf(name) - addressOf("vfs_read");
  const landmark = 0x4000_0000n;
  const source = `#line 75 "kernel/here.c"
    __attribute__((section(".landmark"))) void vfs_read(void) {}

    __attribute__((section(".traced"))) void ${name}(void) { __asm__(".skip 4096, 0x90"); }`;
  return compileC(source, {
    name: "image",
    flags: [
      "-O1",
      "-g",
      "-nostdlib",
      "-static",
      `-Wl,--build-id=${buildId}`,
      "-Wl,-e,0",
      `-Wl,--section-start=.landmark=0x${landmark.toString(16)}`,
      `-Wl,--section-start=.traced=0x${(landmark + distance).toString(16)}`,
    ],
  });
}
