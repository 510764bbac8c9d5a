/** Packets that programs send: each CPU has a ring for them, in a perf event array. */
import { PACKET_HEADER_BYTES } from "../../codegen/object.js";
import { openOutputEvent } from "../attach/index.js";
import { type Fd, PerfRing } from "../kernel/index.js";
import { type Memory, memoryOf } from "../output/index.js";
import type { Bpf } from "./bpf.js";

/** With the page in front of it, what anybody may lock for each CPU (`perf_event_mlock_kb`). */
const RING_BYTES = 512 << 10;

/** linux/perf_event.h: u32 type, u16 misc, u16 size; of a sample u32 length and the bytes. */
const RECORD_SAMPLE = 9;
const RECORD_BYTES = 8;
const LENGTH_BYTES = 4;

/** Of what was lost the kernel tells the program, which counts it. */
export class Packets {
  readonly #rings: PerfRing[] = [];
  readonly #handle: (packet: Memory, at: number) => void;

  /**
   * @param map - the perf event array
   * @param handle - is told of each packet, where its header is
   * @param onReadable - called when there are some
   */
  constructor(
    bpf: Bpf,
    map: Fd,
    cpus: readonly number[],
    handle: (packet: Memory, at: number) => void,
    onReadable: () => void,
  ) {
    this.#handle = handle;
    for (const cpu of cpus) {
      const event = openOutputEvent(bpf.native, cpu);
      this.#rings.push(PerfRing.owning(bpf.native, event, RING_BYTES, onReadable));
      bpf.update(map, bytesOf(cpu), bytesOf(event.number));
    }
  }

  /** Hands over what there is, in the order of time. */
  drain(): void {
    const packets: Memory[] = [];
    for (const ring of this.#rings) ring.take((records) => packets.push(...packetsIn(Buffer.from(records))));
    if (this.#rings.length > 1) packets.sort((a, b) => Number(timeOf(a) - timeOf(b)));
    for (const packet of packets) this.#handle(packet, 0);
  }

  close(): void {
    for (const ring of this.#rings) ring.close();
  }
}

const bytesOf = (number: number): Uint8Array => new Uint8Array(Int32Array.of(number).buffer);

const timeOf = ({ view }: Memory): bigint => view.getBigUint64(8, true);

function* packetsIn(records: Buffer): Generator<Memory> {
  for (let at = 0; at < records.length;) {
    const size = records.readUInt16LE(at + 6);
    if (size < RECORD_BYTES) return;
    const start = at + RECORD_BYTES + LENGTH_BYTES;
    if (records.readUInt32LE(at) === RECORD_SAMPLE && size >= RECORD_BYTES + LENGTH_BYTES + PACKET_HEADER_BYTES)
      yield memoryOf(records.subarray(start, at + size));
    at += size;
  }
}
