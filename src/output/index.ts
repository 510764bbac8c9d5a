/** Values, maps and what else a run tells, as text, JSON or data. */
export { aggregationOf } from "./aggregations/index.js";
export { type Argument, fixedArgument, stringData, stringText, stringWriter } from "./argument.js";
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
} from "./data.js";
export { CapturedOutput } from "./formats/captured-output.js";
export { JsonOutput } from "./formats/json-output.js";
export { TextOutput, type TextOutputOptions } from "./formats/text-output.js";
export { givenArgument } from "./given-argument.js";
export { helperMessage } from "./helper-message.js";
export { integerReader } from "./integer.js";
export { jsonString } from "./json.js";
export { type LossCause, Losses } from "./losses.js";
export type { MapReading } from "./map-reading.js";
export { compileMapData } from "./maps/map-data.js";
export { compileMapText, printedText } from "./maps/map-text.js";
export { isBlock } from "./maps/map-values.js";
export { type Memory, memoryOf } from "./memory.js";
export type { CodePlaceName, Names, SymbolName, UserSymbolName } from "./names.js";
export type { EventHandler, HelperFailure, Output, PrintableMap, RepeatedWarning, SentValues } from "./output.js";
export { pcapFileHeader, pcapPacket } from "./pcap.js";
export { compilePrintfData } from "./printf-data.js";
export { compilePrintf } from "./printf.js";
export { formattedText, located } from "./sent-values.js";
export { strerror } from "./strerror.js";
export { oncePerSecond, strftime } from "./strftime.js";
export { textOf, type TextWriter } from "./text-buffer.js";
export { TrialJson } from "./trial-json.js";
export type { TrialOutput } from "./trial-output.js";
export { TrialText } from "./trial-text.js";
export type { ValueContext } from "./value-context.js";
export { asData, type DataReader, decoded } from "./value-data.js";
export type { TextReader } from "./value-text.js";
export { type Buffering, type Sink, standardOutputHasLostReader, Writer } from "./writer.js";
