/** `fentry` and `fexit`: functions of the kernel, of modules and of programs, with typed parameters. */
import { describe, expect } from "vitest";
import {
  checkScript,
  compileC,
  type FeatureName,
  kernelTest,
  runTsbt,
  type ScriptExpectation,
  startTsbt,
} from "../support/index.js";
import { FEATURES, presenceOf } from "../support/features.js";
import { kernelIsAtLeast } from "../support/running-kernel.js";

/** Reads 5 times from /dev/zero, each time as many bytes as nobody else does. */
const READER = `
#include <fcntl.h>
#include <unistd.h>
int main(void) {
  static char buffer[12345];
  int zero = open("/dev/zero", O_RDONLY);
  for (int i = 0; i < 5; i++) read(zero, buffer, sizeof buffer);
  return 0;
}
`;

/** Maps a file from its 8th page on. */
const MAPPER = `
#include <fcntl.h>
#include <sys/mman.h>
int main(int argc, char **argv) {
  return mmap(0, 5 * 4096, PROT_READ, MAP_PRIVATE, open(argv[0], O_RDONLY), 7 * 4096) == MAP_FAILED;
}
`;

interface Row extends Pick<ScriptExpectation, "script" | "match" | "options" | "stderrMatch" | "stderr" | "status"> {
  readonly claim: string;
  readonly needs?: FeatureName | readonly FeatureName[];
  /** By default the reader. */
  readonly command?: string;
}

const containing = (text: string): RegExp => new RegExp(text.replace(/[()]/g, "\\$&"));

const MINE = "/pid == cpid && args.count == 12345/";

const ROWS: readonly Row[] = [
  {
    claim: "parameters have their names and types",
    script: `fentry:vfs_read ${MINE} { printf("%d %s\\n", args.count, args.file.f_path.dentry.d_name.name == args.file.f_path.dentry.d_name.name ? str(args.file.f_path.dentry.d_name.name) : ""); @ = count(); }`,
    match: [/^(12345 zero\n){5}/, /^@: 5$/m],
  },
  {
    claim: "fexit sees what is returned, and the parameters still",
    script: `fexit:vmlinux:vfs_read ${MINE} { @sum = sum(retval); @same[(uint64)retval == args.count] = count(); }`,
    match: [/^@sum: 61725$/m, /^@same\[true\]: 5$/m],
  },
  {
    claim: "the return value has its type",
    script: `fexit:vfs_read ${MINE} { @[retval == 12345] = count(); if (retval < 0) { @less = count(); } }`,
    match: /^@\[true\]: 5$/m,
  },
  {
    claim: "args is a value: with the return value in fexit",
    script: `fexit:vfs_read ${MINE} { print(args); @ = count(); }`,
    match: [
      /^(\{ \.file = 0x[0-9a-f]+, \.buf = 0x[0-9a-f]+, \.count = 12345, \.pos = 0x[0-9a-f]+, \.\$retval = 12345 \}\n){5}/,
      /^@: 5$/m,
    ],
  },
  {
    claim: "one body for a wildcard, and the names of its functions",
    script: `fentry:vfs_rea* /pid == cpid/ { @[probe, func] = count(); }`,
    match: /^@\[fentry:vmlinux:vfs_read, vfs_read\]: \d+$/m,
  },
  {
    claim: "the old names are aliases",
    script: `kfunc:vfs_read ${MINE} { @in[probe] = count(); } kretfunc:vfs_read ${MINE} { @out[probe] = count(); } f:vfs_read ${MINE} { @f = count(); } fr:vfs_read ${MINE} { @fr = count(); }`,
    match: [/^@in\[fentry:vmlinux:vfs_read\]: 5$/m, /^@out\[fexit:vmlinux:vfs_read\]: 5$/m, /^@f: 5$/m, /^@fr: 5$/m],
  },
  {
    claim: "pointers are calculated with",
    script: `fentry:vfs_read ${MINE} { $f = (uint64)args.file; $i = args.count & 1; @[$f >> 63, ($f & 7) == 0, args.file + $i > args.file, args.buf[$i]] = count(); }`,
    match: /^@\[1, true, true, 0\]: 5$/m,
  },
  {
    claim: "the path of a file",
    script:
      "fentry:filp_close /pid == cpid/ { @[path(args.filp.f_path)] = count(); @short[path(args.filp.f_path, 64)] = count(); }",
    match: [/^@\[\/dev\/zero\]: 1$/m, /^@short\[\/dev\/zero\]: 1$/m],
  },
  {
    claim: "only some functions may ask for a path",
    script: "fentry:vfs_read { print(path(args.file.f_path)); }",
    stderrMatch: /^stdin:1:25-47: ERROR: helper bpf_d_path not allowed in probe$/m,
    status: 255,
  },
  {
    claim: "fentry has no return value",
    script: "fentry:vfs_read { print(retval); }",
    stderrMatch: /^stdin:1:25-31: ERROR: Can't find a field \$retval$/m,
    status: 1,
  },
  {
    claim: "nor has a function that returns nothing",
    script: "fexit:fput { print(retval); }",
    stderrMatch: /^stdin:1:20-26: ERROR: Can't find a field \$retval$/m,
    status: 1,
  },
  {
    claim: "a parameter that there is not",
    script: "fentry:vfs_read { print(args.nosuch); }",
    stderrMatch: /^stdin:1:25-36: ERROR: Can't find function parameter nosuch$/m,
    status: 1,
  },
  {
    claim: "a function that there is not",
    script: "fexit:vmlinux:nosuch { }",
    stderrMatch: /^stdin:1:1-21: ERROR: No matches for fexit vmlinux:nosuch\.$/m,
    status: 1,
  },
  {
    claim: "a path is that of a struct path",
    script: "fentry:filp_close { print(path(5)); }",
    stderrMatch: containing("path() only supports pointer or C type argument (int provided)"),
    status: 1,
  },
  {
    claim: "its size is known",
    script: "fentry:filp_close { print(path(args.filp.f_path, pid)); }",
    stderrMatch: containing("path: invalid size value, need non-negative literal"),
    status: 1,
  },
  {
    claim: "functions of a module",
    needs: ["fentry", "modules"],
    script: "fentry:overlay:ovl_* { @ = count(); } END { print(1); }",
    options: ["--dry-run"],
  },
];

describe("functions of the kernel", () => {
  for (const { claim, needs = "fentry", command, options = [], ...row } of ROWS) {
    kernelTest(claim, { needs, package: "gcc" }, async () => {
      const target = command ?? compileC(READER, { name: "reader" });
      await checkScript({ ...row, options: ["-c", target, ...options] });
    });
  }

  const manyParameters = { needs: ["fentry", "stack-arguments"], package: "gcc" } as const;

  kernelTest("more parameters than registers, and what is returned behind them", manyParameters, async () => {
    const script = `
      fentry:do_mmap /pid == cpid && args.pgoff == 7/ { printf("%d %d %d\\n", args.len, args.prot, args.pgoff); @uf = args.uf; }
      fexit:do_mmap /pid == cpid && args.pgoff == 7/ { print((args.uf == @uf, args.len, retval > 4096)); clear(@uf); }`;
    await checkScript({
      script,
      options: ["-c", compileC(MAPPER, { name: "mapper" })],
      stdout: "20480 1 7\n(true, 20480, true)\n\n\n",
    });
  });

  kernelTest("more than the kernel passes on are refused, or left out of patterns", { needs: "fentry" }, async () => {
    const { stderr } = await runTsbt(["--dry-run", "-e", "fentry:do_mmap { }"]);
    const list = await runTsbt(["-l", "fentry:do_mmap"]);
    if (kernelIsAtLeast(FEATURES["stack-arguments"].since)) {
      expect(stderr).toBe("");
      expect(list.stdout).toMatch(/:do_mmap$/m);
    } else {
      expect(stderr).toContain(
        'stdin:1:1-15: ERROR: Could not parse arguments of "vmlinux:do_mmap": functions with more than 6 parameters are not supported.',
      );
      expect(list.stdout).not.toMatch(/:do_mmap$/m);
    }
  });

  kernelTest(
    "in locks none of the programs runs while another does",
    { needs: ["fentry", "kprobe"], package: "gcc" },
    async () => {
      // What the second does to maps and rings takes locks, where the first would run, and wait for the same.
      const script = `
      fentry:_raw_spin_lock /pid == cpid/ { @locks[comm, kstack(3)] = count(); }
      kprobe:vfs_read /pid == cpid/ { @[tid, nsecs] = 1; printf("read\\n"); @reads = count(); }
      end { clear(@locks); clear(@); print(@reads > 0); clear(@reads); }`;
      await checkScript({
        script,
        options: ["-c", compileC(READER, { name: "reader" })],
        match: /^(read\n)+/,
        stderrMatch:
          /stdin:2:7-28: WARNING: Attaching to dangerous function: vmlinux:_raw_spin_lock\. bpftrace has added mitigations to prevent a kernel deadlock but they may result in some lost events\./,
      });
    },
  );

  kernelTest("only what the process of -p does", { needs: "fentry", package: "gcc" }, async () => {
    await checkScript({
      script: "fentry:vfs_read { @[pid == $1] = count(); } interval:ms:300 { exit(); }",
      options: ["-p", String(process.pid)],
      args: [String(process.pid)],
      match: /^(?!.*@\[false\])/s,
    });
  });

  kernelTest("are listed with types and parameters", { needs: "fentry" }, async () => {
    const { stdout } = await runTsbt(["-lv", "fexit:vmlinux:vfs_read"]);
    expect(stdout).toBe(
      "fexit:vmlinux:vfs_read\n    struct file * file\n    char * buf\n    size_t count\n    loff_t * pos\n    ssize_t retval\n",
    );
    const list = await runTsbt(["-l", "fentry:vfs_rea*"]);
    expect(list.stdout).toMatch(/^fentry:vmlinux:vfs_read\nfentry:vmlinux:vfs_readlink\n/);
  });
});

describe("functions of programs", () => {
  kernelTest("of another tracer, by name and by number", { needs: ["fentry", "kprobe"], package: "gcc" }, async () => {
    const traced = await startTsbt(["-e", "kprobe:vfs_read { @[comm] = count(); }"]);
    const listed = await runTsbt(["-l", "fentry:bpf:kprobe_vfs_read_1"]);
    const [, id] = /^fentry:bpf:(\d+):kprobe_vfs_read_1$/m.exec(listed.stdout) ?? [];
    expect(id, listed.stdout).toBeDefined();
    const reader = compileC(READER, { name: "reader" });
    for (const point of ["fentry:bpf:kprobe_vfs_read_1", `fexit:bpf:${id}:kprobe_vfs_*`]) {
      await checkScript({
        script: `${point} /pid == cpid/ { @[probe] = count(); }`,
        options: ["-c", reader],
        match: new RegExp(`^@\\[f\\w+:bpf:${id}:kprobe_vfs_read_1\\]: \\d+$`, "m"),
      });
    }
    await traced.interrupt();
  });
});

kernelTest("what the verifier refuses is shown where it stands in the script", { needs: "fentry" }, async () => {
  // The kernel has a list of the functions in which paths may be asked for, and this is none of them.
  const script = "fentry:vfs_read {\n  @reads++;\n  print(path(args.file.f_path));\n}";
  const { status, stderr } = await runTsbt(["-e", script]);
  expect(stderr.split("\n").slice(0, 3)).toEqual([
    "stdin:3:9-31: ERROR: helper bpf_d_path not allowed in probe",
    "  print(path(args.file.f_path));",
    "        ~~~~~~~~~~~~~~~~~~~~~~",
  ]);
  expect(status).toBe(255);
});

// Only the first machine of ours is one.
if (presenceOf("fentry").kind === "absent")
  kernelTest("a kernel without trampolines is said to be one, with what works instead", { needs: "btf" }, async () => {
    const { stderr } = await runTsbt(["-e", "fentry:vfs_read { }"]);
    expect(stderr).toContain("(Operation not permitted)");
    expect(stderr).toMatch(/HINT: This kernel takes no programs for the entry or return .* probes .*work\./);
  });
