/**
 * The typed face of the addon: system calls, and nothing that decides anything.
 *
 * Every failure is a {@link SystemCallError}. What has to be given back is an object with `close()`.
 */
export type { Addon, Closable, LineTable, Pointer, RawRingBuffer, SystemCallError } from "./addon.js";
export { Child, type SpawnOptions } from "./child.js";
export { Fd } from "./fd.js";
export { MapMemory } from "./map-memory.js";
export { type ExpectedError, loadNative, Native, type PerfEvent, RLIM_INFINITY } from "./native.js";
export type { Captured, ExitStatus, ProgramToRun, ResourceLimit } from "./program.js";
export { type Batch, RingBuffer, type RingBufferOptions, RingReader } from "./rings.js";
export type { Column, RowText } from "./rows.js";
export type { StopLatch } from "./stop-latch.js";
