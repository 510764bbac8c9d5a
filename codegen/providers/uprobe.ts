import { defineUserFunction } from "./user-function.js";

export const uprobe = defineUserFunction("uprobe", "u", {
  doc: {
    summary: "Fires where a function of a program or library is entered.",
    example: "uprobe:libc:malloc { @bytes = hist(arg0); }",
  },
  otherWords: ["user", "program"],
  isReturn: false,
});
