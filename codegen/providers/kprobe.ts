import { defineKernelFunction } from "./kernel-function.js";

export const kprobe = defineKernelFunction("kprobe", "k", {
  doc: { summary: "Fires where a kernel function is entered.", example: "kprobe:vfs_read { @[comm] = count(); }" },
  otherWords: ["fbt", "kernel", "function"],
  isReturn: false,
});
