/** Records of a BPF ring as the addon hands them over (`native/bpf-ring.h`). */
import type { Batch } from "../kernel/index.js";

/** What a record of the batch has in front: its length and its place in the ring. */
const RECORD_HEADER_BYTES = 8;

const alignUp8 = (n: number): number => (n + 7) & ~7;

export interface RingRecord {
  /** Where its bytes are in the batch. */
  readonly at: number;
  readonly length: number;
  /** What it takes of the ring. */
  readonly bytes: number;
  /** The low half of its place in the ring. */
  readonly position: number;
}

/** For batches of few records. */
export function* recordsOf({ view, length }: Batch): Generator<RingRecord> {
  for (let next = 0; next < length;) {
    const recordBytes = view.getUint32(next, true);
    const bytes = RECORD_HEADER_BYTES + alignUp8(recordBytes);
    yield { at: next + RECORD_HEADER_BYTES, length: recordBytes, bytes, position: view.getUint32(next + 4, true) };
    next += bytes;
  }
}
