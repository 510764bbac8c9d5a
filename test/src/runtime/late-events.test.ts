import { expect, test } from "vitest";
import { type LateEvent, LateEvents } from "../../../src/runtime/late-events.js";
import { memory } from "../output/bytes.js";

const MEMORY = memory();
const event = (at: number, position: number, spare: number): LateEvent => ({ memory: MEMORY, at, position, spare });

/** The `at` of events tells which is which. */
function orderOf(queued: readonly LateEvent[], spare: readonly LateEvent[]): readonly (number | undefined)[] {
  const queue = [...queued];
  const late = new LateEvents({ next: () => queue.shift(), spare: () => spare });
  late.collect();
  return [...queued, ...spare].map(() => late.take()?.at);
}

test("events of the queue and of the spare ring keep the order in which they were sent", () => {
  const spare = [event(1, 100, 0), event(2, 100, 32), event(3, 100, 64)];
  expect(orderOf([event(9, 100, 0)], spare)).toEqual([9, 1, 2, 3]);
  expect(orderOf([event(9, 100, 64)], spare)).toEqual([1, 2, 9, 3]);
  expect(orderOf([event(8, 100, 64), event(9, 100, 96)], spare)).toEqual([1, 2, 8, 3, 9]);
});

test("what comes while they are read keeps its order, too", () => {
  const queue: LateEvent[] = [];
  const spare = [event(1, 100, 0), event(3, 100, 32)];
  const late = new LateEvents({
    next: () => queue.shift(),
    // Between two events of the ring, and behind the last of them; before that one there will be another in the ring.
    spare: () => {
      const taken = spare.splice(0);
      if (taken.length === 2) queue.push(event(2, 100, 32), event(4, 100, 64), event(6, 100, 96));
      return taken;
    },
  });
  late.collect();
  expect([late.take()?.at, late.take()?.at, late.take()?.at, late.take()]).toEqual([1, 2, 3, undefined]);
  spare.push(event(5, 100, 64));
  late.collect();
  expect([late.take()?.at, late.take()?.at, late.take()?.at, late.take()]).toEqual([4, 5, 6, undefined]);
});

test("also where places in the ring go round", () => {
  const spare = [event(1, 100, 0xffff_ffe0), event(2, 100, 0)];
  expect(orderOf([event(9, 100, 0)], spare)).toEqual([1, 9, 2]);
});

test("an event is taken before what is at its place or behind it", () => {
  const late = new LateEvents({ next: () => undefined, spare: () => [] });
  expect(late.takeBefore(0)).toBeUndefined();
  const one = new LateEvents({ next: () => undefined, spare: () => [event(1, 64, 0)] });
  one.collect();
  expect(one.takeBefore(56)).toBeUndefined();
  expect(one.takeBefore(64)?.at).toBe(1);
});
