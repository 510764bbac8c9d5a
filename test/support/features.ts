import { spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, readSync } from "node:fs";
import { PROGRAM_TYPE } from "../../codegen/kernel/bpf.js";
import { helperCall, loadProgram } from "../../src/kernel/feature-calls.js";
import { kernelHasOption, kernelIsAtLeast } from "./running-kernel.js";
import { walkedPointersArePassed } from "./walked-pointers.js";

interface Feature {
  /** The first kernel version that has it. */
  readonly since: string;
  /** What the kernel must have been built with. */
  readonly options?: readonly string[];
  /** Looks for it on the running kernel, where there is something to look at. `"denied"`: this machine forbids it. */
  readonly isPresent?: () => boolean | "denied";
}

/** What a test may need of the running kernel. A row is all that a new requirement takes. */
export const FEATURES = {
  btf: { since: "4.18", options: ["CONFIG_DEBUG_INFO_BTF"], isPresent: () => existsSync("/sys/kernel/btf/vmlinux") },
  tracepoint: { since: "4.7", options: ["CONFIG_FTRACE"], isPresent: () => eventSource("tracepoint") },
  uprobe: { since: "4.17", options: ["CONFIG_UPROBE_EVENTS"], isPresent: () => eventSource("uprobe") },
  "uprobe-multi": { since: "6.6", options: ["CONFIG_UPROBE_EVENTS"] },
  "uprobe-session": { since: "6.13", options: ["CONFIG_UPROBE_EVENTS"] },
  kprobe: { since: "4.17", options: ["CONFIG_KPROBE_EVENTS"], isPresent: () => eventSource("kprobe") },
  "kprobe-multi": { since: "5.18", options: ["CONFIG_FPROBE"], isPresent: functionsAreTraceable },
  "kprobe-session": { since: "6.10", options: ["CONFIG_FPROBE"], isPresent: functionsAreTraceable },
  fentry: {
    since: "5.5",
    options: ["CONFIG_FUNCTION_TRACER", "CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS", "CONFIG_DEBUG_INFO_BTF"],
    isPresent: functionsAreTraceable,
  },
  /** Trampolines of functions with more parameters than go into registers. */
  "stack-arguments": { since: "6.6" },
  modules: { since: "5.11", options: ["CONFIG_MODULES", "CONFIG_DEBUG_INFO_BTF_MODULES"] },
  /** A module with types and tracepoints of its own, that needs no device. It is loaded in virtual machines only. */
  "vsock-loopback": { since: "5.6", isPresent: () => hasVsockLoopback() || "denied" },
  /** The tracepoints of locks that are fought for. */
  contention: { since: "5.19", isPresent: () => existsSync("/sys/kernel/tracing/events/lock/contention_begin") },
  /** The file of mapped memory has a path. */
  "walked-pointers": {
    since: "5.15",
    options: ["CONFIG_DEBUG_INFO_BTF"],
    isPresent: () => walkedPointersArePassed() || "denied",
  },
  /** Nobody else's processes run here, so a test may look at all of them: a virtual machine of test/matrix. */
  "own-machine": { since: "0.0", isPresent: () => process.env["TSBT_MATRIX"] !== undefined || "denied" },
  /** Disks made of files. */
  loop: { since: "0.0", isPresent: () => hasLoopDevices() || "denied" },
  /** Cgroups of version 2 in the usual place; machines with version 1 have them elsewhere, or not at all. */
  cgroup2: { since: "4.5", isPresent: () => existsSync("/sys/fs/cgroup/cgroup.controllers") || "denied" },
  /** Few distributions build it in. */
  "override-return": { since: "4.16", options: ["CONFIG_BPF_KPROBE_OVERRIDE"] },
  /** Not where the kernel is locked down. */
  "write-user": { since: "4.8", isPresent: () => canCallProbeWriteUser() || "denied" },
  "bpf-loop": { since: "5.17" },
  "number-iterator": { since: "6.4" },
  /** `bpf_task_from_pid` */
  "task-kfuncs": { since: "6.2", options: ["CONFIG_DEBUG_INFO_BTF"] },
  /** Symbols of data in /proc/kallsyms, with addresses: some hardened machines hide them. */
  "kernel-variables": { since: "0.0", isPresent: () => kernelVariablesAreShown() || "denied" },
  "isa-v4": { since: "6.6" },
  "may-goto": { since: "6.9" },
  /** Counters of the processor; virtual machines often have none, whatever their kernel. */
  "hardware-counters": { since: "0.0", isPresent: () => eventSource("cpu") || "denied" },
} as const satisfies Record<string, Feature>;

export type FeatureName = keyof typeof FEATURES;

export type Presence =
  | { readonly kind: "present" }
  | { readonly kind: "absent"; readonly reason: string }
  /** The kernel's version and configuration promise it, and it is not there: a fault, not a reason to skip. */
  | { readonly kind: "broken"; readonly reason: string };

/** Whether the running kernel has a feature, and if not, whether that is in order. */
export function presenceOf(name: FeatureName): Presence {
  const feature: Feature = FEATURES[name];
  if (!kernelIsAtLeast(feature.since)) {
    return { kind: "absent", reason: `${name} needs Linux ${feature.since}` };
  }
  const off = feature.options?.find((option) => kernelHasOption(option) === false);
  if (off !== undefined) return { kind: "absent", reason: `${name} needs a kernel with ${off}` };
  const present = feature.isPresent?.();
  if (present === true) return { kind: "present" };
  if (present === "denied") return { kind: "absent", reason: `${name} is not to be had on this machine` };
  const unknown = feature.options?.find((option) => kernelHasOption(option) === undefined);
  if (unknown !== undefined)
    return { kind: "absent", reason: `${name} needs a kernel with ${unknown}, if this has it` };
  if (present === undefined) return { kind: "present" };
  return { kind: "broken", reason: `this kernel should have ${name} and does not (is tracefs mounted?)` };
}

/** The helper exists if the verifier finds fault only with its arguments. */
function canCallProbeWriteUser(): boolean {
  return loadProgram({ type: PROGRAM_TYPE.tracepoint, instructions: helperCall("probe_write_user") }) === "EACCES";
}

function eventSource(name: string): boolean {
  return existsSync(`/sys/bus/event_source/devices/${name}/type`);
}

/** Some hardened machines have the list of functions, but let nobody read it or trace them. */
function functionsAreTraceable(): boolean | "denied" {
  try {
    const list = openSync("/sys/kernel/tracing/available_filter_functions", "r");
    const size = readSync(list, Buffer.alloc(1));
    closeSync(list);
    return size > 0;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM" && "denied";
  }
}

function kernelVariablesAreShown(): boolean {
  return / __per_cpu_offset$/m.test(readFileSync("/proc/kallsyms", "latin1"));
}

function hasLoopDevices(): boolean {
  if (process.env["TSBT_MATRIX"] !== undefined) spawnSync("modprobe", ["loop"]);
  return existsSync("/dev/loop-control");
}

function hasVsockLoopback(): boolean {
  if (process.env["TSBT_MATRIX"] !== undefined) spawnSync("modprobe", ["vsock_loopback"]);
  return existsSync("/sys/module/vsock_loopback");
}
