import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseZoneFile } from "../../../src/time-zones/tzif.js";
import { dateLines, installedZones, ourLines, ZONES, zoneOf } from "./reference.js";
import { TIME_FACTOR } from "../../support/index.js";

const YEAR = 31_556_952;
const HOUR = 3600;
const around = (instant: number): number[] => [instant - 1, instant, instant + 1];

/** Through the years that a clock can show, at all seasons and times of day. */
const SPREAD = Array.from({ length: 200 }, (_, i) => Math.floor(i * 2.27 * YEAR));
/** Each hour of the days on which clocks change in most places. */
const CHANGES = ["2026-03-08", "2026-03-29", "2026-10-25", "2026-11-01", "2040-04-01", "2040-09-30"].flatMap((day) =>
  Array.from({ length: 30 }, (_, hour) => around(Date.parse(day) / 1000 + (hour - 3) * HOUR)).flat(),
);

const names = installedZones();

describe("zones of files are those of date(1)", () => {
  if (names.length === 0) test("tzdata is not installed", (context) => context.skip("tzdata is not installed"));

  test.each(groupsOf(names, 60))("$first to $last", { timeout: 60_000 * TIME_FACTOR }, ({ names }) => {
    for (const TZ of names) {
      const file = parseZoneFile(readFileSync(`${ZONES}/${TZ}`));
      const instants = [
        ...(file?.transitions ?? []).flatMap(({ at }) => around(at)),
        ...(file?.leaps ?? []).flatMap(({ at }) => around(at)),
        ...SPREAD,
        ...CHANGES,
      ];
      const variables = { TZ, TZDIR: undefined };
      expect(ourLines(zoneOf(variables), instants), TZ).toEqual(dateLines(variables, instants));
    }
  });
});

function groupsOf(names: readonly string[], size: number): { first: string; last: string; names: readonly string[] }[] {
  const groups = [];
  for (let i = 0; i < names.length; i += size) {
    const group = names.slice(i, i + size);
    groups.push({ first: group[0] ?? "", last: group.at(-1) ?? "", names: group });
  }
  return groups;
}

const RULES = [
  "",
  ":",
  "UTC0",
  "UTC",
  "XYZ-3:30",
  "EST5EDT,M3.2.0,M11.1.0",
  ":EST5EDT,M3.2.0,M11.1.0",
  "EST+5EDT,M3.2.0/2,M11.1.0/2",
  "CET-1CEST,M3.5.0,M10.5.0/3",
  "NZST-12NZDT,M9.5.0,M4.1.0/3",
  "AEST-10AEDT,M10.1.0,M4.1.0/3",
  "<+0330>-3:30<+0430>,J79/24,J263/24",
  "<-03>3<-02>,M3.5.0/-2,M10.5.0/-1",
  "<-02>2<-01>,M3.4.4/50,M10.4.4/50",
  "IST-1GMT0,M10.5.0,M3.5.0/1",
  "AAA1BBB2,0,365",
  "AAA-14BBB,59/0,J60/0",
  "AAA24BBB-24,J1,J365/25:59:59",
  "AAA1:2:3BBB4:5:6,M1.1.1/1:1:1,M12.5.6/23:59:59",
  "AAA99:99:99",
  "AAA5BBB,M2.5.1,M2.1.3",
  "EST5EDT,M3.2.0",
  "EST5EDT,M3.2.0,",
  "EST5,M3.2.0,M11.1.0",
  "EST5EDT M3.2.0,M11.1.0",
  "EST5EDTM3.2.0M11.1.0",
  "FOO",
  "FO",
  "FO5",
  "FOO-",
  "FOO+x",
  "FOO5x",
  "FOO5XYZ7,x",
  "<FO>5",
  "<FOO5",
  "<F_O>5",
  "5",
  "-",
  "nosuch/zone",
  "../../../etc/passwd",
  "/etc/passwd",
  "/",
  "Europe",
  "europe/berlin",
  "Europe/Berlin ",
  "\xff\xfe",
  ":Europe/Berlin",
  "::Europe/Berlin",
  ":/usr/share/zoneinfo/Asia/Tokyo",
  "/usr/share/zoneinfo/Asia/Kolkata",
  "../zoneinfo/Asia/Kolkata",
  "/etc/localtime",
  "localtime",
  "posixrules",
];

const RULE_INSTANTS = [
  ...SPREAD,
  ...CHANGES,
  // Every six hours of two years, one of them a leap year.
  ...Array.from({ length: 4 * 731 }, (_, i) => Date.parse("2027-01-01") / 1000 + i * 6 * HOUR),
];

describe.skipIf(names.length === 0)("TZ is read as date(1) reads it", () => {
  test.each(RULES.map((TZ) => [TZ]))("%j", (TZ) => {
    // Bytes that are no UTF-8 cannot be handed to a child.
    const variables = { TZ, TZDIR: undefined };
    const shown = { ...variables, TZ: Buffer.from(TZ, "latin1").toString("utf8") };
    expect(ourLines(zoneOf(variables), RULE_INSTANTS)).toEqual(dateLines(shown, RULE_INSTANTS));
  });

  // Of later years different versions of the C library say different things.
  const UNTIL_2037 = RULE_INSTANTS.filter((instant) => instant < 2 ** 31 - YEAR);
  test.each(["EST5EDT,", "MEZ-1MESZ", "MEZ-1MESZ,", "MEZ-1MESZ-2:30", "AAA3BBB2"])("without dates: %j", (TZ) => {
    const variables = { TZ, TZDIR: undefined };
    expect(ourLines(zoneOf(variables), UNTIL_2037)).toEqual(dateLines(variables, UNTIL_2037));
  });

  test("a variable that is not set is the machine's zone", () => {
    const variables = { TZ: undefined, TZDIR: undefined };
    expect(ourLines(zoneOf(variables), SPREAD)).toEqual(dateLines(variables, SPREAD));
  });

  /** What files may end with. */
  const FEET = {
    None: "",
    Line: "\n",
    Empty2: "\n\n",
    Open: "\nCET-1",
    Wrong: "CET-1\n",
    Odd: "\n+\n",
    Long: "\nCET-1\nx",
  };
  const directory = mkdtempSync(join(tmpdir(), "tsbt-zones-"));
  const berlin = (): Buffer => readFileSync(`${ZONES}/Europe/Berlin`);
  beforeAll(() => {
    mkdirSync(join(directory, "dir"));
    writeFileSync(join(directory, "Mine"), berlin());
    writeFileSync(join(directory, "Short"), berlin().subarray(0, 1000));
    writeFileSync(join(directory, "Text"), "TZif, but not really");
    writeFileSync(join(directory, "Empty"), "");
    const body = berlin().subarray(0, berlin().lastIndexOf("\n", -2));
    for (const [name, foot] of Object.entries(FEET))
      writeFileSync(join(directory, name), Buffer.concat([body, Buffer.from(foot)]));
    const old = berlin();
    old[4] = 0; // its first half is a file of version 1
    writeFileSync(join(directory, "Old"), old);
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  test.each(["Mine", "Short", "Text", "Empty", ...Object.keys(FEET), "Old", "dir", "Europe/Berlin", "MEZ-1MESZ", ""])(
    "TZDIR is where %j is looked for",
    (TZ) => {
      const variables = { TZ, TZDIR: directory };
      expect(ourLines(zoneOf(variables), RULE_INSTANTS)).toEqual(dateLines(variables, RULE_INSTANTS));
    },
  );

  test("an empty TZDIR is none", () => {
    const variables = { TZ: "Europe/Berlin", TZDIR: "" };
    expect(ourLines(zoneOf(variables), CHANGES)).toEqual(dateLines(variables, CHANGES));
  });
});
