import { describe, expect, test } from "vitest";
import type { MapValueFormat, ScriptMap, ValueFormat } from "../../../codegen/object.js";
import { jsonInteger, jsonString } from "../../../src/output/json.js";
import { compileMapJson } from "../../../src/output/maps/map-json.js";
import { printedText } from "../../../src/output/maps/map-text.js";
import { compileJson } from "../../../src/output/value-json.js";
import { SPAN } from "../runtime/objects.js";
import { memory, type Piece, raw, text, u32, u64, u8 } from "./bytes.js";
import { CONTEXT } from "./context.js";

const int = (bytes: number, isSigned = true): ValueFormat => ({ kind: "int", bytes, isSigned });

test.each([
  ['a"b\\c', '"a\\"b\\\\c"'],
  ["\n\r\t\x01\x1f", '"\\n\\r\\t\\u0001\\u001f"'],
  ["a/b\x7f", '"a/b\x7f"'],
  ["\xc3\xa9", '"\xc3\xa9"'],
  ["a\xff", '"a\xef\xbf\xbd"'],
])("string %j", (bytes, expected) => {
  expect(jsonString(bytes)).toBe(expected);
});

test.each([
  [5, "5"],
  [-5n, "-5"],
  [2n ** 60n, "1152921504606846976"],
  [2n ** 53n + 1n, '"9007199254740993"'],
  [2n ** 64n - 1n, '"18446744073709551615"'],
] as const)("integer %s", (n, expected) => {
  expect(jsonInteger(n)).toBe(expected);
});

describe("values", () => {
  const pair = { kind: "tuple", bytes: 2, elements: [0, 1].map((offset) => ({ offset, format: int(1) })) } as const;
  const rows: readonly (readonly [ValueFormat, readonly Piece[], string])[] = [
    [{ kind: "bool" }, [u8(1)], "true"],
    [{ kind: "string", bytes: 4 }, [text('a"', 4)], '"a\\""'],
    [{ kind: "buffer", bytes: 8 }, [u32(4), raw(97, 1, 98, 255)], "[97,1,98,-1]"],
    [{ kind: "pointer" }, [u64(0xffff8881003c1880n)], `"${0xffff8881003c1880n}"`],
    [{ kind: "enum", bytes: 1, isSigned: false, names: [["2", "BLUE"]] }, [u8(2)], "2"],
    [{ kind: "array", element: int(1), count: 3, stride: 1 }, [raw(1, 254, 3)], "[1,-2,3]"],
    [pair, [raw(1, 2)], "[1,2]"],
    [
      {
        kind: "record",
        bytes: 3,
        fields: [
          { name: "a", offset: 0, format: int(1) },
          { name: "b", offset: 1, format: pair },
          { name: "f", offset: 3, format: { kind: "none" } },
        ],
      },
      [raw(1, 2, 3)],
      '{"a": 1, "b": [2,3], "f": null}',
    ],
    [{ kind: "ksym" }, [u64(0x1001)], '"do_nanosleep"'],
    [{ kind: "stack", isUser: false, mode: "raw", limit: 1 }, [u64(1), u64(0x1001)], '"\\n1001\\n"'],
  ];
  test.each(rows)("%j", (format, pieces, expected) => {
    expect(compileJson(format, CONTEXT)(memory(...pieces), 0)).toBe(expected);
  });
});

describe("maps", () => {
  const OPTIONS = { top: 0, div: 0, wasZeroed: false, isAtExit: true };
  function json(
    name: string,
    value: MapValueFormat,
    rows: readonly (readonly [Piece | undefined, Piece])[],
    key?: ScriptMap["key"],
  ): string {
    const reading = {
      count: rows.length,
      keys: memory(...rows.map(([key]) => key ?? u32(0))),
      keyStride: rows[0]?.[0]?.length ?? 4,
      values: memory(...rows.map(([, value]) => value)),
      valueStride: rows[0]?.[1].length ?? 8,
      cpus: 1,
      cpuStride: 8,
    };
    const map = { name, map: 0, key, value, span: SPAN, isDeclared: false, table: undefined, holdsPrograms: false };
    return printedText((out) => compileMapJson(map, CONTEXT)(reading, OPTIONS, out));
  }
  const plain = (format: ValueFormat, bytes: number): MapValueFormat => ({
    kind: "plain",
    bytes,
    format,
    setFlagOffset: undefined,
  });
  const twoU64 = (a: bigint | number, b: bigint | number): Piece => Buffer.concat([u64(a), u64(b)]);
  const buckets = (...counts: readonly number[]): Piece => Buffer.concat(counts.map(u64));
  const tupleKey: ScriptMap["key"] = {
    bytes: 5,
    format: {
      kind: "tuple",
      bytes: 5,
      elements: [
        { offset: 0, format: { kind: "string", bytes: 4 } },
        { offset: 4, format: int(1) },
      ],
    },
  };

  test("a scalar", () => {
    expect(json("@s", plain(int(8), 8), [[undefined, u64(5)]])).toBe('{"type": "map", "data": {"@s": 5}}\n');
  });
  test("keys are text without parentheses and blanks", () => {
    const key = Buffer.concat([text("a b", 4), u8(2)]);
    expect(json("@c", plain(int(8), 8), [[key, u64(5)]], tupleKey)).toBe(
      '{"type": "map", "data": {"@c": {"ab,2": 5}}}\n',
    );
  });
  test("a keyed map without entries is not there, unless it averages", () => {
    expect(json("@e", plain(int(8), 8), [], tupleKey)).toBe("");
    expect(json("@e", { kind: "avg", isSigned: true }, [], tupleKey)).toBe('{"type": "stats", "data": {"@e": {}}}\n');
    expect(json("@e", { kind: "stats", isSigned: true }, [[undefined, twoU64(0, 0)]])).toBe(
      '{"type": "stats", "data": {"@e": {}}}\n',
    );
  });
  test("stats and averages", () => {
    expect(json("@st", { kind: "stats", isSigned: true }, [[undefined, twoU64(11, 2)]])).toBe(
      '{"type": "stats", "data": {"@st": {"count": 2, "average": 5, "total": 11}}}\n',
    );
    expect(json("@av", { kind: "avg", isSigned: true }, [[undefined, twoU64(-4n, 1)]])).toBe(
      '{"type": "stats", "data": {"@av": -4}}\n',
    );
  });
  test("histograms have inclusive bounds, open ones left out", () => {
    expect(json("@h", { kind: "hist", bits: 0, buckets: 5 }, [[undefined, buckets(1, 1, 0, 0, 1)]])).toBe(
      '{"type": "hist", "data": {"@h": [{"max": -1, "count": 1},{"min": 0, "max": 0, "count": 1},' +
        '{"min": 1, "max": 1, "count": 0},{"min": 2, "max": 3, "count": 0},{"min": 4, "max": 7, "count": 1}]}}\n',
    );
    const lhist: MapValueFormat = { kind: "lhist", min: 0n, max: 20n, step: 10n, buckets: 4 };
    expect(json("@l", lhist, [[undefined, buckets(1, 1, 0, 1)]])).toBe(
      '{"type": "hist", "data": {"@l": [{"max": -1, "count": 1},{"min": 0, "max": 9, "count": 1},' +
        '{"min": 10, "max": 19, "count": 0},{"min": 20, "count": 1}]}}\n',
    );
  });
});
