import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { localTime, strftime } from "../../../src/output/strftime.js";
import { parsePosixRules, PosixZone } from "../../../src/time-zones/posix-zone.js";
import { UTC } from "../../../src/time-zones/zone.js";
import { formatNs } from "../../../src/output/timestamp.js";

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
    text: formatNs(format, ns, { zone: UTC, maxTimeBytes, onFailure: (message) => failures.push(message) }),
    failures,
  };
}

test("fractions are replaced everywhere, also after %%", () => {
  const { text } = textOf("%S.%f %l %k %%f", 1700000000_123456789n);
  expect(text).toMatch(/^\d\d\.123456 123 123456789 %123456$/);
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
