import { native, type Fd, type Pointer } from "../../src/kernel/native.js";

/** A few bpf(2) calls made by hand, so that the addon is tested without the compiler. Numbers from linux/bpf.h. */
const MAP_CREATE = 0;
const PROG_LOAD = 5;
const PROG_TEST_RUN = 10;
const MAP_TYPE_ARRAY = 2;
const MAP_TYPE_RINGBUF = 27;
const PROG_TYPE_RAW_TRACEPOINT = 17;
export const F_MMAPABLE = 1 << 10;
export const NO_WAKEUP = 1;
export const FORCE_WAKEUP = 2;

/** A `union bpf_attr` from its fields: offset to u32 value. */
function attribute(fields: Readonly<Record<number, number>>): Uint8Array {
  const attr = new DataView(new ArrayBuffer(128));
  for (const [offset, value] of Object.entries(fields)) attr.setUint32(Number(offset), value, true);
  return new Uint8Array(attr.buffer);
}

export const createRing = (sizeBytes: number): Fd =>
  native().bpfOpen(MAP_CREATE, attribute({ 0: MAP_TYPE_RINGBUF, 12: sizeBytes }));

export const createArray = (valueBytes: number, flags: number): Fd =>
  native().bpfOpen(MAP_CREATE, attribute({ 0: MAP_TYPE_ARRAY, 4: 4, 8: valueBytes, 12: 1, 16: flags }));

type Instruction = readonly [opcode: number, dst: number, src: number, offset: number, immediate: number];

function encode(program: readonly Instruction[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(program.length * 8));
  program.forEach(([opcode, dst, src, offset, immediate], i) => {
    bytes.setUint8(i * 8, opcode);
    bytes.setUint8(i * 8 + 1, dst | (src << 4));
    bytes.setInt16(i * 8 + 2, offset, true);
    bytes.setInt32(i * 8 + 4, immediate, true);
  });
  return new Uint8Array(bytes.buffer);
}

export function loadRawTracepoint(program: readonly Instruction[]): Fd {
  const pointers: Pointer[] = [
    { offset: 8, target: encode(program) },
    { offset: 16, target: Buffer.from("GPL\0") },
  ];
  return native().bpfOpen(PROG_LOAD, attribute({ 0: PROG_TYPE_RAW_TRACEPOINT, 4: program.length }), pointers);
}

export function testRun(program: Fd, args: readonly bigint[]): number {
  const attr = attribute({ 0: program.number, 40: args.length * 8 });
  native().bpf(PROG_TEST_RUN, attr, [{ offset: 48, target: BigUint64Array.from(args) }]);
  return new DataView(attr.buffer).getUint32(4, true);
}

/** The largest number of records, and of bytes in a record, that one run of a writer sends. */
export const MAX_RECORDS = 1023;
export const MAX_RECORD_BYTES = 255;

/**
 * A program that writes records to a ring. Its arguments are: the number in the first record (they count up from there),
 * how many records, how many bytes in each (8 or more), and the flags of `bpf_ringbuf_output`. It returns how many found no room.
 */
export function loadRecordWriter(ring: Fd): Fd {
  const ZERO_WORDS = Array.from({ length: 34 }, (_, i): Instruction => [0x7a, 10, 0, -8 * (i + 1), 0]);
  const RECORD = -256;
  const LOST = -264;
  return loadRawTracepoint([
    ...ZERO_WORDS,
    [0x79, 6, 1, 24, 0], //                r6 = flags
    [0x79, 7, 1, 0, 0], //                 r7 = number
    [0x79, 8, 1, 8, 0], //                 r8 = records left
    [0x57, 8, 0, 0, MAX_RECORDS],
    [0x79, 9, 1, 16, 0], //                r9 = bytes
    [0x57, 9, 0, 0, MAX_RECORD_BYTES],
    [0x35, 9, 0, 1, 8],
    [0xb7, 9, 0, 0, 8],
    [0xb5, 8, 0, 14, 0], //                loop: no record left? go to end ("== 0" would not bound r8 for Linux 6.1)
    [0x07, 8, 0, 0, -1],
    [0x7b, 10, 7, RECORD, 0],
    [0x07, 7, 0, 0, 1],
    [0x18, 1, 1, 0, ring.number], //       bpf_ringbuf_output(ring, record, bytes, flags)
    [0x00, 0, 0, 0, 0],
    [0xbf, 2, 10, 0, 0],
    [0x07, 2, 0, 0, RECORD],
    [0xbf, 3, 9, 0, 0],
    [0xbf, 4, 6, 0, 0],
    [0x85, 0, 0, 0, 130],
    [0x15, 0, 0, -12, 0], //               it fitted? go to loop
    [0xb7, 1, 0, 0, 1],
    [0xdb, 10, 1, LOST, 0], //             lost += 1
    [0x05, 0, 0, -15, 0],
    [0x79, 0, 10, LOST, 0], //             end
    [0x95, 0, 0, 0, 0],
  ]);
}
