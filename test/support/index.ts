/** What tests of the running kernel and of the command are written with. */
export { checkScript, type ScriptExpectation } from "./check-script.js";
export { Child, type ChildOptions, type Finished, run } from "./child.js";
export { compileC, type CompileOptions } from "./compile-c.js";
export type { FeatureName } from "./features.js";
export { dynamicEvents, isAlive, objectsOf } from "./kernel-objects.js";
export { kernelTest, type Requirements } from "./kernel-test.js";
export { ADDON, PROJECT_DIR, tsbtCommand } from "./project.js";
export { TIME_FACTOR } from "./time-factor.js";
export { runTsbt, startTsbt, TracingChild } from "./tsbt.js";
export { waitFor } from "./wait-for.js";
export { writtenHere } from "./written-here.js";
