import { defineKernelFunction } from "./kernel-function.js";

export type { KprobePoint as KretprobePoint } from "./kernel-function.js";

export const kretprobe = defineKernelFunction("kretprobe", "kr", {
  summary: "Fires where a kernel function returns.",
  example: "kretprobe:vfs_read { @bytes = hist(retval); }",
});
