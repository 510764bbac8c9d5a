import type { KprobePoint } from "../../codegen/providers/index.js";
import { defineAttacher } from "./define.js";
import { attachKernelFunctions } from "./kernel-function.js";

export const kretprobe = defineAttacher<KprobePoint>({
  order: "forward",
  isSlowToDetach: true,
  attach: attachKernelFunctions,
});
