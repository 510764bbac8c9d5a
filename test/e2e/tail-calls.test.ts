/** `prog`, `progarray` and `tail_call()`: programs of the script that go on to each other. */
import { describe, expect } from "vitest";
import { checkScript, compileC, kernelTest, runTsbt } from "../support/index.js";
import { kernelIsAtLeast } from "../support/running-kernel.js";

const PROGRAM = `
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
__attribute__((noinline)) int add(int a, int b) { __asm__ volatile(""); return a + b; }
__attribute__((noinline)) int mul(int a, int b) { __asm__ volatile(""); return a * b; }
__attribute__((noinline)) int say(const char *text) { __asm__ volatile("" :: "r"(text) : "memory"); return strlen(text); }
int main(void) {
  static char buffer[12345], text[901];
  memset(text, 'x', 900);
  int zero = open("/dev/zero", O_RDONLY);
  for (int i = 0; i < 5; i++) read(zero, buffer, sizeof buffer);
  return add(3, 4) + mul(2, 5) + say(text) > 0 ? 0 : 1;
}
`;

const program = (): string => compileC(PROGRAM, { name: "tail-calls", flags: ["-O1", "-g"] });

/** Of one probe and one place in the array. */
const oneProgram = (body: string): string => `let @m = progarray(4); prog p { ${body} } begin { @m[3] = p; }`;

describe("a script with programs", () => {
  // From Linux 7.0 on programs of raw tracepoints miss what comes while they do not have the CPU, and that is told.
  const steady = [
    { at: "tracepoint:raw_syscalls:sys_enter", number: "args.id" },
    ...(kernelIsAtLeast("7.0") ? [] : [{ at: "rawtracepoint:sys_enter", number: "arg1" }]),
  ];

  for (const { at, number } of steady)
    kernelTest(`dispatches system calls by ${at}`, { needs: ["tracepoint", "btf"] }, async () => {
      const script = `
      let @syscall = progarray(500);
      prog hello_exec { printf("Executing a program\\n"); }
      prog hello_other { if (${number} == 12) { printf("Changing the break\\n"); } else { printf("Number %d\\n", ${number}); } }
      BEGIN { @syscall[59] = hello_exec; @syscall[12] = hello_other; @syscall[231] = hello_other; }
      ${at} /pid == cpid/ { tail_call(@syscall, ${number}); @rest = count(); }`;
      await checkScript({
        script,
        options: ["-c", "/bin/true"],
        match: [/^Executing a program\n/, /^Changing the break$/m, /^Number 231$/m, /^@rest: [1-9]\d*$/m],
        // A process that loses the CPU while it reads a map keeps all perf events from running there.
        ...(kernelIsAtLeast("7.0") ? { stderrMatch: /^Attached 2 probes\n/ } : {}),
      });
    });

  kernelTest("an empty slot does nothing, nor does one that there is not, and execution goes on", {}, async () => {
    const script = `
      let @m = progarray(4);
      prog p { @run = count(); exit(); }
      begin { @m[3] = p; @begin = 1; }
      interval:ms:10 { tail_call(@m, 2); @n = 4294967299; tail_call(@m, @n); @n = -1; tail_call(@m, @n); @behind = 1; tail_call(@m, 3); @wrong = 1; }`;
    await checkScript({ script, stdout: "\n\n@begin: 1\n@behind: 1\n@n: -1\n@run: 1\n" });
  });

  kernelTest("slots are set and emptied while it runs", {}, async () => {
    // User space does what programs have done to the array, in its own time: calls go there until then.
    const script = `
      let @m = progarray(4);
      prog p { @quiet = 0; if (@runs == 0) { _ = delete(@m, 1); } @runs++; }
      begin { @m[3] = p; }
      interval:ms:5 { if (@runs == 0) { @m[1] = p; } tail_call(@m, 1); if (@runs > 0) { @quiet++; } if (@quiet > 20) { exit(); } }
      end { print((@runs > 0, len(@m), has_key(@m, 1), has_key(@m, 3))); print(@m); print(@m[3]); clear(@runs); clear(@quiet); }`;
    await checkScript({ script, stdout: "(true, 1, false, true)\n@m[3]: p\np\n\n\n" });
  });

  kernelTest("has_key, len, print, delete and clear, and loops over an array", {}, async () => {
    const script = `
      let @m = progarray(10);
      prog a { }
      prog b { }
      begin {
        @m[1] = a; @m[2] = b; @m[7] = a;
        print((len(@m), has_key(@m, 2), has_key(@m, 3), delete(@m, 7), delete(@m, 7), @m[2] == b, @m[2] == a));
        for ($kv : @m) { @seen[$kv.0] = $kv.1; }
        print(@m); clear(@m); print(@m); exit();
      }`;
    await checkScript({
      script,
      options: ["--no-warnings"],
      stdout: "(3, true, false, true, false, true, false)\n@m[1]: a\n@m[2]: b\n\n\n@seen[1]: a\n@seen[2]: b\n",
    });
  });

  kernelTest("slots come from expressions, and so do programs", {}, async () => {
    const script = `
      let @m = progarray(8);
      let @other = progarray(8);
      prog a { printf("a\\n"); }
      prog b { printf("b\\n"); exit(); }
      begin {
        $p = a; $i = 2;
        @m[$i] = $p;
        @m[$i + 1] = pid > 0 ? b : a;
        @other[0] = @m[$i + 1];
        @m[4] = a; @m[4] = @m[7];
        print((@m[2], @m[3], @other[0], has_key(@m, 4), len(@m)));
      }
      interval:ms:5 { @n++; if (@n == 1) { tail_call(@m, @n + 1); } tail_call(@other, 0); }
      end { clear(@n); }`;
    await checkScript({ script, stdout: "(a, b, b, false, 2)\na\nb\n\n\n" });
  });

  kernelTest("what begin has put is there at once, and programs behind it find it too", {}, async () => {
    const script = `
      let @m = progarray(4);
      prog first { printf("first\\n"); @m[2] = second; tail_call(@m, 2); @wrong = 1; }
      prog second { printf("second\\n"); exit(); }
      begin { tail_call(@m, 1); @m[1] = first; print(len(@m)); tail_call(@m, 1); @wrong = 1; }`;
    await checkScript({ script, stdout: "1\nfirst\nsecond\n\n\n" });
  });

  kernelTest("so many slots that there is no array", {}, async () => {
    const script = `
      let @m = progarray(4000000000);
      prog p { @runs++; @m[5] = q; _ = delete(@m, 3999999999); }
      prog q { printf("%d %d\\n", @runs, len(@m)); exit(); }
      begin { @m[3999999999] = p; @one = 4000000001; @m[@one] = p; }
      interval:ms:5 { tail_call(@m, 3999999999); tail_call(@m, 5); @wrong = 1; }
      end { clear(@runs); clear(@one); clear(@m); }`;
    await checkScript({
      script,
      // What is deleted is gone at once, and what is put is there.
      stdout: "1 1\n\n\n",
      stderrMatch: /WARNING: Index out of range: the progarray has no such slot\./,
    });
  });

  const LOOPS = [
    { loop: "for ($i : 0..4)", slot: "$i" },
    { loop: "for ($i : 0..4) { for ($j : 0..2)", slot: "$i" },
    { loop: "for ($kv : @q)", slot: "$kv.0" },
    { loop: "for ($i : 0..2) { for ($kv : @q)", slot: "$kv.0" },
    { loop: "$i = 0; while ($i < 4)", slot: "$i" },
    { loop: "$i = 0; unroll(4)", slot: "$i" },
  ];

  for (const { loop, slot } of LOOPS) {
    kernelTest(`loops are left for a program that there is: ${loop}`, { needs: "bpf-loop" }, async () => {
      const step = loop.includes("$i = 0") ? "$i++;" : "";
      const script = `
        let @m = progarray(8);
        prog p { printf("run %d\\n", @turns); exit(); }
        begin { @m[3] = p; @q[3] = 1; }
        interval:ms:5 { ${loop} { @turns++; tail_call(@m, ${slot}); ${step} } ${loop.includes("{ ") ? "}" : ""} @wrong = 1; }
        end { clear(@q); clear(@turns); }`;
      await checkScript({ script, options: ["--no-warnings"], match: /^run \d+\n\n\n$/ });
    });
  }

  kernelTest("what is cleared is not come to any more", {}, async () => {
    const script = `
      let @m = progarray(4);
      prog p { @quiet = 0; @runs++; clear(@m); }
      begin { @m[0] = p; @m[1] = p; }
      interval:ms:5 { if (@runs > 0) { @quiet++; } if (@quiet > 20) { exit(); } tail_call(@m, 0); tail_call(@m, 1); }
      end { print((@runs > 0, len(@m))); clear(@runs); clear(@quiet); }`;
    await checkScript({ script, stdout: "(true, 0)\n\n\n" });
  });

  kernelTest("programs go on to others, also from what begin and end run", {}, async () => {
    const script = `
      let @m = progarray(4);
      let @last = progarray(1);
      prog a { @a = count(); tail_call(@m, 2); @wrong = 1; }
      prog b { @b = count(); tail_call(@last, 0); @wrong = 1; }
      prog c { @c = count(); printf("through\\n"); exit(); }
      prog at_end { printf("the end\\n"); }
      let @end = progarray(1);
      begin { @m[1] = a; @m[2] = b; @last[0] = c; @end[0] = at_end; }
      interval:ms:5 { tail_call(@m, 1); }
      end { tail_call(@end, 0); }`;
    await checkScript({
      script,
      stdout: "through\nthe end\n\n\n@a: 1\n@b: 1\n@c: 1\n",
    });
  });

  kernelTest("the kernel ends a chain after 33, which is said once", {}, async () => {
    const script = `
      let @m = progarray(1);
      prog again { @n++; tail_call(@m, 0); @behind = @n; if (@n > 60) { exit(); } }
      begin { @m[0] = again; }
      interval:ms:5 { tail_call(@m, 0); }`;
    const result = await checkScript({
      script,
      stdout: "\n\n@behind: 66\n@n: 66\n",
      stderrMatch: /stdin:3:26-42: WARNING: Too many tail calls: the kernel ends a chain of programs after 33\./,
    });
    expect(result.stderr.match(/Too many tail calls.*\n/g)?.[0]).toBeDefined();
    expect(result.stderr.match(/prog again/g)).toHaveLength(1);
  });

  kernelTest("a slot that there is not can not be set", {}, async () => {
    await checkScript({
      script: "let @m = progarray(4); prog p { } begin { @n = (uint64)4; @m[@n] = p; print(len(@m)); exit(); }",
      stdout: "0\n\n\n@n: 4\n",
      stderrMatch:
        /stdin:1:59-69: WARNING: Index out of range: the progarray has no such slot\. Nothing was put there\./,
    });
  });

  kernelTest("macros put and call", {}, async () => {
    const script = `
      #define SECOND p
      let @m = progarray(4);
      macro put(@array, slot, name) { @array[slot] = name; }
      macro go(@array, slot) { tail_call(@array, slot); }
      prog p { printf("run\\n"); exit(); }
      begin { put(@m, 1, p); @m[2] = SECOND; }
      interval:ms:5 { go(@m, 2); }`;
    await checkScript({ script: script.replace(/^\s+#/, "#"), stdout: "run\n\n\n" });
  });

  kernelTest("a filter of probes leaves programs what they are", {}, async () => {
    const script = `${oneProgram('printf("run\\n"); exit();')} interval:ms:7 { @no = 1; } interval:ms:5 { tail_call(@m, 3); }`;
    await checkScript({ script, options: ["--probe-filter", ":5"], stdout: "run\n\n\n" });
  });

  kernelTest("its plan says how its programs are entered", {}, async () => {
    const { stdout } = await runTsbt([
      "-d",
      "plan",
      "--dry-run",
      "-e",
      `${oneProgram("")} interval:ms:7 { tail_call(@m, 3); }`,
    ]);
    expect(stdout).toMatch(/^p_3: tail calls$/m);
  });

  kernelTest("benchmarks go on to programs", { needs: "tracepoint" }, async () => {
    const { status, stdout } = await runTsbt([
      "--bench",
      "-e",
      `${oneProgram("@ = count();")} bench:go { tail_call(@m, 3); }`,
    ]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^go +\d+/m);
  });
});

interface Row {
  readonly claim: string;
  readonly needs?: Parameters<typeof kernelTest>[1];
  /** Before the script. */
  readonly options?: readonly string[];
  readonly script: string;
  readonly match: RegExp | readonly RegExp[];
}

const MINE = "/pid == cpid && args.count == 12345/";

/** `PROGRAM` stands for the path of the program. */
const ROWS: readonly Row[] = [
  {
    claim: "probes of functions: arguments, and what tells them apart",
    needs: { needs: "uprobe" },
    script: `${oneProgram('printf("%s %d %d %s\\n", func, arg0, arg1, probe);')}
      uprobe:PROGRAM:add, uprobe:PROGRAM:mul { tail_call(@m, 3); }`,
    match: /^add 3 4 uprobe:.*:add\nmul 2 5 uprobe:.*:mul$/m,
  },
  {
    claim: "several probes that come to one program",
    needs: { needs: "uprobe" },
    script: `${oneProgram('printf("%s\\n", probe);')}
      uprobe:PROGRAM:add { printf("own %s\\n", probe); tail_call(@m, 3); }
      uprobe:PROGRAM:mul { tail_call(@m, 3); }`,
    match: /^own uprobe:.*:add\nuprobe:.*:add\nuprobe:.*:mul$/m,
  },
  {
    claim: "arguments by name",
    needs: { needs: "uprobe" },
    script: `${oneProgram('printf("%d + %d\\n", args.a, args.b);')} uprobe:PROGRAM:add { tail_call(@m, 3); }`,
    match: /^3 \+ 4$/m,
  },
  {
    claim: "what functions return",
    needs: { needs: "uprobe" },
    script: `${oneProgram('printf("%s %d\\n", probe, retval);')}
      uretprobe:PROGRAM:add, uretprobe:PROGRAM:mul { tail_call(@m, 3); }`,
    match: /^uretprobe:.*:add 7\nuretprobe:.*:mul 10$/m,
  },
  {
    claim: "strings that are larger than the stack, in both",
    needs: { needs: "uprobe" },
    script: `config = { max_strlen = 1000 }
      ${oneProgram('$s = str(arg0); printf("%d %s\\n", strlen($s), $s); @[str(arg0)] = count();')}
      uprobe:PROGRAM:say { $s = str(arg0); print(strlen($s)); tail_call(@m, 3); }`,
    match: /^900\n900 x{900}\n(.*\n)*@\[x{900}\]: 1$/m,
  },
  {
    claim: "loops before the call and in the program",
    needs: { needs: ["uprobe", "bpf-loop"] },
    script: `let @m = progarray(4);
      prog p { $n = 0; for ($i : 0..arg1) { $n += $i; } for ($kv : @q) { $n += $kv.1; } while ($n < 100) { $n++; } printf("in %d\\n", $n); }
      begin { @m[3] = p; @q[1] = 5; @q[2] = 6; }
      uprobe:PROGRAM:mul { $n = 0; for ($i : 0..arg0) { $n += 10; } for ($kv : @q) { $n += $kv.1; } printf("before %d\\n", $n); tail_call(@m, 3); }`,
    match: /^before 31\nin 100$/m,
  },
  {
    claim: "records of tracepoints, of one process",
    needs: { needs: "tracepoint" },
    script: `${oneProgram('printf("%s %s %d\\n", comm, probe, args.count);')}
      tracepoint:syscalls:sys_enter_read /args.count == 12345/ { tail_call(@m, 3); }`,
    match: /^(tail-calls\S* tracepoint:syscalls:sys_enter_read 12345\n){5}/,
  },
  {
    claim: "many tracepoints, which are tail calls themselves",
    needs: { needs: ["tracepoint", "btf"] },
    script: `${oneProgram("@[probe] = count();")}
      tracepoint:syscalls:sys_enter_* /pid == cpid/ { tail_call(@m, 3); }`,
    match: /^@\[tracepoint:syscalls:sys_enter_exit_group\]: 1$/m,
  },
  {
    claim: "raw tracepoints, loaded for each",
    needs: { needs: "btf" },
    script: `${oneProgram("@[probe] = count();")}
      rawtracepoint:sched_wakeup, rawtracepoint:sched_waking { tail_call(@m, 3); }`,
    match: [/^@\[rawtracepoint:vmlinux:sched_wakeup\]: \d+$/m, /^@\[rawtracepoint:vmlinux:sched_waking\]: \d+$/m],
  },
  {
    claim: "what the tracer walks over",
    needs: { needs: ["btf", "number-iterator"] },
    script: `${oneProgram("@ = count();")} iter:task { tail_call(@m, 3); }`,
    match: /^@: \d+$/m,
  },
  {
    claim: "functions of the kernel: arguments",
    needs: { needs: "kprobe" },
    script: `${oneProgram('printf("%s %d\\n", probe, arg2);')}
      kprobe:vfs_read /pid == cpid && arg2 == 12345/ { tail_call(@m, 3); }`,
    match: /^(kprobe:vfs_read 12345\n){5}/,
  },
  {
    claim: "functions of the kernel, where they are entered and where they return",
    needs: { needs: "kprobe" },
    script: `let @in = progarray(1); let @out = progarray(1);
      prog entered { @t[tid] = 1; @entered[probe, func] = count(); }
      prog left { delete(@t, tid); @left[probe, retval] = count(); }
      begin { @in[0] = entered; @out[0] = left; }
      kprobe:vfs_read /pid == cpid && arg2 == 12345/ { tail_call(@in, 0); }
      kretprobe:vfs_read /@t[tid]/ { tail_call(@out, 0); }`,
    match: [/^@entered\[kprobe:vfs_read, vfs_read\]: 5$/m, /^@left\[kretprobe:vfs_read, 12345\]: 5$/m],
  },
  {
    claim: "several functions of the kernel",
    needs: { needs: "kprobe" },
    script: `${oneProgram("@[probe, func] = count();")}
      kprobe:vfs_read, kprobe:vfs_open /pid == cpid/ { tail_call(@m, 3); }`,
    match: [/^@\[kprobe:vfs_read, vfs_read\]: \d+$/m, /^@\[kprobe:vfs_open, vfs_open\]: \d+$/m],
  },
  {
    claim: "trampolines: parameters",
    needs: { needs: "fentry" },
    script: `${oneProgram('printf("%s %d\\n", probe, args.count);')} fentry:vfs_read ${MINE} { tail_call(@m, 3); }`,
    match: /^(fentry:vmlinux:vfs_read 12345\n){5}/,
  },
  {
    claim: "trampolines: what is returned, and a chain",
    needs: { needs: "fentry" },
    script: `let @m = progarray(4);
      prog p { @sum = sum(retval); tail_call(@m, 2); }
      prog q { @q[args.count] = count(); }
      begin { @m[3] = p; @m[2] = q; }
      fexit:vfs_read ${MINE} { tail_call(@m, 3); }`,
    match: [/^@sum: 61725$/m, /^@q\[12345\]: 5$/m],
  },
  {
    claim: "trampolines of several functions, whatever their parameters",
    needs: { needs: "fentry" },
    script: `${oneProgram("@[probe, func] = count();")}
      fentry:vfs_read, fentry:vfs_open /pid == cpid/ { tail_call(@m, 3); }`,
    match: [/^@\[fentry:vmlinux:vfs_read, vfs_read\]: \d+$/m, /^@\[fentry:vmlinux:vfs_open, vfs_open\]: \d+$/m],
  },
];

describe("programs find what there is at", () => {
  for (const { claim, needs = {}, options = [], script, match } of ROWS) {
    kernelTest(claim, { package: "gcc", ...needs }, async () => {
      await checkScript({
        script: script.replaceAll("PROGRAM", program()),
        options: ["--no-warnings", ...options, "-c", program()],
        match,
      });
    });
  }

  kernelTest("one process, by -p", { needs: "tracepoint" }, async () => {
    const script = `${oneProgram("@[pid == $1] = count(); exit();")} tracepoint:syscalls:sys_enter_getppid { tail_call(@m, 3); }`;
    await checkScript({
      script,
      options: ["-p", String(process.pid)],
      args: [String(process.pid)],
      trigger: () => void process.ppid,
      stdout: "\n\n@[true]: 1\n",
    });
  });
});
