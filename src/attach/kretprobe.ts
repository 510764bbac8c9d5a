import type { PointOf } from "../../codegen/providers/index.js";
import type { Attach } from "./define.js";
import { attachKernelFunctions } from "./kernel-function.js";

export const kretprobe: Attach<PointOf<"kretprobe">> = attachKernelFunctions;
