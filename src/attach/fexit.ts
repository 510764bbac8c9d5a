import type { PointOf } from "../../codegen/providers/index.js";
import type { Attach } from "./define.js";
import { attachTrampolines } from "./trampoline.js";

export const fexit: Attach<PointOf<"fexit">> = attachTrampolines;
