/**
 * Events that must arrive: `exit()`, and what is done to whole maps. When the ring has no room they go to a queue of
 * their own, with the place in the ring at which they belong:
 *
 *     0          8        12        16                24
 *     | position | schema | 0       | the only field  |
 */
import { BPF_ANY, BPF_EXIST } from "../kernel/map-flags.js";
import type { Value } from "../ir/ir.js";
import type { EventSchema } from "../object.js";
import { LATE_EVENT_BYTES, LATE_EVENT_OFFSET } from "../object.js";
import type { Place } from "../language/lowering.js";
import { atOffset } from "./memory.js";
import type { ProbeLowering } from "./probe-lowering.js";

/** linux/bpf.h: how many bytes programs have reserved since the ring was made. */
const BPF_RB_PROD_POS = 3;

export interface LateEvent {
  readonly schema: EventSchema;
  /** Writes the event, header included. */
  readonly write: (place: Place) => void;
  /** Counts an event that is lost: this one, or the oldest of the queue if this one takes its place. */
  readonly countLoss: () => void;
  readonly mayReplace: boolean;
}

export function sendLate(cx: ProbeLowering, { schema, write, countLoss, mayReplace }: LateEvent): void {
  const { b } = cx;
  if (schema.fixedBytes > LATE_EVENT_BYTES - LATE_EVENT_OFFSET) throw new RangeError(`${schema.action}: too large`);
  const place = cx.temporary(LATE_EVENT_BYTES, 8, "late event");
  b.zero(place.base, place.offset, LATE_EVENT_BYTES, place.align);
  b.store(place.base, place.offset, 8, b.call("ringbuf_query", [ring(cx), b.int(BPF_RB_PROD_POS)]));
  write(atOffset(place, LATE_EVENT_OFFSET));
  b.if("ne", push(cx, place, BPF_ANY), b.int(0), {
    then: () => {
      countLoss();
      if (mayReplace) push(cx, place, BPF_EXIST);
    },
  });
  wake(cx, place);
}

const ring = (cx: ProbeLowering): Value => cx.b.map(cx.module.ringBuffer());

/** With `BPF_EXIST` a full queue makes room by forgetting its oldest event. */
const push = (cx: ProbeLowering, place: Place, flags: number): Value =>
  cx.b.call("map_push_elem", [cx.b.map(cx.module.lateEvents()), cx.addressOf(place), cx.b.int(flags)]);

/** An empty record. If there is no room for it, user space has yet to come past others that were there before us. */
function wake(cx: ProbeLowering, place: Place): void {
  cx.b.call("ringbuf_output", [ring(cx), cx.addressOf(place), cx.b.int(0), cx.b.int(0)]);
}
