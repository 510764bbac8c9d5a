/**
 * Room that one probe cannot take from another: when the ring is full of what one writes, each of the others still has some
 * in a second ring. User space lets a probe have more when it has read what is there. An event there has its place in the first
 * ring beside the number of its schema:
 *
 *     0        4          8
 *     | schema | position | fields …
 */
import type { AnyNode } from "../../grammar/index.js";
import { someNode } from "../../grammar/index.js";
import type { TypedProbe, TypedProgram } from "../analysis/typed-program.js";
import type { Value } from "../ir/ir.js";
import { BPF_RB_PROD_POS } from "../kernel/bpf.js";
import type { Schedule } from "../object.js";
import { alignUp } from "../types/layout.js";
import type { ProbeLowering } from "./probe-lowering.js";

/** What each probe has if there is enough; as many CPUs may write an event at the same time when there is but one byte left. */
const BYTES_EACH = 32 * 1024;

/** Larger events have no such room. */
const MAX_EVENT_BYTES = 16 * 1024;

const MAX_RING_BYTES = 4 * 1024 * 1024;

const RECORD_HEADER_BYTES = 8;

/** Alone a probe would only have a larger ring. */
export function needsSpareRoom({ probes, language }: TypedProgram): boolean {
  const sends = (node: AnyNode): boolean => {
    const definition = node.kind === "call" ? language.functions.get(node.name) : undefined;
    return node.kind === "call" && definition?.kind === "function" && definition.sends?.(node) === true;
  };
  const isRival = ({ context, body }: TypedProbe): boolean =>
    RIVALS.has(context.schedule.runs) && someNode(body, sends);
  return probes.filter(isRival).length > 1;
}

const RIVALS: ReadonlySet<Schedule["runs"]> = new Set(["attached", "on-signal", "called"]);

/** @param largest - bytes of the largest event of each probe */
export function spareSizes(
  largest: readonly number[],
  cpus: number,
): { readonly ringBytes: number; readonly bytesEach: number } {
  const excess = largest.reduce((sum, event) => sum + cpus * recordBytes(event), 0);
  const wanted = excess + BYTES_EACH * Math.max(largest.length, 2);
  const ringBytes = Math.min(2 ** Math.ceil(Math.log2(wanted)), MAX_RING_BYTES);
  const rest = Math.max(ringBytes - excess, ringBytes / 2);
  return { ringBytes, bytesEach: Math.min(BYTES_EACH, Math.floor(rest / Math.max(largest.length, 1))) };
}

const recordBytes = (event: number): number => alignUp(event, 8) + RECORD_HEADER_BYTES;

/** Of one probe. */
export class SpareRoom {
  readonly #cx: ProbeLowering;
  readonly #counter: () => Value;

  /** @param counter - makes the offset of the probe's counters */
  constructor(cx: ProbeLowering, counter: () => Value) {
    this.#cx = cx;
    this.#counter = counter;
  }

  get ring(): Value {
    return this.#cx.b.map(this.#cx.module.spareMaps().ring);
  }

  /** @returns the place in the first ring at which an event belongs now, 32 bits of it; -1: the probe has no room left */
  position(): Value {
    const cx = this.#cx;
    const counter = this.#counter();
    if (!cx.mayOutline) return positionIfAllowed(cx, counter);
    const outline = { name: "spare_position", args: [counter], changes: "nothing" } as const;
    return cx.callOutline(outline, ([counter]) => positionIfAllowed(cx, counter));
  }

  /** An event of so many bytes has been put there. */
  take(bytes: Value): void {
    const { b, module } = this.#cx;
    const taken = b.alu("and", b.add(bytes, b.int(RECORD_HEADER_BYTES + 7)), b.int(-8));
    b.atomicAdd(b.add(b.mapValue(module.spareMaps().used), this.#counter()), 0, 8, taken);
  }
}

/** Undefined where there is none, or none for events of that size. */
export function spareRoomFor(cx: ProbeLowering, eventBytes: number): SpareRoom | undefined {
  if (!cx.module.hasSpareRoom || eventBytes > MAX_EVENT_BYTES) return undefined;
  const counter = spareCounterOf(cx, eventBytes);
  return new SpareRoom(cx, () => cx.b.int(counter));
}

/** Where the counters of this probe lie, which sends events of that size. */
export const spareCounterOf = (cx: ProbeLowering, eventBytes: number): number =>
  8 * cx.module.spareSlot(cx.label, eventBytes, cx.facts.possibleCpus);

function positionIfAllowed({ b, module }: ProbeLowering, counter: Value): Value {
  const { used, allowed } = module.spareMaps();
  const read = (map: number): Value => b.loadVolatile(b.add(b.mapValue(map), counter), 0, 8);
  return b.choose("ult", read(used), read(allowed), {
    then: () => b.extend(b.call("ringbuf_query", [b.map(module.ringBuffer()), b.int(BPF_RB_PROD_POS)]), 32, false),
    otherwise: () => b.int(-1),
  });
}
