import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished } from "vitest";
import { transcript } from "../support/child.js";
import { Child, checkScript, compileC, kernelTest, run, tsbtCommand } from "../support/index.js";

const FLAGS = ["-O1", "-g", "-fno-omit-frame-pointer", "-fno-optimize-sibling-calls", "-fno-inline"];

/** Functions that call one another: main, outer, middle (static), leaf. Forks are asked for with `fork`. */
const CALLS = `
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
__attribute__((noinline)) int leaf(int n) { __asm__ volatile(""); return n + 1; }
__attribute__((noinline)) static int middle(int n) { int r = leaf(n); __asm__ volatile(""); return r * 2; }
__attribute__((noinline)) int outer(int n) { int r = middle(n); __asm__ volatile(""); return r + 3; }
int main(int argc, char **argv) {
  if (argc > 1 && strcmp(argv[1], "fork") == 0) {
    if (fork() == 0) _exit(outer(7) == 0);
    wait(0);
  } else {
    outer(5);
  }
  return 0;
}
`;

const CPP = `
namespace shop {
struct Till {
  int total = 0;
  __attribute__((noinline)) int add(int price, const char *what) { __asm__ volatile(""); return total += price + (what != nullptr); }
};
}
int main() {
  shop::Till till;
  return till.add(3, "tea") == 0;
}
`;

const calls = (flags: readonly string[] = []): string =>
  compileC(CALLS, { name: "calls", flags: [...FLAGS, ...flags] });

/** The frames of leaf and its callers in bpftrace mode. The entry of leaf has not made its own frame yet. */
const FRAMES = String.raw` {8}leaf\+0\n( {8}middle\+\d+\n)? {8}outer\+\d+\n {8}main\+\d+\n {8}\S.*\n`;
const PACKAGES = { package: ["gcc", "libc6-dev"] } as const;

// In all of these the process has ended, or may have, before its addresses are read.
describe("addresses of user code", () => {
  for (const [kind, flags] of [
    ["a position-independent program", ["-fPIE", "-pie"]],
    ["a program at fixed addresses", ["-fno-pie", "-no-pie"]],
  ] as const) {
    kernelTest(`of ${kind} have names when the process has ended`, PACKAGES, async () => {
      const program = calls(flags);
      await checkScript({
        script: `uprobe:${program}:leaf { @[ustack] = count(); @name[func] = count(); }`,
        options: ["-c", program],
        match: [new RegExp(String.raw`^@\[\n${FRAMES}(.*\n)*\]: 1$`, "m"), /^@name\[leaf\]: 1$/m],
      });
    });
  }

  kernelTest("of a forked process have names when it has ended", PACKAGES, async () => {
    const program = calls();
    await checkScript({
      script: `uprobe:${program}:leaf { @[ustack(perf, 1)] = count(); @arg[usym(arg0)] = count(); }`,
      trigger: (tsbt) => {
        execFileSync(program, ["fork"]);
        tsbt.kill("SIGINT");
      },
      match: [new RegExp(String.raw`^@\[\n\t[0-9a-f]+ leaf\+0 \(${program}\)\n\]: 1$`, "m"), /^@arg\[0x7\]: 1$/m],
    });
  });

  kernelTest("are shown by mode", PACKAGES, async () => {
    const program = calls(["-fno-pie", "-no-pie", "-Wl,--build-id=0x352e3054a228a549351c8f75d796dbf6864ceb71"]);
    const { stdout } = await checkScript({
      script: `uprobe:${program}:leaf { print(ustack(perf, 1)); print(ustack(raw, 1)); print(ustack(build_id, 1)); print(len(ustack(2))); }`,
      options: ["-c", program],
    });
    const [, address = "", offset = ""] =
      /^\n\t([0-9a-f]+) leaf\+0 \(.*\)\n\n\n\1\n\n\n352e3054a228a549351c8f75d796dbf6864ceb71 0x([0-9a-f]+)\n\n2\n/.exec(
        stdout,
      ) ?? [];
    expect(BigInt(`0x${address}`) - BigInt(`0x${offset}`), stdout).toBe(0x400000n);
  });

  kernelTest("without a symbol are hexadecimal", PACKAGES, async () => {
    const program = calls();
    const stripped = join(temporaryDirectory(), "stripped");
    execFileSync("strip", ["-o", stripped, program]);
    const offset = symbolOffset(program, "leaf");
    await checkScript({
      script: `uprobe:${stripped}:${offset} { print(ustack(2)); print(ustack(perf, 1)); print(func); }`,
      stderrMatch: /^stdin:\d.*WARNING: Could not determine instruction boundary for /m,
      options: ["--unsafe", "-c", stripped],
      match: /^\n {8}0x[0-9a-f]+\n {8}0x[0-9a-f]+\n\n\n\t([0-9a-f]+) 0x\1 \(\[unknown\]\)\n\n0x\1\n/,
    });
  });

  kernelTest("of a stripped program have the names of its debug file", PACKAGES, async () => {
    const directory = temporaryDirectory();
    const program = join(directory, "linked");
    const debug = `${program}.debug`;
    execFileSync("objcopy", ["--only-keep-debug", calls(), debug]);
    execFileSync("objcopy", ["--strip-all", `--add-gnu-debuglink=${debug}`, calls(), program]);
    await checkScript({
      script: `uprobe:${program}:leaf { @[ustack(1), func] = count(); }`,
      options: ["-c", program],
      match: /^@\[\n {8}leaf\+0\n, leaf\]: 1$/m,
    });
  });

  kernelTest("of C++ are shown as they are declared, or not", { package: ["g++", "libc6-dev"] }, async () => {
    const program = compileC(CPP, { name: "till", language: "c++", flags: FLAGS });
    const script = `uprobe:${program}:_ZN4shop4Till3addEiPKc { print(func); print(ustack(1)); }`;
    await checkScript({
      script,
      options: ["-c", program],
      match: /^shop::Till::add\(int, char const\*\)\n\n {8}shop::Till::add\(int, char const\*\)\+0\n\n/,
    });
    await checkScript({
      script: `config = { cpp_demangle = false } ${script}`,
      options: ["-c", program],
      match: /^_ZN4shop4Till3addEiPKc\n\n {8}_ZN4shop4Till3addEiPKc\+0\n\n/,
    });
  });

  kernelTest("of a file that was deleted have names as long as the process is there", PACKAGES, async () => {
    const program = join(temporaryDirectory(), "removed");
    execFileSync("cp", [compileC(SELF_REMOVING, { name: "removing", flags: FLAGS }), program]);
    await checkScript({
      script: `uprobe:${program}:leaf { print(usym(arg0)); } uprobe:${program}:seen { exit(); }`,
      options: ["-c", program],
      match: /^leaf\n/,
    });
  });
});

describe("addresses of processes elsewhere", () => {
  kernelTest("of a compiler at run time have the names that it lists", PACKAGES, async () => {
    const program = compileC(COMPILER, { name: "jit", flags: FLAGS });
    const { stdout } = await checkScript({
      script: `uprobe:${program}:probed { print(usym(arg0)); print(ustack(perf, 2)); @[ustack(2)] = count(); exit(); }`,
      options: ["-c", program],
      match: [
        /^made at run time\n\n\t[0-9a-f]+ probed\+0 \(.*\)\n\t[0-9a-f]+ made at run time\+16 \(\/tmp\/perf-\d+\.map\)\n/,
        /^@\[\n {8}probed\+0\n {8}made at run time\+16\n\]: \d+$/m,
      ],
    });
    rmSync(/\/tmp\/perf-\d+\.map/.exec(stdout)?.[0] ?? "", { force: true });
  });

  kernelTest(
    "of a compiler at run time have the names and lines of its dump, also when it has ended",
    PACKAGES,
    async () => {
      const program = compileC(DUMPING_COMPILER, { name: "dumping", flags: FLAGS });
      await checkScript({
        script: `config = { show_debug_info = true } uprobe:${program}:called { @[ustack(perf, 2)] = count(); @usym = usym(arg0); }`,
        options: ["-c", `${program} ${temporaryDirectory()}`],
        match: [
          /^\t[0-9a-f]+ made and dumped\+16@made\.js:7 \(\S+\/jit-\d+\.dump\)$/m,
          /^@usym: made and dumped@made\.js:5$/m,
        ],
      });
    },
  );

  kernelTest("of a container have names when it is gone", PACKAGES, async () => {
    const program = compileC(SLEEPER, { name: "inside", flags: FLAGS });
    const directory = temporaryDirectory();
    const inContainer = `mount -t tmpfs none ${directory} && cp ${program} ${directory}/inside && ${directory}/inside`;
    await checkScript({
      script: 'tracepoint:syscalls:sys_enter_nanosleep /comm == "inside"/ { @[ustack(perf, 2)] = count(); }',
      trigger: async (tsbt) => {
        // The shell keeps the file system of the container; what it runs is gone.
        const container = new Child("unshare", ["-m", "sh", "-c", `${inContainer}; echo done; exec sleep 60`]);
        await container.printed("done\n");
        tsbt.kill("SIGINT");
        await tsbt.finished;
        container.kill("SIGKILL");
      },
      match: new RegExp(
        String.raw`^@\[\n\t[0-9a-f]+ rest\+\d+ \(${directory}/inside\)\n\t[0-9a-f]+ main\+\d+ \(.*\)\n\]: [1-9]\d*$`,
        "m",
      ),
    });
  });

  kernelTest("have names where the tracer's own process numbers are not those of the system", PACKAGES, async () => {
    const program = calls();
    const script = `uprobe:${program}:leaf { @[ustack(1), pid == cpid] = count(); }`;
    const inNamespace = 'mount -t proc proc /proc && "$0" -q -e "$1" -c "$2"';
    const args = ["-m", "-p", "-f", "sh", "-c", inNamespace, tsbtCommand(), script, program];
    const result = await run("unshare", args);
    expect(result.stdout, transcript(result)).toMatch(/^@\[\n {8}leaf\+0\n, true\]: 1$/m);
  });

  kernelTest("are not remembered where that is not wanted", PACKAGES, async () => {
    const program = calls(["-fPIE", "-pie"]);
    await checkScript({
      script: `config = { cache_user_symbols = NONE } uprobe:${program}:leaf { @[ustack(1)] = count(); }`,
      trigger: (tsbt) => {
        execFileSync(program);
        tsbt.kill("SIGINT");
      },
      match: /^@\[\n {8}0x[0-9a-f]+\n\]: 1$/m,
    });
  });
});

/** Writes a function to memory, lists it in a perf map, and calls it: it calls `called`. */
const COMPILER = `
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
__attribute__((noinline)) void probed(void *p) { __asm__ volatile("" : : "r"(p)); }
__attribute__((noinline)) void called(void *p) { probed(p); __asm__ volatile(""); }
int main(void) {
  /* push rbp; mov rbp, rsp; mov rax, called; call rax; pop rbp; ret */
  unsigned char code[] = {0x55, 0x48, 0x89, 0xe5, 0x48, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xd0, 0x5d, 0xc3};
  unsigned char *made = mmap(0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  void *target = called;
  memcpy(code + 6, &target, 8);
  memcpy(made, code, sizeof code);
  char name[64];
  snprintf(name, sizeof name, "/tmp/perf-%d.map", getpid());
  FILE *map = fopen(name, "w");
  fprintf(map, "%lx 40 made at run time\\n", (unsigned long)made);
  fclose(map);
  for (int i = 0; i < 600; i++) {
    ((void (*)(void *))made)(made);
    usleep(50000);
  }
  unlink(name);
  return 0;
}
`;

/** Writes what it makes to a dump, where nobody has to have been told of it: header, lines, code. */
const DUMPING_COMPILER = `
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
typedef unsigned long u64;
__attribute__((noinline)) void probed(void *p) { __asm__ volatile("" : : "r"(p)); }
__attribute__((noinline)) void called(void *p) { probed(p); __asm__ volatile(""); }
int main(int argc, char **argv) {
  /* push rbp; mov rbp, rsp; mov rax, called; call rax; pop rbp; ret */
  unsigned char code[] = {0x55, 0x48, 0x89, 0xe5, 0x48, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xd0, 0x5d, 0xc3};
  unsigned char *made = mmap(0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  void *target = called;
  memcpy(code + 6, &target, 8);
  memcpy(made, code, sizeof code);
  char name[256];
  snprintf(name, sizeof name, "%s/jit-%d.dump", argv[1], getpid());
  int file = open(name, O_RDWR | O_CREAT, 0600);
  struct { unsigned magic, version, bytes, machine, pad, pid; u64 time, flags; } header = {0x4a695444, 1, 40, 62, 0, getpid(), 0, 0};
  write(file, &header, sizeof header);
  struct { unsigned kind, bytes; u64 time, code, lines; u64 at; unsigned line, other; char file[8]; u64 at2; unsigned line2, other2; char same[8]; } __attribute__((packed))
    lines = {2, 0, 0, (u64)made, 2, (u64)made, 5, 0, "made.js", (u64)made + 14, 7, 0, "\\xff"};
  lines.bytes = sizeof lines;
  write(file, &lines, sizeof lines);
  struct { unsigned kind, bytes; u64 time; unsigned pid, tid; u64 vma, address, size, index; char name[24]; unsigned char code[sizeof code]; } __attribute__((packed))
    load = {0, 0, 0, getpid(), getpid(), (u64)made, (u64)made, sizeof code, 1, "made and dumped"};
  load.bytes = sizeof load;
  memcpy(load.code, code, sizeof code);
  write(file, &load, sizeof load);
  mmap(0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0);
  ((void (*)(void *))made)(made);
  return 0;
}
`;

const SLEEPER = `
#include <sys/syscall.h>
__attribute__((noinline)) long rest(void) {
  __asm__ volatile("" : : "r"(__builtin_frame_address(0))); /* a frame of its own */
  struct { long seconds, nanoseconds; } time = {0, 1000000};
  register long result __asm__("rax") = SYS_nanosleep;
  __asm__ volatile("syscall" : "+r"(result) : "D"(&time), "S"(0) : "rcx", "r11", "memory");
  return result;
}
int main(void) {
  for (int i = 0; i < 3; i++) if (rest() != 0) return 1;
  return 0;
}
`;

/** Removes its own file, and stays until its addresses have been read: its standard output is closed by us then. */
const SELF_REMOVING = `
#include <unistd.h>
__attribute__((noinline)) void leaf(void *p) { __asm__ volatile("" : : "r"(p)); }
__attribute__((noinline)) void seen(void) { __asm__ volatile(""); }
int main(int argc, char **argv) {
  unlink(argv[0]);
  for (int i = 0; i < 100000; i++) {
    leaf(leaf);
    usleep(100000);
    seen();
  }
  return 0;
}
`;

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "tsbt-user-stacks-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Of a position-independent program: its address is its offset. */
function symbolOffset(program: string, name: string): string {
  const line = execFileSync("nm", [program], { encoding: "latin1" })
    .split("\n")
    .find((found) => found.endsWith(` ${name}`));
  return `0x${line?.slice(0, line.indexOf(" ")) ?? ""}`;
}
