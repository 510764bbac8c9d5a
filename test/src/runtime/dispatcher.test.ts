import { describe, expect, test } from "vitest";
import { type EventSchema, LATE_EVENT_BYTES } from "../../../codegen/object.js";
import type { EventHandler, Output, SentValues } from "../../../src/output/output.js";
import { formattedText, onlyValue } from "../../../src/output/sent-values.js";
import type { Native } from "../../../src/kernel/native.js";
import { Bpf } from "../../../src/runtime/bpf.js";
import { PacketFiles } from "../../../src/runtime/packet-files.js";
import { UnknownEventError } from "../../../src/runtime/errors.js";
import { Dispatcher } from "../../../src/runtime/dispatcher.js";
import { Interruption } from "../../../src/runtime/interruption.js";
import { LateEvents, queuedEvent } from "../../../src/runtime/late-events.js";
import type { ProgramArrays } from "../../../src/runtime/program-arrays.js";
import type { PrintArguments, ScriptMaps } from "../../../src/runtime/script-maps.js";
import { WarningCounts } from "../../../src/runtime/warning-counts.js";
import { CONTEXT } from "../output/context.js";
import { memory, type Piece, text, u32, u64, u8 } from "../output/bytes.js";
import { event, object, SPAN } from "./objects.js";

const int64 = { kind: "int", bytes: 8, isSigned: true } as const;

/** A printf of an integer and a string of variable length, and whatever else a script may send. */
const EVENTS: readonly EventSchema[] = [
  event({
    id: 0,
    action: "printf",
    fixedBytes: 24,
    site: { format: 0 },
    fields: [
      { name: "0", offset: 8, format: int64, variable: undefined },
      { name: "1", offset: 16, format: { kind: "string", bytes: 64 }, variable: { capacity: 64 } },
      { name: "2", offset: 20, format: { kind: "string", bytes: 4 }, variable: { capacity: 4 } },
    ],
  }),
  event({
    id: 1,
    fixedBytes: 16,
    fields: [{ name: "code", offset: 8, format: { kind: "int", bytes: 1, isSigned: false }, variable: undefined }],
  }),
  event({ id: 2, action: "print-map", site: { map: 0, top: 3, div: 4294967295, afterwards: "keep" } }),
  event({ id: 3, action: "clear", site: { map: 0 } }),
  event({ id: 4, action: "zero", site: { map: 0 } }),
  event({ id: 5, action: "clear", site: { map: 1 } }),
  event({
    id: 6,
    action: "print-value",
    site: {},
    fixedBytes: 16,
    fields: [{ name: "value", offset: 8, format: int64, variable: undefined }],
  }),
  event({ id: 7, action: "time", site: { format: 1 } }),
  event({ id: 8, action: "time", site: { format: 2 } }),
  event({
    id: 9,
    action: "warning",
    fixedBytes: 16,
    site: { warning: 0 },
    fields: [{ name: "result", offset: 8, format: int64, variable: undefined }],
  }),
  event({ id: 10, action: "warning", site: { warning: 1 } }),
  event({ id: 11, action: "print-map", site: { map: 0, top: 0, div: 0, afterwards: "clear" } }),
];

const WARNINGS = [
  { kind: "helper", helper: "map_update_elem", span: SPAN },
  { kind: "divide-by-zero", helper: undefined, span: SPAN },
] as const;

const record = (...pieces: readonly Piece[]): Piece => {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const padding = new Uint8Array((8 - (length % 8)) % 8);
  return Buffer.concat([u32(length), u32(0), ...pieces, padding]);
};
const simple = (schema: number): Piece => record(u64(schema));
const printf = (n: number, a: string, b: string): Piece =>
  record(u64(0), u64(n), u32(a.length), u32(b.length), text(a, a.length), text(b, b.length));
const exit = (status: number): Piece => record(u64(1), u8(status), new Uint8Array(7));

/** An event that found no room, as programs queue it. */
const late = (position: number, ...event: readonly Piece[]): Uint8Array => {
  const bytes = Buffer.concat([u64(position), ...event]);
  return Buffer.concat([bytes, new Uint8Array(LATE_EVENT_BYTES - bytes.length)]);
};

interface Dispatched {
  readonly happened: string[];
  readonly dispatcher: Dispatcher;
}

/** Handles batches and tells, in order, what they made happen. */
const dispatch = (...batches: readonly (readonly Piece[])[]): Dispatched => dispatchLate([], ...batches);

/** @param queue - late events, each with the number of the batch before which it comes */
function dispatchLate(
  queue: readonly { readonly batch: number; readonly event: Uint8Array }[],
  ...batches: readonly (readonly Piece[])[]
): Dispatched {
  const waiting = [...queue];
  let batch = 0;
  const events = new LateEvents({
    next() {
      if ((waiting[0]?.batch ?? Infinity) > batch) return undefined;
      const event = waiting.shift()?.event;
      return event && queuedEvent(event);
    },
    spare: () => [],
  });
  const happened: string[] = [];
  const say = (what: string) => (text: string) => void happened.push(`${what} ${JSON.stringify(text)}`);
  const output = {
    compilePrintf: (format: string, values: SentValues): EventHandler => {
      const text = formattedText(format, values);
      return (m, at) => say("printf")(text(m, at));
    },
    compileValue: (values: SentValues): EventHandler => {
      const text = onlyValue(values, "text");
      return (m, at) => say("value")(text(m, at));
    },
    time: say("time"),
    failure: say("failure"),
    helperFailed: ({ helper, result }: { helper: string; result: number }) =>
      happened.push(`helper ${helper} ${result}`),
    runtimeError: (message: string) => happened.push(message.slice(0, 12)),
  } as unknown as Output;
  const maps = {
    print: (map: number, { top, div, afterwards }: PrintArguments) =>
      happened.push(`print ${map} ${top} ${div} ${afterwards}`),
    clear: (map: number) => happened.push(`clear ${map}`),
    zero: (map: number) => happened.push(`zero ${map}`),
  } as unknown as ScriptMaps;
  const programArrays = {
    fill: (map: number, slot: number) => happened.push(`fill ${map} ${slot}`),
  } as unknown as ProgramArrays;
  const dispatcher: Dispatcher = new Dispatcher(
    EVENTS,
    {
      object: object({ strings: ["%d %s/%s\n", "%Y", "%n".repeat(64)], warnings: WARNINGS }),
      output,
      values: CONTEXT,
      maps,
      warnings: new WarningCounts(new Bpf({} as Native), undefined, 1),
      packetFiles: new PacketFiles(undefined),
      programArrays,
      now: () => 86400 * 400,
      interruption: new Interruption(),
      capture: () => {
        throw new Error("not needed");
      },
      awaitReadable: () => true,
      exit(status) {
        happened.push(`exit ${status}`);
        dispatcher.stop();
      },
      unwatch: (address) => void happened.push(`unwatch ${address}`),
    },
    events,
    () => happened.push("."),
  );
  let position = 0;
  for (const pieces of batches) {
    const { bytes, view } = memory(...pieces);
    for (let at = 0; at < bytes.length; at += 8 + Math.ceil(view.getUint32(at, true) / 8) * 8) {
      view.setUint32(at + 4, position + at, true);
    }
    position += bytes.length;
    dispatcher.handle({ bytes, view, length: bytes.length });
    batch += 1;
  }
  return { happened, dispatcher };
}

test("events are handled in order, strings of any length among them", () => {
  const { happened } = dispatch([printf(-5, "abc", ""), printf(7, "", "wxyz"), simple(3)]);
  expect(happened).toEqual(['printf "-5 abc/\\n"', 'printf "7 /wxyz..\\n"', "clear 0", "."]);
});

test("nothing after exit() is handled, not even in later batches", () => {
  const { happened, dispatcher } = dispatch([printf(1, "a", "b"), exit(44), simple(3)], [simple(3)]);
  expect(happened).toEqual(['printf "1 a/b\\n"', "exit 44", "."]);
  expect(dispatcher.isStopped).toBe(true);
});

test("after it has been resumed, events count again", () => {
  const { happened, dispatcher } = dispatch([exit(0)]);
  dispatcher.resume();
  const { bytes, view } = memory(simple(3));
  dispatcher.handle({ bytes, view, length: bytes.length });
  expect(happened.slice(2)).toEqual(["clear 0", "."]);
});

test("maps are printed, and emptied in the same pass where the compiler says so", () => {
  const { happened } = dispatch([simple(2), simple(4), simple(11), simple(5)]);
  expect(happened).toEqual(["print 0 3 4294967295 keep", "zero 0", "print 0 0 0 clear", "clear 1", "."]);
});

describe("events that found no room in the ring", () => {
  const CLEAR = late(0, u64(3));

  test("come before the record that is at their place", () => {
    const at = (position: number): string[] =>
      dispatchLate([{ batch: 0, event: late(position, u64(3)) }], [simple(5), simple(4)], [simple(4)]).happened;
    expect(at(0)).toEqual(["clear 0", "clear 1", "zero 0", ".", "zero 0", "."]);
    expect(at(16)).toEqual(["clear 1", "clear 0", "zero 0", ".", "zero 0", "."]);
    expect(at(32)).toEqual(["clear 1", "zero 0", "clear 0", ".", "zero 0", "."]);
    expect(at(48)).toEqual(["clear 1", "zero 0", ".", "zero 0", "clear 0", "."]);
  });

  test("are seen when an empty record wakes us", () => {
    const wake = Buffer.concat([u32(0), u32(0)]);
    const { happened } = dispatchLate([{ batch: 1, event: late(16, u64(3)) }], [simple(5)], [wake], [simple(4)]);
    expect(happened).toEqual(["clear 1", ".", "clear 0", ".", "zero 0", "."]);
  });

  test("are handled at the end of the run whatever their place", () => {
    const { happened, dispatcher } = dispatchLate([{ batch: 1, event: late(1000, u64(3)) }], [simple(5)]);
    dispatcher.flush();
    expect(happened).toEqual(["clear 1", ".", "clear 0"]);
  });

  test("after exit() are thrown away like all others", () => {
    const exitAt0 = { batch: 0, event: late(0, u64(1), u8(7)) };
    const { happened, dispatcher } = dispatchLate([exitAt0, { batch: 0, event: CLEAR }], [simple(5)]);
    dispatcher.resume();
    dispatcher.flush();
    expect(happened).toEqual(["exit 7", "."]);
  });
});

test("values, times and warnings", () => {
  const { happened } = dispatch([record(u64(6), u64(-3)), simple(7), simple(8), record(u64(9), u64(-7)), simple(10)]);
  expect(happened).toEqual([
    'value "-3"',
    'time "1971"',
    'failure "strftime returned zero (Success)"',
    "helper map_update_elem -7",
    "Divide or mo",
    ".",
  ]);
});

test("an event of an unknown schema is a mistake of ours", () => {
  expect(() => dispatch([simple(99)])).toThrow(UnknownEventError);
});
