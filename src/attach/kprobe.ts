import type { KprobePoint } from "../../codegen/providers/kprobe.js";
import { defineAttacher } from "./define.js";
import { attachKernelFunctions } from "./kernel-function.js";

export const kprobe = defineAttacher<KprobePoint>({
  order: "reverse",
  isSlowToDetach: (expectedAttach) => expectedAttach === "none",
  attach: (group, cx) => attachKernelFunctions(group, cx, { isReturn: false }),
});
