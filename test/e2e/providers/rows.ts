/** The facts of each provider: all that a new one adds to the contract suite. */
import type { TrialSchedule } from "../../../codegen/object.js";
import type { ProviderName, PROVIDERS } from "../../../codegen/providers/index.js";
import type { FeatureName } from "../../support/index.js";
import type { Missing, ProviderRow } from "./row.js";

/** A name that is looked for. */
const unknown = (provider: string, target: (path: string) => string, shown = target): Missing => ({
  parts: (path) => `:${target(path)}`,
  message: (path) => `No matches for ${provider} ${shown(path)}.`,
  warning: (path) => `No matches for ${provider} ${shown(path)}. Skipping.`,
});

const tracer = (provider: string, firedBy: ProviderRow["firedBy"]): ProviderRow => ({
  exact: () => "",
  firedBy,
  wildcard: { parts: () => ":*", names: () => [""] },
  missing: { parts: () => ":nope", refusal: `${provider} probe type requires 0 arguments, found 1` },
  listed: "never",
  pid: "means nothing",
});

const clock = (provider: string, pid: ProviderRow["pid"]): ProviderRow => ({
  exact: () => ":ms:10",
  firedBy: pid === "filters" ? "target" : "itself",
  wildcard: { parts: () => ":*:10", refusal: "* is not an accepted unit of time" },
  missing: { parts: () => ":parsec:10", refusal: "parsec is not an accepted unit of time" },
  listed: { parts: () => ":m*", line: () => `${provider}:ms:`, args: [] },
  pid,
});

const counter = (provider: string, event: string, count: number): ProviderRow => ({
  exact: () => `:${event}:${count}`,
  firedBy: "target",
  wildcard: {
    parts: () => `:${event.slice(0, -2)}*`,
    refusal: `wildcards are not allowed for ${provider} probe type`,
  },
  missing: { parts: () => ":nope", refusal: `nope is not a ${provider} probe` },
  listed: { parts: () => `:${event.slice(0, -2)}*`, line: () => `${provider}:${event}:`, args: [] },
  pid: "filters",
});

const kernelFunction = (
  provider: string,
  module: "" | ":vmlinux",
  needs: FeatureName,
  args: readonly string[],
): ProviderRow => ({
  needs,
  // The kernel calls these by address: no compiler can have put them into others. (Calls without arguments have names
  // that are no such functions.)
  exact: () => ":__x64_sys_getpgid",
  exactName: () => `${module}:__x64_sys_getpgid`,
  firedBy: "target",
  wildcard: {
    parts: () => ":__x64_sys_m*map",
    names: () => ["mmap", "munmap"].map((call) => `${module}:__x64_sys_${call}`),
  },
  missing: unknown(provider, () => "tsbt_nope"),
  listed: { parts: () => `${module}:vfs_read`, line: () => `${provider}${module}:vfs_read`, args },
  pid: "filters",
});

const userFunction = (provider: string, args: readonly string[]): ProviderRow => ({
  needs: "uprobe",
  exact: ({ path }) => `:${path}:step_one`,
  firedBy: "target",
  wildcard: {
    parts: (path) => `:${path}:step_*`,
    names: (path) => [`:${path}:step_one`, `:${path}:step_two`],
  },
  missing: unknown(provider, (path) => `${path}:nope`),
  listed: { parts: (path) => `:${path}:step_o*`, line: (path) => `${provider}:${path}:step_one`, args },
  pid: "filters",
});

/** All but those that run only when they are asked for: `../trials.test.ts` is theirs. */
export type RowName = {
  [N in ProviderName]: (typeof PROVIDERS)[N]["schedule"] extends TrialSchedule ? never : N;
}[ProviderName];

export const ROWS: { readonly [N in RowName]: ProviderRow } = {
  begin: tracer("begin", "itself"),
  end: tracer("end", "end"),
  fentry: kernelFunction("fentry", ":vmlinux", "fentry", [
    "struct file * file",
    "char * buf",
    "size_t count",
    "loff_t * pos",
  ]),
  fexit: kernelFunction("fexit", ":vmlinux", "fentry", [
    "struct file * file",
    "char * buf",
    "size_t count",
    "loff_t * pos",
    "ssize_t retval",
  ]),
  hardware: { ...counter("hardware", "cpu-cycles", 10_000), firing: "hardware-counters" },
  interval: clock("interval", "means nothing"),
  iter: {
    needs: "btf",
    exact: () => ":task",
    firedBy: "itself",
    finds: "ctx.task.tgid",
    isAlone: true,
    wildcard: { parts: () => ":tas*", refusal: "iter probe type does not support wildcards" },
    missing: {
      parts: () => ":nope",
      message: () => "iter nope not available for your kernel version.",
      warning: () => "iter nope not available for your kernel version.",
    },
    listed: { parts: () => ":tas*k", line: () => "iter:task", args: ["struct task_struct * task"] },
    pid: "filters",
  },
  kprobe: kernelFunction("kprobe", "", "kprobe", ["struct file * arg0", "char * arg1", "size_t arg2", "loff_t * arg3"]),
  kretprobe: kernelFunction("kretprobe", "", "kprobe", ["ssize_t retval"]),
  profile: clock("profile", "filters"),
  rawtracepoint: {
    needs: "btf",
    exact: () => ":sys_enter",
    exactName: () => ":vmlinux:sys_enter",
    firedBy: "target",
    wildcard: { parts: () => ":sys_e*", names: () => [":vmlinux:sys_enter", ":vmlinux:sys_exit"] },
    missing: {
      parts: () => ":tsbt_nope",
      message: () =>
        "Probe has no valid attach points. If this is expected, set the 'missing_probes' config variable to 'warn'.",
      warning: () =>
        "Probe has no valid attach points. It is being removed which may cause issues with program behavior.",
    },
    listed: {
      parts: () => ":sys_ente*",
      line: () => "rawtracepoint:vmlinux:sys_enter",
      args: ["struct pt_regs * regs", "long int id"],
    },
    pid: "filters",
  },
  self: {
    exact: () => ":signal:SIGUSR1",
    firedBy: (tsbt) => tsbt.kill("SIGUSR1"),
    wildcard: { parts: () => ":signal:SIG*", refusal: "SIG* is not a supported signal" },
    missing: { parts: () => ":nope:SIGUSR1", refusal: "nope is not a supported trigger" },
    listed: { parts: () => ":sig*", line: () => "self:signal:SIGUSR1", args: [] },
    pid: "means nothing",
  },
  software: counter("software", "page-faults", 1),
  tracepoint: {
    needs: "tracepoint",
    exact: () => ":syscalls:sys_enter_getpgid",
    firedBy: "target",
    wildcard: {
      parts: () => ":syscalls:sys_enter_getp*id",
      names: () => ["getpgid", "getpid", "getppid"].map((call) => `:syscalls:sys_enter_${call}`),
    },
    missing: unknown("tracepoint", () => "syscalls:nope"),
    listed: {
      parts: () => ":syscalls:sys_enter_getpgi*",
      line: () => "tracepoint:syscalls:sys_enter_getpgid",
      args: ["int __syscall_nr", "pid_t pid"],
    },
    pid: "filters",
  },
  uprobe: userFunction("uprobe", ["int number"]),
  uretprobe: userFunction("uretprobe", []),
  usdt: {
    needs: "uprobe",
    exact: ({ path }) => `:${path}:contract:one`,
    exactName: ({ path, pid }) => `:${pid === undefined ? "" : `/proc/${pid}/root`}${path}:contract:one`,
    firedBy: "target",
    wildcard: {
      parts: (path) => `:${path}:contract:*`,
      names: (path) => [`:${path}:contract:one`, `:${path}:contract:two`],
    },
    missing: unknown(
      "usdt",
      (path) => `${path}:contract:nope`,
      (path) => `${path}:nope`,
    ),
    listed: {
      parts: (path) => `:${path}:contract:o*`,
      line: (path) => `usdt:${path}:contract:one`,
      args: ["int32 arg0"],
    },
    pid: "filters",
  },
  watchpoint: {
    exact: ({ watched }) => `:${watched}:8:w`,
    exactName: ({ watched }) => `:${BigInt(watched)}:8:w`,
    firedBy: "target",
    wildcard: { parts: () => ":*:8:w", refusal: "Invalid function/address argument: invalid integer: *" },
    missing: { parts: () => ":0:8:w", refusal: "watchpoint must be attached to a non-zero address" },
    listed: "never",
    pid: "needed",
  },
};
