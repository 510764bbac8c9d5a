import type { KprobePoint } from "../../codegen/providers/index.js";
import { defineAttacher } from "./define.js";
import { attachKernelFunctions } from "./kernel-function.js";

export const kprobe = defineAttacher<KprobePoint>({
  order: "reverse",
  isSlowToDetach: true,
  attach: attachKernelFunctions,
});
