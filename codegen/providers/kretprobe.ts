import { defineKernelFunction } from "./kernel-function.js";

export const kretprobe = defineKernelFunction("kretprobe", "kr", {
  doc: { summary: "Fires where a kernel function returns.", example: "kretprobe:vfs_read { @bytes = hist(retval); }" },
  otherWords: ["kret", "kreturn"],
  isReturn: true,
});
