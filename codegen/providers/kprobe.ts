import { defineKernelFunction } from "./kernel-function.js";

export type { KprobePoint } from "./kernel-function.js";

export const kprobe = defineKernelFunction("kprobe", "k", {
  summary: "Fires where a kernel function is entered.",
  example: "kprobe:vfs_read { @[comm] = count(); }",
});
