/** What a perf event tells of processes: which files they map to run code, and whom they fork (linux/perf_event.h). */
import { PERF_RECORD } from "../../codegen/kernel/perf-event.js";
import { deviceNumber } from "./device-number.js";
import { mappedFile, type Mapping } from "./process-maps.js";

export type ProcessRecord =
  | { readonly kind: "map"; readonly timeNs: bigint; readonly pid: number; readonly mapping: Mapping }
  | { readonly kind: "fork"; readonly timeNs: bigint; readonly pid: number; readonly parent: number };

const PROT_EXEC = 4;
const HEADER_BYTES = 8;
/** With `sample_id_all` and PERF_SAMPLE_TIME every record ends in its time. */
const TIME_BYTES = 8;

/**
 * All records of a piece of the ring, in its order. Other kinds are left out, threads among them.
 *
 *     | u32 type | u16 misc | u16 size | … | u64 time |
 */
export function parseProcessRecords(bytes: Buffer): readonly ProcessRecord[] {
  const records: ProcessRecord[] = [];
  for (let at = 0; at + HEADER_BYTES <= bytes.length;) {
    const size = bytes.readUInt16LE(at + 6);
    if (size < HEADER_BYTES + TIME_BYTES || at + size > bytes.length) break;
    const record = parseRecord(bytes.readUInt32LE(at), bytes.subarray(at, at + size));
    if (record !== undefined) records.push(record);
    at += size;
  }
  return records;
}

function parseRecord(type: number, bytes: Buffer): ProcessRecord | undefined {
  if (type === PERF_RECORD.fork) return parseFork(bytes);
  return type === PERF_RECORD.mmap2 ? parseMap(bytes) : undefined;
}

const timeOf = (bytes: Buffer): bigint => bytes.readBigUInt64LE(bytes.length - TIME_BYTES);

/** `u32 pid, ppid, tid, ptid`. A thread has the process of the one that made it. */
function parseFork(bytes: Buffer): ProcessRecord | undefined {
  if (bytes.length < HEADER_BYTES + 16 + TIME_BYTES) return undefined;
  const pid = bytes.readUInt32LE(8);
  const parent = bytes.readUInt32LE(12);
  return pid === parent ? undefined : { kind: "fork", timeNs: timeOf(bytes), pid, parent };
}

/**
 * `u32 pid, tid; u64 start, bytes, page offset; u32 major, minor; u64 inode, generation; u32 protection, flags;
 * char path[]`
 */
function parseMap(bytes: Buffer): ProcessRecord | undefined {
  const pathAt = 72;
  if (bytes.length < pathAt + TIME_BYTES || (bytes.readUInt32LE(64) & PROT_EXEC) === 0) return undefined;
  const start = bytes.readBigUInt64LE(16);
  const path = bytes.toString("latin1", pathAt, bytes.length - TIME_BYTES).split("\0", 1)[0] ?? "";
  const mapping: Mapping = {
    start,
    end: start + bytes.readBigUInt64LE(24),
    isExecutable: true,
    fileOffset: bytes.readBigUInt64LE(32),
    device: deviceNumber(bytes.readUInt32LE(40), bytes.readUInt32LE(44)),
    inode: bytes.readBigUInt64LE(48),
    ...mappedFile(path === ANONYMOUS ? "" : path),
  };
  return { kind: "map", timeNs: timeOf(bytes), pid: bytes.readUInt32LE(8), mapping };
}

/** Memory of no file. */
const ANONYMOUS = "//anon";
