/** What clients of the core see; those that make text of a run hand an `Output` to {@link LoadedScript}. */
export { compileOptions, type ScriptRequest } from "./compile-options.js";
export { CostMeter, type ProgramCost } from "./cost.js";
export { Environment } from "./environment.js";
export { type Host, watchOwnProcess } from "./host.js";
export { DataTypeError } from "./key-bytes.js";
export { exceedsProbes, type LinkCount, linksOf, mostProbes, plannedLinks, tooManyProbes } from "./link-count.js";
export { loadFailureText } from "./load-failure.js";
export { LoadedScript, type LoadRequest, type RunOptions, type Target } from "./loaded-script.js";
export type { Notices, Place } from "./notices.js";
export { rangeOf } from "./place.js";
export { isConfidential, missingCapabilities } from "./privileges.js";
export { AttachFailedError, Trace, type TraceEnd, type TraceOptions } from "./trace.js";
export { processOf, programsNamed, startProgram } from "./start-target.js";
export type { TraceMap } from "./trace-maps.js";
export type {
  DroppedEvent,
  JoinEvent,
  LossesEvent,
  LostEvent,
  MapEvent,
  MessageEvent,
  PrintfEvent,
  ScriptRange,
  TextEvent,
  TraceEvent,
  ValueEvent,
} from "./events.js";
export { keepProbes } from "./keep-probes.js";
export {
  differences,
  foreignPrograms,
  observe,
  type SafeResult,
  refusedPlaces,
  savedFrom,
  unsafeNeeds,
  unsafeParts,
  withTarget,
} from "./saved/index.js";
