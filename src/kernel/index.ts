/** The kernel: its facts, live or saved. */
export { LiveFacts, type LiveOptions } from "./live.js";
export { saveSnapshot, type SnapshotSelection } from "./save-snapshot.js";
export { SnapshotFacts } from "./snapshot.js";
export { TracepointFormatError } from "./tracepoint-format.js";
