/**
 * The numbers of all CPUs together, as doubles. Readings have hundreds of thousands of words, and are made when code is cold:
 * one plain loop over halves of words takes a tenth of the time of readers and closures.
 */
import type { MapReading } from "../../map-reading.js";

const TWO_32 = 4294967296;
/** The upper half of a number below 2^53. */
const EXACT_HIGH = 0x20_0000;

/** Which 64-bit numbers of a CPU's copy. */
export interface Words {
  readonly offset: number;
  readonly count: number;
  readonly isSigned: boolean;
}

/** @returns entry after entry the sums over CPUs; undefined when one of them, or of what goes into it, is no exact double */
export function exactSums(r: MapReading, { offset, count, isSigned }: Words): Float64Array | undefined {
  if (((r.valueStride | r.cpuStride | offset) & 3) !== 0) return undefined;
  const [low, high] = halvesOf(r.values.bytes, isSigned);
  const sums = new Float64Array(r.count * count);
  for (let entry = 0; entry < r.count; entry++) {
    const to = entry * count;
    for (let cpu = 0; cpu < r.cpus; cpu++) {
      let at = (entry * r.valueStride + cpu * r.cpuStride + offset) >> 2;
      for (let i = 0; i < count; i++, at += 2) {
        const lower = low[at] as number;
        const upper = high[at + 1] as number;
        if (lower === 0 && upper === 0) continue;
        if (upper >= EXACT_HIGH || upper < -EXACT_HIGH) return undefined;
        // The number first, which is exact: a sum with a half of it need not be.
        const sum = (sums[to + i] as number) + (upper * TWO_32 + lower);
        if (!Number.isSafeInteger(sum)) return undefined;
        sums[to + i] = sum;
      }
    }
  }
  return sums;
}

/** All hosts that there are keep the lower half first. */
function halvesOf(bytes: Uint8Array, isSigned: boolean): readonly [Uint32Array, Uint32Array | Int32Array] {
  const { buffer, byteOffset, byteLength } = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  const low = new Uint32Array(buffer, byteOffset, byteLength >> 2);
  return [low, isSigned ? new Int32Array(buffer, byteOffset, byteLength >> 2) : low];
}
