import type { PointOf } from "../../codegen/providers/index.js";
import type { Attach } from "./define.js";
import { attachUserFunctions } from "./user-function.js";

export const uretprobe: Attach<PointOf<"uretprobe">> = attachUserFunctions;
