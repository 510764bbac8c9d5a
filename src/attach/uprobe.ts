import type { UprobePoint } from "../../codegen/providers/index.js";
import { defineAttacher } from "./define.js";
import { attachUserFunctions } from "./user-function.js";

export const uprobe = defineAttacher<UprobePoint>({
  order: "reverse",
  isSlowToDetach: true,
  attach: attachUserFunctions,
});
