import { describe } from "vitest";
import { existsSync, readFileSync } from "node:fs";
import { checkScript, compileC, type FeatureName, kernelTest, type ScriptExpectation } from "../support/index.js";

/** Reads 5 times from /dev/zero, each time as many bytes as nobody else does. */
const READER = `
#include <fcntl.h>
#include <unistd.h>
int main(void) {
  static char buffer[12345];
  int zero = open("/dev/zero", O_RDONLY);
  for (int i = 0; i < 5; i++) read(zero, buffer, sizeof buffer);
  return close(zero);
}
`;

interface Row extends Pick<ScriptExpectation, "script" | "match" | "options" | "stderrMatch" | "status"> {
  readonly claim: string;
  readonly needs: FeatureName | readonly FeatureName[];
}

/** The filter by pid keeps the rest of the machine out; the one by size the reader's own start-up. */
const MINE = "/pid == cpid && arg2 == 12345/";

const NOT_TRACEABLE =
  /WARNING: vfs_read is not traceable \(either non-existing, inlined, or marked as "notrace"\); attaching to it will likely fail/;

const ROWS: readonly Row[] = [
  {
    claim: "a kprobe fires at every call",
    needs: "kprobe",
    script: `kprobe:vfs_read ${MINE} { @ = count(); }`,
    match: /^@: 5$/m,
  },
  {
    claim: "a kprobe sees the arguments",
    needs: "kprobe",
    script: `kprobe:vfs_read ${MINE} { printf("%d %s\\n", arg2, str(((struct file *)arg0)->f_path.dentry->d_name.name)); }`,
    match: /^(12345 zero\n){5}/,
  },
  {
    claim: "a kretprobe sees what is returned",
    needs: "kprobe",
    script: "kretprobe:vfs_read /pid == cpid && retval == 12345/ { @ = count(); @sum = sum(retval); }",
    match: [/^@: 5$/m, /^@sum: 61725$/m],
  },
  {
    claim: "a pair of kprobe and kretprobe measures a call",
    needs: "kprobe",
    script: `kprobe:vfs_read ${MINE} { @start[tid] = nsecs; }
      kretprobe:vfs_read /@start[tid]/ { @later[nsecs > @start[tid]] = count(); @deleted[delete(@start, tid)] = count(); }`,
    match: [/^@later\[true\]: 5$/m, /^@deleted\[true\]: 5$/m],
  },
  {
    claim: "such a pair is one program with one attachment",
    needs: ["kprobe", "kprobe-session"],
    script: `kprobe:vfs_read ${MINE} { @in[probe, func] = count(); }
      kretprobe:vfs_read /pid == cpid && retval == 12345/ { @out[probe, func] = count(); }`,
    match: [/^@in\[kprobe:vfs_read, vfs_read\]: 5$/m, /^@out\[kretprobe:vfs_read, vfs_read\]: 5$/m],
    stderrMatch: /^Attached 1 probe$/m,
  },
  {
    claim: "also a pair of patterns",
    needs: ["kprobe", "kprobe-session"],
    script: `kprobe:vfs_rea* ${MINE} { @in[probe, func] = count(); @name[tid] = str(((struct file *)arg0)->f_path.dentry->d_name.name); }
      kretprobe:vfs_rea* /pid == cpid && retval == 12345/ { @out[probe, func, @name[tid]] = count(); }`,
    match: [/^@in\[kprobe:vfs_read, vfs_read\]: 5$/m, /^@out\[kretprobe:vfs_read, vfs_read, zero\]: 5$/m],
  },
  {
    claim: "without sessions, each has its own",
    needs: "kprobe",
    options: ["--no-feature", "kprobe_session"],
    script: `kprobe:vfs_read ${MINE} { @in = count(); }
      kretprobe:vfs_read /pid == cpid && retval == 12345/ { @out = count(); }`,
    match: [/^@in: 5$/m, /^@out: 5$/m],
    stderrMatch: /^Attached 2 probes$/m,
  },
  {
    claim: "tens of thousands of matches are refused, before anything is attached, by whoever sets the limit",
    needs: "kprobe",
    options: ["--no-feature", "kprobe_multi"],
    script: "config = { missing_probes = warn } kprobe:* { @ = count(); } begin { print(5); }",
    stderrMatch:
      /^stdin:1:36-44: ERROR: Your program is trying to generate more than \d{5,} BPF programs, which exceeds the current limit of 1024\n.*\n {35}~{8}\nHINT: You can increase the limit through the BPFTRACE_MAX_BPF_PROGS environment variable\.$/m,
    status: 1,
  },
  {
    claim: "a kprobe at an offset fires within the function",
    needs: "kprobe",
    script: `kprobe:vfs_read+0 ${MINE} { @ = count(); }`,
    match: /^@: 5$/m,
  },
  {
    claim: "the probe's function and full name are known",
    needs: "kprobe",
    script: `kprobe:vfs_read ${MINE} { @[func, probe] = count(); }`,
    match: /^@\[vfs_read, kprobe:vfs_read\]: 5$/m,
  },
  {
    claim: "registers are there by name and in the context",
    needs: "kprobe",
    script: `kprobe:vfs_read ${MINE} { @[usermode, ctx.dx == reg("dx"), reg("dx"), probetype] = count(); }`,
    match: /^@\[0, true, 12345, kprobe\]: 5$/m,
  },
  {
    claim: "one probe with many functions tells them apart",
    needs: ["kprobe", "kprobe-multi"],
    script: `kprobe:vfs_rea* ${MINE} { @[func] = count(); }`,
    match: /^@\[vfs_read\]: 5$/m,
  },
  {
    claim: "a wildcard works where a kernel cannot attach to many functions at once",
    needs: "kprobe",
    options: ["--no-feature", "kprobe_multi"],
    script: `kprobe:vfs_rea* ${MINE} { @[func] = count(); }`,
    match: /^@\[vfs_read\]: 5$/m,
  },
  {
    claim: "a function of a module is probed by kprobe",
    needs: ["kprobe", "modules"],
    // The machine's files are on an overlay, whose code is a module of Debian's kernels.
    script: "kprobe:overlay:ovl_open /pid == cpid/ { @ = count(); }",
    match: /^@: [1-9]\d*$/m,
  },
  {
    claim: "no probe in the middle of an instruction",
    needs: "kprobe",
    script: "kprobe:vfs_read+1 { }",
    status: 255,
    match: /^$/,
    stderrMatch:
      /^ERROR: Possible attachment attempt in the middle of an instruction, try a different offset\.\nERROR: Unable to attach probe: kprobe:vfs_read\+1\./m,
  },
  {
    claim: "nor by a wildcard",
    needs: "kprobe",
    script: "kprobe:vfs_rea*+1 { }",
    status: 255,
    match: /^$/,
    stderrMatch: /^ERROR: Possible attachment attempt in the middle of an instruction.*\n.*kprobe:vfs_readv?\+1\./m,
  },
  {
    claim: "nor by address",
    needs: "kprobe",
    script: `kprobe:${inTheMiddle()} { }`,
    options: ["--unsafe"],
    status: 255,
    match: /^$/,
    stderrMatch: /^ERROR: Possible attachment attempt in the middle of an instruction/m,
  },
  {
    claim: "what the list of traceable functions lacks is not probed",
    needs: "kprobe",
    script: "kprobe:vfs_read { exit(); }",
    options: ["--traceable-functions", "/dev/null"],
    status: 1,
    match: /^$/,
    stderrMatch: [/ERROR: No matches for kprobe vfs_read\./, NOT_TRACEABLE],
  },
  {
    claim: "but with --unsafe, and a warning",
    needs: "kprobe",
    script: `kprobe:vfs_read ${MINE} { @ = count(); }`,
    options: ["--unsafe", "--traceable-functions", "/dev/null"],
    match: /^@: 5$/m,
    stderrMatch: NOT_TRACEABLE,
  },
  {
    claim: "a module that is not loaded is named",
    needs: "kprobe",
    script: "kprobe:no_such_module:vfs_read { }",
    status: 1,
    match: /^$/,
    stderrMatch: [
      /ERROR: specified module no_such_module in probe kprobe:no_such_module:vfs_read is not loaded\./,
      /ERROR: No matches for kprobe no_such_module:vfs_read\./,
    ],
  },
  {
    claim: "a function on the blacklist is no match",
    needs: "kprobe",
    script: `kprobe:${blacklisted()} { }`,
    status: 1,
    match: /^$/,
    stderrMatch: [/ERROR: No matches for kprobe /, /^HINT: The kernel forbids kprobes on .* it is on the blacklist/m],
  },
  {
    claim: "nor can it be attached to with --unsafe",
    needs: "kprobe",
    script: `kprobe:${blacklisted()} { }`,
    options: ["--unsafe"],
    status: 255,
    match: /^$/,
    stderrMatch: /^ERROR: The kernel forbids kprobes on .*\nERROR: Unable to attach probe/m,
  },
  {
    claim: "a name of two functions is ambiguous",
    needs: "kprobe",
    script: "kretprobe:load_elf_binary { }",
    status: 1,
    match: /^$/,
    stderrMatch: [
      /ERROR: load_elf_binary is ambiguous: 2 functions of the kernel have this name/,
      /^HINT: They are at 0x[0-9a-f]+ \(vmlinux\) and 0x[0-9a-f]+ \(vmlinux\)\.$/m,
    ],
  },
  {
    claim: "each of them can be probed by address",
    needs: "kprobe",
    script: `kretprobe:${startOf("load_elf_binary", 0)}, kretprobe:${startOf("load_elf_binary", 1)} /pid == cpid/ { @ = count(); }`,
    options: ["--unsafe"],
    match: /^@: 1$/m,
  },
  {
    claim: "a pattern means all functions of a name",
    needs: ["kprobe", "kprobe-multi"],
    script: "kretprobe:*:load_elf_binary /pid == cpid/ { @[probe] = count(); }",
    match: /^@\[kretprobe:vmlinux:load_elf_binary\]: 1$/m,
    stderrMatch: /Attached 2 probes/,
  },
  {
    claim: "also where a kernel cannot attach to many functions at once",
    needs: "kprobe",
    options: ["--no-feature", "kprobe_multi"],
    script: "kretprobe:load_elf_binar* /pid == cpid/ { @[probe] = count(); }",
    match: /^@\[kretprobe:load_elf_binary\]: 1$/m,
    stderrMatch: /Attached 2 probes/,
  },
  {
    claim: "a function is probed by its address",
    needs: "kprobe",
    script: `kprobe:${startOf("vfs_read", 0)} ${MINE} { @[func] = count(); }`,
    options: ["--unsafe"],
    match: /^@\[vfs_read\]: 5$/m,
  },
  {
    claim: "modules may be a pattern",
    needs: ["kprobe", "modules"],
    script: "kprobe:overl*:ovl_ope* /pid == cpid/ { @[probe, func] = count(); }",
    match: /^@\[kprobe:overlay:ovl_open, ovl_open\]: [1-9]\d*$/m,
  },
  {
    claim: "a function that does not exist is an error",
    needs: "kprobe",
    script: "kprobe:no_such_function_at_all { exit(); }",
    status: 1,
    match: /^$/,
    stderrMatch: /ERROR: No matches for kprobe no_such_function_at_all\./,
  },
];

/** The second byte of a function. */
function inTheMiddle(): string {
  return `0x${(BigInt(startOf("vfs_read", 0)) + 1n).toString(16)}`;
}

/** Where a function starts: one of those that have the name. */
function startOf(name: string, index: number): string {
  const symbols = readFileSync("/proc/kallsyms", "latin1").matchAll(/^([0-9a-f]+) [tTwW] (\S+)$/gm);
  const found = [...symbols].filter(([, , symbol]) => symbol === name);
  return `0x${found[index]?.[1] ?? "0"}`;
}

/** One that the kernel forbids to probe. */
function blacklisted(): string {
  const path = "/sys/kernel/debug/kprobes/blacklist";
  return existsSync(path) ? (/\t(asm_exc_\w+)$/m.exec(readFileSync(path, "latin1"))?.[1] ?? "none") : "none";
}

describe("functions of the kernel", () => {
  for (const { claim, needs, options = [], ...expectation } of ROWS) {
    kernelTest(claim, { needs, package: ["gcc", "libc6-dev"] }, async () => {
      const reader = compileC(READER, { name: "reader" });
      await checkScript({ ...expectation, options: [...options, "-c", reader] });
    });
  }
});
