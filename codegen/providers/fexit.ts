import { defineTrampoline } from "./kernel-trampoline.js";

export const fexit = defineTrampoline("fexit", {
  aliases: ["fr", "kretfunc"],
  doc: {
    summary: "Fires when a function of the kernel returns; its parameters are still there.",
    example: "fexit:vfs_read { @[args.file.f_path.dentry.d_name.name] = sum(retval); }",
  },
  otherWords: ["kfuncret", "fret"],
  isReturn: true,
});
