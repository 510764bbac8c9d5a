import { defineUserFunction } from "./user-function.js";

export const uretprobe = defineUserFunction("uretprobe", "ur", {
  doc: {
    summary: "Fires where a function of a program or library returns.",
    example: "uretprobe:libc:malloc { @[retval] = count(); }",
  },
  otherWords: ["uret"],
  isReturn: true,
});
