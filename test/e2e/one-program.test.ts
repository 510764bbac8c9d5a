/** One program for many points, which it tells apart by cookie: `probe`, in a body that is compiled once. */
import { describe, expect } from "vitest";
import { checkScript, Child, compileC, kernelTest, run, runTsbt } from "../support/index.js";

/** Calls f_one once, f_two twice and f_three_with_a_long_name three times. */
const PROGRAM = `
__attribute__((noinline)) void f_one(void) { __asm__ volatile(""); }
__attribute__((noinline)) void f_two(void) { __asm__ volatile(""); }
__attribute__((noinline)) int f_three_with_a_long_name(void) { __asm__ volatile(""); return 3; }
int main(void) {
  f_one();
  for (int i = 0; i < 2; i++) f_two();
  for (int i = 0; i < 3; i++) f_three_with_a_long_name();
  return 0;
}
`;

const program = (): string => compileC(PROGRAM, { name: "counted" });

const WAYS = [
  { way: "uprobe.multi", options: [], needs: ["uprobe", "uprobe-multi"] },
  { way: "perf events", options: ["--no-feature", "uprobe_multi"], needs: ["uprobe"] },
] as const;

describe.each(WAYS)("by $way", ({ way, options, needs }) => {
  kernelTest("the body is compiled once", { needs }, async () => {
    const target = program();
    const { stdout } = await runTsbt([
      ...options,
      "-d",
      "plan",
      "--dry-run",
      "-e",
      `u:${target}:f_* { print(probe); }`,
    ]);
    const name = `uprobe_${target.replace(/[^A-Za-z0-9]/g, "_")}_f_one_1`.replaceAll("__", "_");
    expect(stdout.replaceAll("__", "_")).toContain(`${name}: ${way}, told apart by cookie\n`);
    expect(stdout.match(/: (uprobe\.multi|perf events)/g)).toHaveLength(1);
  });

  kernelTest("each probe has its name, as a key", { needs }, async () => {
    const target = program();
    await checkScript({
      script: `uprobe:${target}:f_* { @[probe] = count(); }`,
      options: [...options, "-c", target],
      match: [
        `@[uprobe:${target}:f_one]: 1`,
        `@[uprobe:${target}:f_two]: 2`,
        `@[uprobe:${target}:f_three_with_a_long_name]: 3`,
      ].map(literally),
    });
  });

  kernelTest("on return, too", { needs }, async () => {
    const target = program();
    await checkScript({
      script: `uretprobe:${target}:f_* { @[probe] = count(); }`,
      options: [...options, "-c", target],
      match: [
        `@[uretprobe:${target}:f_one]: 1`,
        `@[uretprobe:${target}:f_two]: 2`,
        `@[uretprobe:${target}:f_three_with_a_long_name]: 3`,
      ].map(literally),
    });
  });

  kernelTest("on return, func is what the kernel remembers; where it does not, that is said", { needs }, async () => {
    const target = program();
    const script = `uretprobe:${target}:f_* { @[func] = count(); }`;
    const { stdout, stderr } = await runTsbt([...options, "-c", target, "-e", script]);
    const forgets =
      "WARNING: func is 0 on return from functions of programs: Linux knows it from 6.6 on; `probe` has its name";
    if (stderr.includes(forgets)) return expect(stdout).toContain("@[0]: 6\n");
    expect(stderr).not.toContain("WARNING");
    for (const line of ["@[f_one]: 1", "@[f_two]: 2", "@[f_three_with_a_long_name]: 3"]) expect(stdout).toContain(line);
  });

  kernelTest("names are strings: printed, compared, measured, cut, kept", { needs }, async () => {
    const target = program();
    const two = `uprobe:${target}:f_two`;
    await checkScript({
      script: `uprobe:${target}:f_* /probe != "uprobe:${target}:f_one"/ {
        @kept = probe;
        $name = probe;
        if (probe == "${two}") { printf("%s %d\\n", probe, strlen($name)); }
        for $i : 0..2 { @loop[probe, $i] = count(); }
        @cut[str(probe, ${two.length - 1})] = count();
      }`,
      options: [...options, "-c", target],
      match: [
        `${two} ${two.length}\n${two} ${two.length}\n`,
        `@kept: uprobe:${target}:f_three_with_a_long_name\n`,
        `@loop[${two}, 1]: 2\n`,
        `@cut[${two.slice(0, -2)}]: 5\n`,
      ].map(literally),
    });
  });

  kernelTest("what is decided when the script is compiled makes a body for each", { needs }, async () => {
    const target = program();
    await checkScript({
      script: `uprobe:${target}:f_* { if comptime (probe == "uprobe:${target}:f_two") { @ = count(); } }`,
      options: [...options, "-c", target],
      match: /^@: 2$/m,
    });
  });

  kernelTest("with -p, other processes are left alone", { needs }, async () => {
    const target = compileC(`#include <unistd.h>\n${PROGRAM.replace("f_one();", "char c; read(0, &c, 1); f_one();")}`);
    const traced = new Child(target, [], { input: "open" });
    await checkScript({
      script: `uprobe:${target}:f_* { @[probe] = count(); }`,
      options: [...options, "-p", `${traced.pid}`],
      trigger: async () => {
        await run(target, [], { input: "x" });
        traced.write("x");
      },
      match: [literally(`@[uprobe:${target}:f_one]: 1`), literally(`@[uprobe:${target}:f_two]: 2`)],
    });
    await traced.finished;
  });
});

kernelTest("tracepoints are told apart by cookie", { needs: [] }, async () => {
  await checkScript({
    script: `tracepoint:syscalls:sys_*_getppid /pid == cpid/ { @[probe] = count(); }`,
    options: [
      "-c",
      compileC("#include <unistd.h>\nint main(void) { for (int i = 0; i < 4; i++) getppid(); return 0; }"),
    ],
    match: [
      literally("@[tracepoint:syscalls:sys_enter_getppid]: 4"),
      literally("@[tracepoint:syscalls:sys_exit_getppid]: 4"),
    ],
  });
});

kernelTest("raw tracepoints are told apart by what their program was loaded for", { needs: ["btf"] }, async () => {
  await checkScript({
    script: `rawtracepoint:sys_enter, rawtracepoint:sys_exit /pid == cpid/ { @[probe] = count(); }`,
    options: ["-c", "/bin/true"],
    match: [/^@\[rawtracepoint:vmlinux:sys_enter\]: \d+$/m, /^@\[rawtracepoint:vmlinux:sys_exit\]: \d+$/m],
  });
});

kernelTest("timers are told apart by cookie", { needs: [] }, async () => {
  await checkScript({
    script: `interval:ms:2, interval:us:3000 { @[probe] = 1; if (len(@) == 2) { exit(); } }`,
    match: [literally("@[interval:ms:2]: 1"), literally("@[interval:us:3000]: 1")],
  });
});

const literally = (text: string): RegExp => new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
