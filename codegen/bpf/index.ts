/** The BPF back end: from IR to bytes. */
export type { FunctionCode } from "./machine/code.js";
export { emitDebugInfo, type DebugInfo } from "./debug-info.js";
export { decode, type DecodedInstruction } from "./assembly/decode.js";
export { disassemble } from "./assembly/disassemble.js";
export { StackOverflowError } from "./layout/frame.js";
export { generate, type GenerateOptions, type GeneratedProgram } from "./generate.js";
