/** The BPF back end: from IR to bytes. */
export type { FunctionCode } from "./code.js";
export { emitDebugInfo, type DebugInfo } from "./debug-info.js";
export { decode, type DecodedInstruction } from "./decode.js";
export { disassemble } from "./disassemble.js";
export { StackOverflowError } from "./frame.js";
export { generate, type GenerateOptions, type GeneratedProgram } from "./generate.js";
