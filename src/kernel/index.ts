/** The kernel: its facts, live or saved. */
export { LiveFacts, type LiveOptions } from "./live.js";
export { saveSnapshot, type SnapshotSelection } from "./save-snapshot.js";
export { SnapshotError, SnapshotFacts } from "./snapshot.js";
export { parseTracepointFormat, TracepointFormatError } from "./tracepoint-format.js";
export { instructionLimit, loadsIterator } from "./feature-calls.js";
export { AddonError } from "./find-addon.js";
export { moduleBuild, runningKernel } from "./identity.js";
export { isAtLeast } from "./kernel-version.js";
export { PlainLineTable } from "./line-table.js";
export {
  type Addon,
  type Batch,
  type Captured,
  type Child,
  type Closable,
  type Column,
  type ExpectedError,
  type ExitStatus,
  type Fd,
  native,
  Native,
  MapMemory,
  type ProgramToRun,
  type RawRingBuffer,
  replaceNative,
  type ResourceLimit,
  type RingBuffer,
  type RingReader,
  RLIM_INFINITY,
  useAddon,
} from "./native.js";
export { PerfRing } from "./perf-ring.js";
export { saveHost } from "./save-host.js";
export { Struct } from "./struct.js";
export { syscallName } from "./syscall-numbers.js";
export { doing, isSystemCallFailure, reasonOf, type SystemCallFailure, SystemError } from "./system-error.js";
export { readOrUndefined } from "./tracefs.js";
export { kernelImages } from "./vmlinux-btf.js";
