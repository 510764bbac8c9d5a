/**
 * Events that must arrive: `exit()`, and what is done to whole maps. When the ring has no room they go to a queue of
 * their own, with the place in the ring at which they belong:
 *
 *     0          4                8        12  16                24
 *     | position | in spare ring  | schema | 0 | the only field  |
 */
import { BPF_ANY, BPF_EXIST, BPF_RB_PROD_POS } from "../kernel/bpf.js";
import type { Value } from "../ir/ir.js";
import { LATE_EVENT_BYTES, LATE_EVENT_OFFSET } from "../object.js";
import type { LateEventRequest, Place } from "../language/lowering.js";
import { countLoss } from "./losses.js";
import type { ProbeLowering } from "./probe-lowering.js";

/** An event of one field at most, for which the ring has no room. With `always` it may take the place of the oldest. */
export function sendLate(
  cx: ProbeLowering,
  arrives: LateEventRequest["mustArrive"],
  schemaId: Value,
  field: Value,
): void {
  if (!cx.mayOutline) return queue(cx, arrives, schemaId, field);
  const outline = { name: `late_${arrives}`, args: [schemaId, field], changes: "nothing" } as const;
  cx.callOutline(outline, ([schemaId, field]) => queue(cx, arrives, schemaId, field));
}

function queue(cx: ProbeLowering, arrives: LateEventRequest["mustArrive"], schemaId: Value, field: Value): void {
  const { b } = cx;
  const place = cx.stackPlace(LATE_EVENT_BYTES, 8, "late event");
  b.store(place.base, 0, 8, b.call("ringbuf_query", [ring(cx), b.int(BPF_RB_PROD_POS)]));
  // Events in the spare ring and these must keep their order among each other.
  if (cx.module.hasSpareRoom)
    b.store(place.base, 4, 4, b.call("ringbuf_query", [b.map(cx.module.spareMaps().ring), b.int(BPF_RB_PROD_POS)]));
  b.store(place.base, LATE_EVENT_OFFSET, 8, schemaId);
  b.store(place.base, LATE_EVENT_OFFSET + 8, 8, field);
  b.if("ne", push(cx, place, BPF_ANY), b.int(0), {
    then: () => {
      countLoss(cx); // of this event, or of the oldest
      if (arrives === "always") push(cx, place, BPF_EXIST);
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
