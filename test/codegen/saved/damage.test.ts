import { expect, test } from "vitest";
import { compile, DEFAULT_OPTIONS } from "../../../codegen/compile.js";
import { FULL_LANGUAGE } from "../../../codegen/full-language.js";
import type { Attachment, BpfMap, BpfObject, EventSchema, ValueFormat } from "../../../codegen/object.js";
import { SavedError } from "../../../codegen/saved/index.js";
import { checksum, encodeScript } from "../../../codegen/saved/saved-script.js";
import type { Span } from "../../../grammar/index.js";
import { savedFacts } from "../../fixtures/facts.js";
import { randomFrom } from "../../random.js";
import { decoded, encoded, savedScript, VERSION } from "./script.js";

const SEED = Number(process.env["TEST_SEED"] ?? 1);
const ROUNDS = Number(process.env["TEST_PROGRAMS"] ?? 3000);
const HEADER_BYTES = 20;

const TEXT = `tracepoint:syscalls:sys_enter_openat { @[comm, ustack(3)] = count(); @h = lhist(pid, 0, 10, 1); @s = str(args.filename); }
interval:s:1 { printf("%s %d\\n", @s, 1 / nsecs); print(@h); @t = (1, "a", (int8[2])(uint16)5); time("%H\\n"); exit(); }`;

const object = compile({ name: "damage.bt", text: TEXT }, savedFacts(), FULL_LANGUAGE, DEFAULT_OPTIONS).object!;
const whole = encoded(savedScript(object));

/** @returns what was said */
function refused(bytes: Uint8Array): string {
  try {
    decoded(bytes);
  } catch (error) {
    if (error instanceof SavedError) return error.message;
    throw error;
  }
  throw new Error("it was taken for a whole one");
}

/** As if whoever made it had meant it. */
function sealed(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  view.setUint32(12, bytes.length - HEADER_BYTES, true);
  view.setUint32(16, checksum(bytes.subarray(HEADER_BYTES)), true);
  return bytes;
}

test("one that is cut off anywhere is refused", () => {
  for (let length = 0; length < whole.length; length++) {
    expect(refused(whole.slice(0, length))).toMatch(length < 8 ? /ends too early/ : /ends too early: |at byte/);
  }
});

test("one that something was added to is refused", () => {
  expect(refused(Uint8Array.from([...whole, 0]))).toMatch(/more than there should be/);
});

test("one of which any bit was changed is refused", () => {
  for (let at = 0; at < whole.length; at++) {
    const changed = whole.slice();
    changed[at]! ^= 1 << (at % 8);
    expect(refused(changed)).not.toBe("");
  }
});

test("one that is cut off by somebody who has made its checksum anew is refused, with the place", () => {
  for (let length = HEADER_BYTES; length < whole.length; length += 7) {
    expect(refused(sealed(whole.slice(0, length)))).toMatch(/\(at byte \d+\)$/);
  }
});

test(`forged ones are refused, or are of the form that is wanted (TEST_SEED=${SEED})`, () => {
  const random = randomFrom(SEED);
  let taken = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const forged = whole.slice();
    for (let i = 0; i <= random(3); i++) {
      const at = HEADER_BYTES + random(forged.length - HEADER_BYTES);
      forged[at] = [0, 1, 0x7f, 0x80, 0xff, random(256)][random(6)]!;
    }
    try {
      encoded(decoded(sealed(forged)));
      taken++;
    } catch (error) {
      if (!(error instanceof SavedError)) throw error;
    }
  }
  expect(taken).toBeGreaterThan(0);
});

test("lengths are not believed", () => {
  const huge = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f];
  for (let at = HEADER_BYTES; at < whole.length - 8; at += 3) {
    const forged = whole.slice();
    forged.set(huge, at);
    try {
      decoded(sealed(forged));
    } catch (error) {
      expect(error).toBeInstanceOf(SavedError);
    }
  }
});

test("what another version has made is refused by its name, whatever its format", () => {
  const bytes = encodeScript(savedScript(object), "0.9.0", FULL_LANGUAGE);
  expect(refused(bytes)).toBe("it was made by tsbt 0.9.0, and this is tsbt 1.2.3");
  new DataView(bytes.buffer).setUint16(8, 77, true);
  expect(refused(bytes)).toBe("it was made by tsbt 0.9.0, and this is tsbt 1.2.3");
  const own = whole.slice();
  new DataView(own.buffer).setUint16(8, 77, true);
  expect(refused(own)).toBe("its format 77 is none that this tsbt reads");
});

test("bytes of another order are refused", () => {
  const other = whole.slice();
  [other[10], other[11]] = [other[11]!, other[10]!];
  expect(refused(other)).toMatch(/another order of bytes/);
});

// ---------------------------------------------------------------- parts that do not belong together

const forged = (parts: Partial<BpfObject>): string =>
  refused(encodeScript(savedScript({ ...object, ...parts }), VERSION, FULL_LANGUAGE));

const [map, ...maps] = object.maps as [BpfMap, ...BpfMap[]];
const [attachment] = object.attachments as [Attachment];
const [event] = object.events;
const [program] = object.programs;
const [script, ...scripts] = object.scriptMaps;

const linear = object.scriptMaps.find(({ name }) => name === "@h")!;
const COUNTED = { name: "counted.bt", text: "begin { @t[pid] = count(); }" };
const tabled = compile(COUNTED, savedFacts(), FULL_LANGUAGE, DEFAULT_OPTIONS).object!;

const events = object.events.slice(1);

const withFormat = (format: ValueFormat): EventSchema => ({
  ...event!,
  fields: [{ name: "f", offset: 8, format, variable: undefined }],
  fixedBytes: 8 + 64,
});

/** ktime_get_ns(), and an end. */
const CALL = Uint8Array.of(0x85, 0, 0, 0, 5, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0);

test.each<readonly [string, Partial<BpfObject>, RegExp]>([
  ["a program that is not there", { attachments: [{ ...attachment, program: 99 }] }, /names one of its programs/],
  ["a load that is not there", { attachments: [{ ...attachment, load: 9 }] }, /attached to a program that is not/],
  ["half an instruction", { programs: [{ ...program!, code: new Uint8Array(12) }] }, /a program is cut off/],
  ["a program without code", { programs: [{ ...program!, code: new Uint8Array() }] }, /a program is cut off/],
  [
    "a relocation behind the end",
    { programs: [{ ...program!, relocations: [{ kind: "point", instruction: 1e6 }] }] },
    /behind the end/,
  ],
  [
    "a relocation that makes another call of one",
    { programs: [{ ...program!, code: CALL, relocations: [{ kind: "point", instruction: 0 }] }] },
    /would change what it is not for/,
  ],
  [
    "a map in the place of a call",
    {
      programs: [
        { ...program!, code: CALL, relocations: [{ kind: "map-value", instruction: 0, map: 0, offset: 109 }] },
      ],
    },
    /would change what it is not for/,
  ],
  ["a map in two places", { maps: [map, ...maps, { ...map, role: "events" }] }, /two of its maps have one role/],
  ["a first value that is too long", { maps: [{ ...map, initial: new Uint8Array(99_999) }, ...maps] }, /longer/],
  ["a field behind the end", { events: [{ ...event!, fixedBytes: 9 }, ...object.events.slice(1)] }, /no room/],
  ["events in another order", { events: [...object.events].reverse() }, /event 0 is not/],
  [
    "keys that are too long",
    { scriptMaps: [{ ...script!, key: { bytes: 4, format: { kind: "int", bytes: 8, isSigned: false } } }, ...scripts] },
    /no room for its keys/,
  ],
  [
    "slots that have no room for what an aggregation keeps",
    { maps: object.maps.map((one, i) => (i === linear.map ? { ...one, valueBytes: one.valueBytes - 8 } : one)) },
    /@h has no room for its values/,
  ],
  [
    "slots of a table that have none",
    {
      ...tabled,
      scriptMaps: tabled.scriptMaps.map((one) => ({ ...one, value: { kind: "stats", isSigned: true } })),
    },
    /@t has no room for its values/,
  ],
  ...object.maps.flatMap(({ role, name }, i): [string, Partial<BpfObject>, RegExp][] => {
    // The kernel would write all of a value where there is room for what is expected.
    const large = object.maps.map((map, at) => (at === i ? { ...map, valueBytes: 4096 + map.valueBytes } : map));
    const words = role === "losses" ? /not as many/ : /is not as one for/;
    return role === undefined || role === "events" ? [] : [[`${name} with larger values`, { maps: large }, words]];
  }),
  [
    "a first value of what is no array",
    { maps: [...maps, { ...map, role: undefined, type: "percpu-array", valueBytes: 8, initial: new Uint8Array(8) }] },
    /can have no first value/,
  ],
  [
    "an array of more elements than there could be",
    { events: [withFormat({ kind: "array", element: { kind: "none" }, count: 0xffff_ffff, stride: 0 }), ...events] },
    /more elements than it has room for/,
  ],
  [
    "elements that lie on each other",
    {
      events: [
        withFormat({
          kind: "array",
          count: 60_000,
          stride: 0,
          element: { kind: "array", count: 60_000, stride: 0, element: { kind: "bool" } },
        }),
        ...events,
      ],
    },
    /more elements than it has room for/,
  ],
  [
    "a place behind the end of the script",
    { events: [{ ...event!, span: { ...event!.span, end: 2 ** 52 } }, ...events] },
    /a place is not in its text/,
  ],
  [
    "a place that ends before it starts",
    { events: [{ ...event!, span: { ...event!.span, start: 5, end: 4 } }, ...events] },
    /a place is not in its text/,
  ],
  ["a NUL in a name", { programs: [{ ...program!, name: "a\0b" }, ...object.programs.slice(1)] }, /a name has a NUL/],
  ["losses without counters", { losses: [] }, /losses are not as many/],
])("%s is found out", (_, parts, words) => {
  expect(forged(parts)).toMatch(words);
});

test("the calls that a place has come from are said once, however they have come there themselves", () => {
  let expandedFrom: readonly Span[] = [event!.span];
  // Each could have come from all that is behind it, twice.
  for (let i = 0; i < 60; i++) {
    const { file, start, end } = event!.span;
    expandedFrom = [
      { file, start, end, expandedFrom },
      { file, start, end, expandedFrom },
    ];
  }
  const bytes = encoded(
    savedScript({ ...object, events: [{ ...event!, span: { ...event!.span, expandedFrom } }, ...events] }),
  );
  expect(bytes.length).toBeLessThan(whole.length + 100);
  const [call] = decoded(bytes).object.events[0]!.span.expandedFrom!;
  expect(call).toEqual({ file: event!.span.file, start: event!.span.start, end: event!.span.end });
});

test("types that are nested too deeply are refused", () => {
  let format: BpfObject["events"][number]["fields"][number]["format"] = { kind: "bool" };
  for (let i = 0; i < 10_000; i++) format = { kind: "array", element: format, count: 1, stride: 1 };
  const field = { name: "f", offset: 8, format, variable: undefined };
  expect(() => encoded(savedScript({ ...object, events: [{ ...event!, fields: [field] }] }))).toThrow(SavedError);
});
