/** `import { trace, compile } from "tsbt"` */
export { compile, type CompileOptions, type Facts, hostFacts, loadCompiled, readFacts, saveFacts } from "./compile.js";
export { TsbtError, type TsbtErrorCode } from "./error.js";
export { trace } from "./trace.js";
export type { MapShape, PrintfShape, Shape } from "./shape.js";
export type * from "./types.js";
export type * from "../output/data.js";
export { VERSION as version } from "./version.js";
