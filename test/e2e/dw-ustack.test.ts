/** Stacks without frame pointers, beside those that gdb finds in the same process. */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, onTestFinished } from "vitest";
import { Child, checkScript, compileC, kernelTest, runTsbt } from "../support/index.js";

const LIBRARY = `
__attribute__((noinline)) int library_call(int (*callback)(int), int n) {
  char room[n * 16 + 40];
  for (int i = 0; i < n; i++) ((volatile char *)room)[i] = i;
  int result = callback(n + room[1]);
  __asm__ volatile("" : : "r"(room) : "memory");
  return result + 1;
}
`;

/** Goes through what stacks are made of, and sleeps at the end: as often as it is asked to, in as many children. */
const DEEP = `
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
int library_call(int (*callback)(int), int n);
static volatile int sink;
static int turns;
__attribute__((noinline)) void rest(void) {
  struct timespec time = {0, 20000000};
  for (int i = 0; i < turns; i++) nanosleep(&time, 0);
  sink++;
}
__attribute__((noinline)) static int recurse(int n) {
  volatile long room[7] = {n};
  if (n == 0) rest();
  else sink += recurse(n - 1);
  return room[0] + sink;
}
__attribute__((noinline)) static int from_library(int n) { return recurse(n % 5 + 2) + 1; }
static void on_signal(int number) { sink += library_call(from_library, number); }
static int compare(const void *a, const void *b) {
  if (sink == 0) raise(SIGUSR1);
  return *(const int *)a - *(const int *)b;
}
/** Its locals want more alignment than the stack has. */
__attribute__((noinline)) static int aligned(int n) {
  int numbers[64] __attribute__((aligned(64)));
  for (int i = 0; i < 64; i++) numbers[i] = n * (i + 7) % 64;
  qsort(numbers, 64, sizeof *numbers, compare);
  return numbers[n] + sink;
}
int main(int argc, char **argv) {
  static char stack[1 << 16];
  stack_t other = {.ss_sp = stack, .ss_size = sizeof stack};
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_ONSTACK};
  turns = argc > 1 ? atoi(argv[1]) : 1;
  if (argc > 2 && strcmp(argv[2], "altstack") == 0) sigaltstack(&other, 0);
  sigaction(SIGUSR1, &action, 0);
  if (argc > 2 && strcmp(argv[2], "child") == 0 && fork() != 0) return wait(0) < 0;
  if (argc > 2 && strcmp(argv[2], "again") == 0) for (;; sink = 0) aligned(argc);
  return aligned(argc) < 0;
}
`;

interface Build {
  readonly compiler: "gcc" | "clang";
  readonly flags: readonly string[];
  readonly isStatic?: true;
}

const PACKAGES = { package: ["gcc", "libc6-dev"] } as const;

function build({ compiler, flags, isStatic }: Build): string {
  if (isStatic === true)
    return compileC(LIBRARY + DEEP, { name: "deep", compiler, flags: ["-g", "-static", ...flags] });
  const library = compileC(LIBRARY, {
    name: "libdeep.so",
    compiler,
    flags: ["-g", "-shared", ...flags.filter((flag) => !flag.includes("no-pie")), "-fPIC"],
  });
  const place = [`-L${dirname(library)}`, "-ldeep", `-Wl,-rpath,${dirname(library)}`];
  return compileC(DEEP, { name: "deep", compiler, flags: ["-g", ...flags, ...place] });
}

/** The virtual machines have an overlay. */
function onPlainFileSystem(program: string): string {
  const directory = mkdtempSync("/run/tsbt-unwinding-");
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const copy = join(directory, basename(program));
  copyFileSync(program, copy);
  return copy;
}

/** The same in a file system that shows the files of two others, under numbers of its own. */
function onOverlay(program: string): string {
  const directory = mkdtempSync("/run/tsbt-overlay-");
  const [upper, lower, merged] = ["upper, one", "lower", "merged"].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [upper, lower, merged]) mkdirSync(path);
  copyFileSync(program, join(lower, basename(program)));
  const options = `lowerdir=${upper.replaceAll(",", "\\,")}:${lower}`;
  execFileSync("mount", ["-t", "overlay", "overlay", "-o", options, merged]);
  onTestFinished(() => {
    // Probes may still have its files.
    execFileSync("umount", ["--lazy", merged]);
    rmSync(directory, { recursive: true });
  });
  return join(merged, basename(program));
}

/**
 * Waits, and each line that it is sent runs the program once more: in a root of its own, on an overlay that nobody else sees, of
 * directories that nobody else sees.
 */
const CONTAINER = `
set -e
mount -t tmpfs tmpfs "$1"; cd "$1"
mkdir lower upper work merged; cp "$2" lower/deep
mount -t overlay overlay -o "lowerdir=$1/lower,upperdir=$1/upper,workdir=$1/work" merged
chroot merged /deep 100000 >&2 &
echo "inside: $!"
while read -r times; do chroot merged /deep "$times" >&2; echo "ran $times"; done
kill $!`;

async function inContainer(program: string): Promise<{ readonly pid: number; run(times: number): Promise<void> }> {
  const directory = mkdtempSync("/run/tsbt-container-");
  onTestFinished(() => rmdirSync(directory));
  const shell = new Child("unshare", ["-m", "sh", "-c", CONTAINER, "sh", directory, program], { input: "open" });
  await shell.printed(/inside: \d+\n/);
  const pid = Number(/inside: (\d+)/.exec(shell.stdout)?.[1]);
  onTestFinished(() => void process.kill(pid, "SIGKILL"));
  return {
    pid,
    run: async (times) => {
      shell.write(`${times}\n`);
      await shell.printed(`ran ${times}\n`);
    },
  };
}

const WITHOUT_FRAME_POINTERS: Build = { compiler: "gcc", flags: ["-O2", "-fomit-frame-pointer"] };

/** What every stack of the program has, the innermost first. */
const FRAMES: readonly RegExp[] = [
  /^\n {8}rest\+0\n/m,
  /^ {8}recurse\+\d+\n( {8}recurse\+\d+\n)* {8}from_library\+\d+\n {8}library_call\+\d+\n {8}on_signal\+\d+\n/m,
  /^ {8}(gsignal|raise)\+\d+\n {8}compare\+\d+\n/m,
  /^ {8}qsort\S*\+\d+\n( {8}aligned\+\d+\n)? {8}main\+\d+\n/m,
];

const COMPLETE = /^(?![^]*(unwind failure|\n@\[\n\]))/;

const SLEEPS = "tracepoint:syscalls:sys_enter_clock_nanosleep";
const ENABLED = "config = { unstable_dw_ustack = enable }";

/** Addresses, the innermost first; undefined where a signal handler was called. */
function gdbFrames(pid: number): readonly (bigint | undefined)[] {
  const settings = [
    "set backtrace past-main on",
    "set backtrace past-entry on",
    // Debug information of the C library would add frames of tail calls, which are on no stack.
    "set debug-file-directory /nowhere",
  ].flatMap((setting) => ["-iex", setting]);
  const text = execFileSync("gdb", ["-batch", "-nx", ...settings, "-p", String(pid), "-ex", "bt"], {
    encoding: "latin1",
    stdio: "pipe",
  });
  return Array.from(text.matchAll(/^#\d+ +(?:0x([0-9a-f]+) in |(<signal handler called>))/gm), ([, address]) =>
    address === undefined ? undefined : BigInt(`0x${address}`),
  );
}

const rawFrames = (text: string): readonly bigint[] =>
  Array.from(text.matchAll(/^[0-9a-f]{6,16}$/gm), ([address]) => BigInt(`0x${address}`));

/** The function of an address in a program at a fixed one, as nm has them. */
function namerOf(program: string): (address: bigint) => string | undefined {
  const text = execFileSync("nm", ["-n", program], { encoding: "latin1" });
  const functions = Array.from(text.matchAll(/^([0-9a-f]+) [tT] (\w+)$/gm), ([, start = "", name = ""]) => ({
    start: BigInt(`0x${start}`),
    name,
  }));
  return (address) => functions.findLast(({ start }) => start <= address)?.name;
}

/** Of a caller the call is meant, which ends where it goes on. */
function expectSame(frames: readonly bigint[], expected: readonly (bigint | undefined)[], shown: string): void {
  const agreed = frames.map((address, i) => {
    const wanted = expected[i];
    return wanted === undefined || address === wanted || (i > 0 && address === wanted - 1n)
      ? (wanted ?? address)
      : address;
  });
  expect(agreed, shown).toEqual(expected.map((wanted, i) => wanted ?? frames[i]));
}

async function compareWithGdb(program: string, ...args: readonly string[]): Promise<void> {
  const child = new Child(program, ["100000", ...args]);
  onTestFinished(() => child.kill("SIGKILL"));
  const result = await runTsbt([
    "-p",
    String(child.pid),
    "-e",
    `${ENABLED} ${SLEEPS} { print(dw_ustack(raw)); exit(); }`,
  ]);
  const frames = rawFrames(result.stdout);
  const expected = gdbFrames(child.pid);
  const shown = `${result.stdout}${result.stderr}${expected.map((frame) => frame?.toString(16) ?? "signal").join("\n")}`;
  // rest, recursion, library, handler, signal, raise, sorting, aligned, main, and what calls that
  expect(expected.length, shown).toBeGreaterThan(12);
  expectSame(frames, expected, shown);
}

describe("dw_ustack", () => {
  for (const compiler of ["gcc", "clang"] as const) {
    for (const flags of [["-O0"], ["-O2"], ["-O3", "-fomit-frame-pointer"], ["-O2", "-fno-pie", "-no-pie"]]) {
      kernelTest(
        `finds the frames that gdb finds: ${compiler} ${flags.join(" ")}`,
        { package: [compiler, "gdb", "libc6-dev"] },
        () => compareWithGdb(build({ compiler, flags })),
      );
    }
  }
  kernelTest("… of a program that -c starts, and of its child, from the first instructions on", PACKAGES, async () => {
    const program = build(WITHOUT_FRAME_POINTERS);
    await checkScript({
      script: `${ENABLED} ${SLEEPS} /comm == "deep" && pid != cpid/ { print(dw_ustack(30)); }`,
      options: ["-c", `${program} 1 child`],
      match: [/^ {8}rest\+\d+\n/m, ...FRAMES.slice(1)],
    });
  });
  const firstStacks = async (program: string): Promise<void> => {
    await checkScript({
      script: `${ENABLED} uprobe:${program}:rest { @[dw_ustack(30)] = count(); @runs = count(); }`,
      trigger: async (tsbt) => {
        for (let i = 0; i < 3; i++) await new Child(program, ["1"]).finished;
        // In the process of another one that is known, by the same addresses.
        await new Child("sh", ["-c", `exec ${program} 1`]).finished;
        tsbt.kill("SIGINT");
      },
      match: [...FRAMES.slice(1, 3), /^@\[\n {8}rest\+0\n/m, /^ {8}_start\+\d+\n\]: \d\n/m, /^@runs: 4$/m, COMPLETE],
    });
  };
  kernelTest(
    "… of any process from its first stack on, when the probe is on its program",
    // File systems on top of others show user space other numbers of files: there the first ones are missing.
    { ...PACKAGES, matrix: false },
    () => firstStacks(build(WITHOUT_FRAME_POINTERS)),
  );
  kernelTest("… the same of a static one", PACKAGES, () =>
    firstStacks(onPlainFileSystem(build({ ...WITHOUT_FRAME_POINTERS, isStatic: true }))),
  );
  kernelTest("… the same of one on an overlay", PACKAGES, () =>
    firstStacks(onOverlay(build({ ...WITHOUT_FRAME_POINTERS, isStatic: true }))),
  );
  kernelTest("… the same of one in a container, on an overlay of its own", PACKAGES, async () => {
    const built = build({ ...WITHOUT_FRAME_POINTERS, isStatic: true });
    const container = await inContainer(built);
    const program = `/proc/${container.pid}/root/deep`;
    const { stdout } = await checkScript({
      script: `${ENABLED} uprobe:${program}:rest /pid != ${container.pid}/ { print(dw_ustack(raw, 30)); }`,
      trigger: async (tsbt) => {
        for (const times of [1, 2]) await container.run(times);
        tsbt.kill("SIGINT");
      },
      match: COMPLETE,
    });
    // By the time that they are printed nobody can reach the files of these processes any more.
    const functions = rawFrames(stdout).map(namerOf(built));
    const expected = ["rest", "from_library", "library_call", "on_signal", "compare", "main", "_start"];
    expect(functions.filter((name) => name !== undefined && expected.includes(name))).toEqual([
      ...expected,
      ...expected,
    ]);
  });
  kernelTest("… of a process that has just executed another program", PACKAGES, async () => {
    const program = onPlainFileSystem(build({ ...WITHOUT_FRAME_POINTERS, isStatic: true }));
    // Its functions are where those of the other one are, and have other frames.
    const other = compileC(
      `#include <unistd.h>
      __attribute__((noinline)) void wait_for_it(void) { char c; read(0, &c, 1); }
      int main(int argc, char **argv) { volatile long room[200] = {0}; wait_for_it(); execv(argv[1], argv + 1); return room[9]; }`,
      { name: "first", flags: ["-O2", "-fomit-frame-pointer", "-static"] },
    );
    await checkScript({
      script: `${ENABLED} uprobe:${other}:wait_for_it { printf("waits\\n"); } uprobe:${program}:rest { print(dw_ustack(30)); exit(); }`,
      trigger: async (tsbt) => {
        const child = new Child(other, [program, "1"], { input: "open" });
        await tsbt.printed(/waits/);
        child.write("x");
      },
      match: [...FRAMES.slice(0, 2), /^ {8}_start\+\d+\n/m, COMPLETE],
    });
  });
  kernelTest("has lines of sources, and the mode perf", PACKAGES, async () => {
    const program = build(WITHOUT_FRAME_POINTERS);
    await checkScript({
      script: `config = { unstable_dw_ustack = enable; show_debug_info = true } uprobe:${program}:rest { print(dw_ustack(perf, 30)); exit(); }`,
      options: ["-c", `${program} 0`],
      match: [
        /^\t[0-9a-f]+ rest\+0@\S+deep\S*\.c:\d+ \(/m,
        /^\t[0-9a-f]+ library_call\+\d+@\S+:\d+ \(\S+libdeep\.so\)$/m,
      ],
    });
  });
  kernelTest("names what leads back from a signal handler", PACKAGES, async () => {
    const program = build({ ...WITHOUT_FRAME_POINTERS, isStatic: true });
    await checkScript({
      script: `${ENABLED} uprobe:${program}:rest { print(dw_ustack(30)); exit(); }`,
      options: ["-c", `${program} 0`],
      match: [/^ {8}on_signal\+\d+\n {8}__restore_rt\+0\n/m],
    });
  });
  kernelTest("goes on behind functions that a uretprobe waits for", PACKAGES, async () => {
    const program = build(WITHOUT_FRAME_POINTERS);
    const returns = ["recurse", "from_library", "main"].map((name) => `uretprobe:${program}:${name}`).join(", ");
    await checkScript({
      script: `${ENABLED} ${returns} { @ = count(); } uprobe:${program}:rest { print(dw_ustack(30)); exit(); }`,
      options: ["-c", `${program} 0`],
      match: [...FRAMES, /^ {8}main\+\d+\n {8}__libc_start_call_main\+\d+\n/m],
    });
  });
  kernelTest("says whose tables it does not have", PACKAGES, async () => {
    const program = build(WITHOUT_FRAME_POINTERS);
    const other = new Child("sleep", ["1000"]);
    await checkScript({
      script: `${ENABLED} uprobe:${program}:rest { print(len(dw_ustack)); exit(); }`,
      options: ["--dwarf-pid", String(other.pid)],
      trigger: () => void new Child(program, ["1"]),
      match: /^0\n/,
      stderrMatch:
        /WARNING: No DWARF unwind data available for this process \(yet\)\. Use -p or --dwarf-pid to specify target PIDs\./,
    });
  });
  kernelTest("… of a static program", { package: ["gcc", "gdb", "libc6-dev"] }, () =>
    compareWithGdb(build({ ...WITHOUT_FRAME_POINTERS, isStatic: true })),
  );
  kernelTest("… through a signal handler on a stack of its own", { package: ["gcc", "gdb", "libc6-dev"] }, () =>
    compareWithGdb(build(WITHOUT_FRAME_POINTERS), "altstack"),
  );
});
