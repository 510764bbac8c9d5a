/** `import { trace, compile } from "tsbt"` */
export { compile, type CompileOptions, type Facts, hostFacts, loadCompiled, readFacts, saveFacts } from "./compile.js";
export { TsbtError, type TsbtErrorCode } from "./error.js";
export { trace } from "./trace.js";
export type { MapShape, PrintfShape, Shape } from "./shape.js";
export type * from "./types.js";
export type {
  AggregationData,
  BucketData,
  Data,
  IntegerData,
  MapData,
  MapEntryData,
  MapKind,
  MapValueData,
  PointData,
  StackFrame,
  StatsData,
} from "../output/index.js";
export { VERSION as version } from "./version.js";
