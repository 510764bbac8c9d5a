import { describe, expect, test } from "vitest";
import type { MapValueFormat, ScriptMap, ValueFormat } from "../../../codegen/object.js";
import { native, type Column } from "../../../src/kernel/index.js";
import { compareIntegers, integerReader } from "../../../src/output/integer.js";
import type { MapReading } from "../../../src/output/map-reading.js";
import { compileMapJson } from "../../../src/output/maps/map-json.js";
import { compileKeyText, compileMapText, printedText } from "../../../src/output/maps/map-text.js";
import { compileMapValues } from "../../../src/output/maps/map-values.js";
import { memoryOf } from "../../../src/output/memory.js";
import { numberColumn } from "../../../src/output/rows.js";
import { TextBuffer } from "../../../src/output/text-buffer.js";
import { randomFrom } from "../../random.js";
import { SPAN } from "../runtime/objects.js";
import { CONTEXT } from "./context.js";

const int = (bytes: number, isSigned = true): ValueFormat => ({ kind: "int", bytes, isSigned });
const pair = (...elements: readonly (readonly [offset: number, format: ValueFormat])[]): ValueFormat => ({
  kind: "tuple",
  bytes: 24,
  elements: elements.map(([offset, format]) => ({ offset, format })),
});
const plain = (format: ValueFormat): MapValueFormat => ({ kind: "plain", bytes: 24, format, setFlagOffset: undefined });

const BYTES = 24;
const KEYS: Readonly<Record<string, ValueFormat>> = {
  s8: int(1),
  u16: int(2, false),
  s32: int(4),
  u64: int(8, false),
  s64: int(8),
  "strings, some of them cut": { kind: "string", bytes: 5 },
  "pairs, one part of which is a pair": pair([0, int(1)], [8, pair([8, int(2)], [12, { kind: "string", bytes: 3 }])]),
};
const VALUES: Readonly<Record<string, MapValueFormat>> = {
  s64: plain(int(8)),
  u8: plain(int(1, false)),
  "tuples and strings": plain(pair([0, { kind: "string", bytes: 4 }], [8, int(4, false)])),
  "char arrays": plain({ kind: "string", bytes: 3, noTrailer: true }),
  count: { kind: "count" },
  "stats()": { kind: "stats", isSigned: true },
};

/** Small numbers, and such that take all bits; letters, and here and there a NUL. */
function randomReading(random: (below: number) => number, count: number): MapReading {
  const bytes = (): Buffer => {
    const all = Buffer.alloc(count * BYTES);
    for (let i = 0; i < all.length; i++) all[i] = random(3) === 0 ? 0 : 97 + random(4);
    for (let at = 0; at < all.length; at += BYTES)
      if (random(2) === 0) all.writeBigInt64LE(BigInt.asIntN(64, BigInt(random(9) - 4) << BigInt(random(62))), at);
    return all;
  };
  const [keys, values] = [memoryOf(bytes()), memoryOf(bytes())];
  return { count, keys, keyStride: BYTES, values, valueStride: BYTES, cpus: 1, cpuStride: BYTES };
}

const mapOf = (key: ValueFormat, value: MapValueFormat): ScriptMap => ({
  ...{ name: "@x", map: 0, key: { bytes: BYTES, format: key }, value, span: SPAN, isDeclared: false },
  ...{ table: undefined, holdsPrograms: false },
});

const all = (div: number) => ({ top: 0, div, wasZeroed: false, isAtExit: false });

describe.each(Object.entries(KEYS))("keys: %s", (_key, key) => {
  test.each(Object.entries(VALUES))("values: %s", (_value, value) => {
    for (let seed = 0; seed < 30; seed++) {
      const random = randomFrom(seed);
      const map = mapOf(key, value);
      const reading = randomReading(random, 1 + random(40));
      const div = random(3);
      const values = compileMapValues(map, CONTEXT)(reading);
      const keyText = compileKeyText({ bytes: BYTES, format: key }, CONTEXT);
      const expected = Array.from({ length: reading.count }, (_, i) => {
        return `@x[${keyText(reading.keys, i * BYTES)}]: ${values.text(i, div)}\n`;
      });
      const text = printedText((out) => compileMapText(map, CONTEXT)(reading, all(div), out));
      expect(text.split(/(?<=\n)/).sort(), `seed ${seed}`).toEqual(expected.sort());
    }
  });
});

test("what is more than a piece comes whole and in order", () => {
  const count = 50_000;
  const keys = Int32Array.from({ length: count }, (_, i) => i * 7 - 1000).reverse();
  const values = new BigUint64Array(count).fill(3n);
  const reading: MapReading = {
    ...{ count, keys: memoryOf(new Uint8Array(keys.buffer)), keyStride: 4 },
    ...{ values: memoryOf(new Uint8Array(values.buffer)), valueStride: 8, cpus: 1, cpuStride: 8 },
  };
  const map = mapOf(int(4), { kind: "count" });
  const lines = Array.from(keys.toReversed(), (key) => `@x[${key}]: 3\n`);
  expect(printedText((out) => compileMapText(map, CONTEXT)(reading, all(0), out))).toBe(lines.join(""));
  const members = Array.from(keys.toReversed(), (key) => `"${key}": 3`);
  const json = printedText((out) => compileMapJson(map, CONTEXT)(reading, all(0), out));
  expect(json).toBe(`{"type": "map", "data": {"@x": {${members.join(", ")}}}}\n`);
});

test("on terminals strings are escaped", () => {
  const keys = memoryOf(Buffer.from("a\x1bb\0"));
  const values = memoryOf(Buffer.alloc(8, 1));
  const reading: MapReading = { count: 1, keys, keyStride: 4, values, valueStride: 8, cpus: 1, cpuStride: 8 };
  const map = mapOf({ kind: "string", bytes: 4 }, plain(int(1)));
  const print = compileMapText(map, { ...CONTEXT, isTerminal: true });
  expect(printedText((out) => print(reading, all(0), out))).not.toContain("\x1b");
});

describe("the addon", () => {
  const column = (bytes: Uint8Array, width: number, kind: Column["kind"]): Column => ({
    ...{ bytes, stride: BYTES, offset: 0, width, kind, divisor: 1 },
  });

  test.each([1, 2, 4, 8])("sorts numbers of %d bytes as signed ones, equal ones by the next column", (width) => {
    const read = integerReader(width, true);
    for (let seed = 0; seed < 50; seed++) {
      const { count, keys, values } = randomReading(randomFrom(seed), 60);
      const entries = Uint32Array.from({ length: count }, (_, i) => i);
      const expected = [...entries].sort(
        (a, b) =>
          compareIntegers(read(keys, a * BYTES), read(keys, b * BYTES)) ||
          Buffer.compare(stringAt(values.bytes, a), stringAt(values.bytes, b)),
      );
      native().sortRows(entries, [column(keys.bytes, width, "signed"), column(values.bytes, 6, "text")]);
      expect([...entries], `seed ${seed}`).toEqual(expected);
    }
  });

  const stringAt = (bytes: Buffer, entry: number): Buffer => {
    const whole = bytes.subarray(entry * BYTES, entry * BYTES + 6);
    const end = whole.indexOf(0);
    return end === -1 ? whole : whole.subarray(0, end);
  };

  test("reads nothing that is not there", () => {
    const short = column(new Uint8Array(BYTES + 7), 8, "signed");
    expect(() => native().sortRows(Uint32Array.of(0, 1), [short])).toThrow(RangeError);
    const text = { columns: [short], literals: ["", ""], mark: "" };
    expect(() => native().writeRows(Uint32Array.of(1), new Uint8Array(100), text)).toThrow(RangeError);
    expect(() => native().writeRows(Uint32Array.of(0), new Uint8Array(100), { ...text, literals: [] })).toThrow(
      RangeError,
    );
  });

  test("writes no row that might not fit", () => {
    const text = { columns: [numberColumn(Float64Array.of(1, 22, 333))], literals: ["<", ">"], mark: "" };
    const to = new Uint8Array(22 + 3);
    expect(native().writeRows(Uint32Array.of(0, 1, 2), to, text)).toEqual([2, 7]);
    expect(Buffer.from(to).toString("latin1", 0, 7)).toBe("<1><22>");
    expect(native().writeRows(Uint32Array.of(0), new Uint8Array(21), text)).toEqual([0, 0]);
  });
});

test("a buffer keeps of the room that it gives out what has been used", () => {
  const to = new TextBuffer();
  to.string("a");
  to.fill(1000, (room) => room.write("bc"));
  to.string("d");
  expect(to.text(0)).toBe("abcd");
});
