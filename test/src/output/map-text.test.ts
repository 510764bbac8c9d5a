import { describe, expect, test } from "vitest";
import type { MapValueFormat, ScriptMap, ValueFormat } from "../../../codegen/object.js";
import type { MapReading } from "../../../src/output/map-reading.js";
import type { MapPrintOptions } from "../../../src/output/maps/map-entries.js";
import { compileMapText, printedText } from "../../../src/output/maps/map-text.js";
import { SPAN } from "../runtime/objects.js";
import { memory, type Piece, text, u32, u64, u8 } from "./bytes.js";
import { CONTEXT } from "./context.js";

const int = (bytes: number, isSigned = true): ValueFormat => ({ kind: "int", bytes, isSigned });
const string = (bytes: number): ValueFormat => ({ kind: "string", bytes });
const plain = (format: ValueFormat, bytes: number, setFlagOffset?: number): MapValueFormat => ({
  kind: "plain",
  bytes,
  format,
  setFlagOffset,
});

/** Each row: a key and the value on each CPU, all rows of one shape. */
function reading(rows: readonly (readonly [key: Piece, ...cpus: readonly Piece[]])[]): MapReading {
  const cpus = (rows[0]?.length ?? 2) - 1;
  const cpuStride = rows[0]?.[1]?.length ?? 8;
  return {
    count: rows.length,
    keys: memory(...rows.map(([key]) => key)),
    keyStride: rows[0]?.[0].length ?? 4,
    values: memory(...rows.flatMap(([, ...values]) => values)),
    valueStride: cpus * cpuStride,
    cpus,
    cpuStride,
  };
}

const both = (a: bigint | number, b: bigint | number): Piece => Buffer.concat([u64(a), u64(b)]);
const PRINT: MapPrintOptions = { top: 0, div: 0, wasZeroed: false, isAtExit: false };

function print(
  name: string,
  key: readonly [format: ValueFormat, bytes: number] | undefined,
  value: MapValueFormat,
  rows: readonly (readonly [key: Piece, ...cpus: readonly Piece[]])[],
  options: Partial<MapPrintOptions> = {},
): string {
  const map: ScriptMap = {
    name,
    map: 0,
    key: key === undefined ? undefined : { format: key[0], bytes: key[1] },
    value,
    span: SPAN,
    isDeclared: false,
    table: undefined,
    holdsPrograms: false,
  };
  return printedText((out) => compileMapText(map, CONTEXT)(reading(rows), { ...PRINT, ...options }, out));
}

describe("order", () => {
  test("integer values ascend by value, whatever their size", () => {
    const rows = [
      [text("x", 2), u8(0xfb)],
      [text("y", 2), u8(3)],
      [text("z", 2), u8(0xf6)],
    ] as const;
    expect(print("@v", [string(2), 2], plain(int(1), 1), rows)).toBe("@v[z]: -10\n@v[x]: -5\n@v[y]: 3\n");
  });

  test("counts are summed over CPUs and ascend; ties go by key", () => {
    const rows = [
      [text("y", 2), u64(1), u64(1)],
      [text("z", 2), u64(0), u64(1)],
      [text("x", 2), u64(1), u64(0)],
    ] as const;
    expect(print("@c", [string(2), 2], { kind: "count" }, rows)).toBe("@c[x]: 1\n@c[z]: 1\n@c[y]: 2\n");
  });

  test("min and max compare as unsigned, unset CPUs do not count", () => {
    const rows = [
      [text("a", 2), both(-5, 1), both(0, 0)],
      [text("b", 2), both(3, 1), both(2, 1)],
    ] as const;
    expect(print("@mx", [string(2), 2], { kind: "max", isSigned: true }, rows)).toBe("@mx[b]: 3\n@mx[a]: -5\n");
    expect(print("@mn", [string(2), 2], { kind: "min", isSigned: true }, rows)).toBe("@mn[b]: 2\n@mn[a]: -5\n");
  });

  test("averages are truncated toward zero and ascend", () => {
    const rows = [
      [text("b", 2), both(5, 1), both(6, 1)],
      [text("a", 2), both(-15, 1), both(0, 1)],
    ] as const;
    expect(print("@av", [string(2), 2], { kind: "avg", isSigned: true }, rows)).toBe("@av[a]: -7\n@av[b]: 5\n");
  });

  test("other values go by key: integers as signed", () => {
    const rows = [3, 1, -2, 200].map((k) => [u64(k), text("v", 2)] as const);
    expect(print("@n", [int(8), 8], plain(string(2), 2), rows)).toBe("@n[-2]: v\n@n[1]: v\n@n[3]: v\n@n[200]: v\n");
  });

  test("tuple keys go part by part and lose their parentheses", () => {
    const key: ValueFormat = {
      kind: "tuple",
      bytes: 10,
      elements: [
        { offset: 0, format: int(8) },
        { offset: 8, format: string(2) },
      ],
    };
    const rows = (
      [
        [1, "z"],
        [1, "b"],
        [-1, "c"],
      ] as const
    ).map(([n, s]) => [Buffer.concat([u64(n), text(s, 2)]), text("v", 2)] as const);
    expect(print("@m", [key, 10], plain(string(2), 2), rows)).toBe("@m[-1, c]: v\n@m[1, b]: v\n@m[1, z]: v\n");
  });
});

describe("top and div", () => {
  const sums = [
    [u64(1), both(-100, 1)],
    [u64(2), both(30, 1)],
  ] as const;
  const counts = [
    [u64(1), u64(1)],
    [u64(2), u64(2)],
  ] as const;
  const key = [int(8), 8] as const;
  test.each([
    ["div truncates toward zero", "sum", sums, { top: 2, div: 7 }, "@[1]: -14\n@[2]: 4\n"],
    ["top keeps the largest", "count", counts, { top: 1 }, "@[2]: 2\n"],
    ["top beyond the size keeps all", "count", counts, { top: 5, div: 2 }, "@[1]: 0\n@[2]: 1\n"],
    ["div of 2^32 - 1", "count", counts, { div: 4294967295 }, "@[1]: 0\n@[2]: 0\n"],
  ] as const)("%s", (_, kind, rows, options, expected) => {
    const value: MapValueFormat = kind === "sum" ? { kind, isSigned: true } : { kind };
    expect(print("@", key, value, rows, options)).toBe(expected);
  });

  test("div applies to scalars and to the average of stats", () => {
    expect(print("@x", undefined, plain(int(8), 8, 8), [[u32(0), both(100, 1)]], { top: 1, div: 10 })).toBe("@x: 10\n");
    expect(print("@st", undefined, { kind: "stats", isSigned: true }, [[u32(0), both(11, 2)]], { div: 2 })).toBe(
      "@st: { .count = 2, .average = 2, .total = 11 }\n",
    );
  });
});

describe("scalar maps", () => {
  const unset = [[u32(0), both(0, 0)]] as const;
  test("never set: nothing at exit, the zero value when printed", () => {
    expect(print("@m", undefined, plain(int(8), 8, 8), unset, { isAtExit: true })).toBe("");
    expect(print("@m", undefined, plain(int(8), 8, 8), unset)).toBe("@m: 0\n");
    expect(print("@s", undefined, plain(string(8), 8, 8), unset)).toBe("@s: \n");
    expect(print("@st", undefined, { kind: "stats", isSigned: true }, unset)).toBe(
      "@st: { .count = 0, .average = 0, .total = 0 }\n",
    );
  });
  test("set to zero is shown at exit", () => {
    expect(print("@m", undefined, plain(int(8), 8, 8), [[u32(0), both(0, 1)]], { isAtExit: true })).toBe("@m: 0\n");
  });
  test("zeroed is shown at exit", () => {
    expect(print("@c", undefined, { kind: "count" }, [[u32(0), u64(0)]], { isAtExit: true, wasZeroed: true })).toBe(
      "@c: 0\n",
    );
  });
});

test("sums beyond 2^53 are exact and wrap at 64 bits", () => {
  const row = (a: bigint, b: bigint) => [[u32(0), both(a, 1), both(b, 1)]] as const;
  const sum = (isSigned: boolean): MapValueFormat => ({ kind: "sum", isSigned });
  expect(print("@", undefined, sum(false), row(2n ** 53n, 1n))).toBe("@: 9007199254740993\n");
  expect(print("@", undefined, sum(false), row(2n ** 64n - 1n, 2n))).toBe("@: 1\n");
  expect(print("@", undefined, sum(true), row(2n ** 63n - 1n, 1n))).toBe("@: -9223372036854775808\n");
});

describe("histograms", () => {
  const hist = (bits: number, buckets: number): MapValueFormat => ({ kind: "hist", bits, buckets });
  const lhist = (min: bigint, max: bigint, step: bigint): MapValueFormat => ({
    kind: "lhist",
    min,
    max,
    step,
    buckets: Number((max - min) / step) + 2,
  });
  const counts = (length: number, filled: Readonly<Record<number, number>>): Piece =>
    Buffer.concat(Array.from({ length }, (_, i) => u64(filled[i] ?? 0)));
  const scalar = (name: string, value: MapValueFormat, filled: Readonly<Record<number, number>>, div = 0): string =>
    print(name, undefined, value, [[u32(0), counts("buckets" in value ? value.buckets : 0, filled)]], { div });
  const full = `|${"@".repeat(52)}|`;
  const half = `|${"@".repeat(26).padEnd(52)}|`;
  const none = `|${" ".repeat(52)}|`;

  test("powers of two", () => {
    const empty = (label: string): string => `${label.padEnd(16)}       0 ${none}\n`;
    expect(scalar("@h", hist(0, 65), { 0: 1, 1: 1, 2: 1, 3: 2, 4: 1, 12: 1 })).toBe(
      `@h:\n(..., 0)               1 ${half}\n[0]                    1 ${half}\n[1]                    1 ${half}\n` +
        `[2, 4)                 2 ${full}\n[4, 8)                 1 ${half}\n` +
        ["[8, 16)", "[16, 32)", "[32, 64)", "[64, 128)", "[128, 256)", "[256, 512)", "[512, 1K)"].map(empty).join("") +
        `[1K, 2K)               1 ${half}\n\n`,
    );
  });

  test("division, in single precision", () => {
    expect(scalar("@h", hist(0, 65), { 2: 7, 3: 3 })).toBe(
      `@h:\n[1]                    7 ${full}\n[2, 4)                 3 |${"@".repeat(22).padEnd(52)}|\n\n`,
    );
    expect(scalar("@h", hist(0, 65), { 2: 7, 3: 3 }, 3)).toBe(
      `@h:\n[1]                    2 ${full}\n[2, 4)                 1 ${half}\n\n`,
    );
  });

  const labels = (text: string): string[] =>
    text
      .split("\n")
      .slice(1, -2)
      .map((row) => row.slice(0, row.search(/ +\d+ \|/)));
  test("extra bits", () => {
    expect(
      labels(scalar("@k", hist(1, 129), Object.fromEntries(Array.from({ length: 9 }, (_, i) => [i + 1, 1])))),
    ).toEqual(["[0]", "[1]", "[2]", "[3]", "[4, 6)", "[6, 8)", "[8, 12)", "[12, 16)", "[16, 24)"]);
    expect(labels(scalar("@k", hist(5, 2000), { [(10 << 5) + 31 + 32 + 1]: 1 }))).toEqual(["[63K, 64K)"]);
  });
  test("the largest bucket", () => {
    expect(labels(scalar("@k", hist(0, 65), { 64: 1 }))).toEqual(["[4E, 8E)"]);
  });

  test("linear", () => {
    expect(scalar("@l", lhist(0n, 30n, 10n), { 0: 1, 1: 2, 4: 1 })).toBe(
      `@l:\n(..., 0)               1 ${half}\n[0, 10)                2 ${full}\n[10, 20)               0 ${none}\n` +
        `[20, 30)               0 ${none}\n[30, ...)              1 ${half}\n\n`,
    );
  });
  test.each([
    ["step 1 has single values", lhist(0n, 10n, 1n), { 6: 1, 7: 0, 8: 1 }, ["[5]", "[6]", "[7]"]],
    [
      "kibi labels",
      lhist(0n, 4096n, 1024n),
      { 1: 1, 5: 1 },
      ["[0, 1K)", "[1K, 2K)", "[2K, 3K)", "[3K, 4K)", "[4K, ...)"],
    ],
    ["mixed labels", lhist(0n, 2097152n, 524288n), { 4: 1 }, ["[1536K, 2M)"]],
    ["a step that does not divide the range", lhist(0n, 100n, 30n), { 4: 1 }, ["[90, ...)"]],
  ])("%s", (_, value, filled, expected) => {
    expect(labels(scalar("@", value, filled))).toEqual(expected);
  });

  test("keyed, in the order of their totals", () => {
    const rows = [
      [u64(1), counts(65, { 3: 1, 5: 1 })],
      [u64(2), counts(65, { 4: 1 })],
    ] as const;
    expect(print("@h", [int(8), 8], hist(0, 65), rows)).toBe(
      `@h[2]:\n[4, 8)                 1 ${full}\n\n@h[1]:\n[2, 4)                 1 ${full}\n` +
        `[4, 8)                 0 ${none}\n[8, 16)                1 ${full}\n\n`,
    );
  });

  test("cleared prints nothing, zeroed its header and an empty line", () => {
    expect(scalar("@h", hist(0, 65), {})).toBe("");
    expect(print("@h", undefined, hist(0, 65), [[u32(0), counts(65, {})]], { wasZeroed: true })).toBe("@h:\n\n");
  });
});

test("a keyed map without entries prints nothing", () => {
  expect(print("@e", [int(8), 8], { kind: "count" }, [])).toBe("");
});

test("stacks as keys stand on lines of their own", () => {
  const stack: ValueFormat = { kind: "stack", isUser: false, mode: "bpftrace", limit: 1 };
  expect(print("@", [stack, 16], { kind: "count" }, [[Buffer.concat([u64(1), u64(0x1001)]), u64(1)]])).toBe(
    "@[\n        do_nanosleep+1\n]: 1\n",
  );
});
