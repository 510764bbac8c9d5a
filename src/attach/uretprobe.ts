import type { UprobePoint } from "../../codegen/providers/uprobe.js";
import { defineAttacher } from "./define.js";
import { attachUserFunctions } from "./user-function.js";

export const uretprobe = defineAttacher<UprobePoint>({
  order: "reverse",
  isSlowToDetach: (expectedAttach) => expectedAttach !== "uprobe-multi",
  attach: (group, cx) => attachUserFunctions(group, cx, { isReturn: true }),
});
