import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { localTime, strftime } from "../../../src/output/strftime.js";
import { parsePosixRules, PosixZone } from "../../../src/time-zones/posix-zone.js";
import { UTC } from "../../../src/time-zones/zone.js";
import { TimestampFormat } from "../../../src/output/timestamp.js";

const LETTERS = "aAbBcCdDeFgGhHIjklmMnpPrRsStTuUVwWxXyYz".split("");
const FORMAT = [...LETTERS.map((l) => `%${l}`), "%-d", "%_H", "%^a", "%010Y", "%%", "%-j"].join("|");

const RULES = "CET-1CEST,M3.5.0,M10.5.0/3";
const ZONE = new PosixZone(parsePosixRules(RULES));

/** GNU date speaks the C library's strftime. */
const reference = (epoch: number): string =>
  execFileSync("date", [`-d@${epoch}`, `+${FORMAT}`], { env: { ...process.env, TZ: RULES, LC_ALL: "C" } })
    .toString()
    .slice(0, -1);

test.each([0, 951782400, 1700000000, 1704067199, 1709251199, 1735689599, 1230768000, 1451606400, 4102444799])(
  "the C library agrees at %d",
  (epoch) => {
    expect(strftime(FORMAT, localTime(epoch, ZONE)).split("|")).toEqual(reference(epoch).split("|"));
  },
);

interface Told {
  readonly text: string;
  readonly failures: readonly string[];
}

function textOf(format: string, ns: bigint, maxTimeBytes = 64): Told {
  const failures: string[] = [];
  return {
    text: new TimestampFormat(format, { zone: UTC, maxTimeBytes, onFailure: (told) => failures.push(told) }).textOf(ns),
    failures,
  };
}

test("fractions are replaced everywhere, also after %%", () => {
  const { text } = textOf("%S.%f %l %k %%f", 1700000000_123456789n);
  expect(text).toMatch(/^\d\d\.123456 123 123456789 %123456$/);
});

test.each([
  ["%H:%M:%S.%f", ["22:13:20.000001", "22:13:20.999999", "22:13:21.500000"]],
  ["%S", ["20", "20", "21"]],
  ["%f%k", ["000001000001000", "999999999999999", "500000500000000"]],
  ["%%%l", ["%000", "%999", "%500"]],
  // The width of a day.
  ["%%fd|%S", ["14|20", "(?)", "(?)"]],
  ["%-%f|%S", ["%-000001|20", "%-999999|20", "%-500000|21"]],
])("%s: times that follow each other", (pattern, texts) => {
  const format = new TimestampFormat(pattern, { zone: UTC, maxTimeBytes: 64, onFailure: () => {} });
  const times = [1700000000_000001000n, 1700000000_999999999n, 1700000001_500000000n];
  expect(times.map((ns) => format.textOf(ns))).toEqual(texts);
});

test("no time at all", () => {
  expect(textOf("%H", 5n)).toEqual({ text: "(?)", failures: [] });
});

test.each([
  ["no text", "", 64],
  ["too much text", "%Y", 4],
])("%s is a failure", (_, format, room) => {
  expect(textOf(format, 1700000000_000000000n, room)).toEqual({ text: "(?)", failures: ["strftime returned 0"] });
});
