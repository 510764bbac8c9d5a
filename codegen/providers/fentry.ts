import { defineTrampoline } from "./kernel-trampoline.js";

export const fentry = defineTrampoline("fentry", {
  aliases: ["f", "kfunc"],
  doc: {
    summary: "Fires when a function of the kernel is entered; its parameters have their names and types.",
    example: "fentry:vfs_read { @bytes = hist(args.count); }",
  },
  isReturn: false,
});
