/** What date(1) says, which has the C library's local time. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { localTime, strftime } from "../../../src/output/strftime.js";
import { chooseZone, type ZoneVariables } from "../../../src/time-zones/choose-zone.js";
import type { Zone } from "../../../src/time-zones/zone.js";

// Not %s: date(1) makes local time into an instant again, and does not always find the same one.
const FORMAT = "%F %T %z [%Z] %j %a";

export const ZONES = "/usr/share/zoneinfo";

/** All names of zones that are installed. Nothing may be skipped where everything is meant to be there. */
export function installedZones(): readonly string[] {
  if (!existsSync(ZONES)) {
    if (process.env["CI"] === "true") throw new Error("the package tzdata is not installed");
    return [];
  }
  return readdirSync(ZONES, { recursive: true, encoding: "latin1" })
    .filter((name) => !name.startsWith("posix/"))
    .filter((name) => readStart(`${ZONES}/${name}`) === "TZif")
    .sort();
}

function readStart(path: string): string | undefined {
  try {
    return readFileSync(path).toString("latin1", 0, 4);
  } catch {
    return undefined; // a directory
  }
}

export function zoneOf(variables: ZoneVariables): Zone {
  return chooseZone(variables, (path) => {
    try {
      return readFileSync(path);
    } catch {
      return undefined;
    }
  });
}

export function ourLines(zone: Zone, instants: readonly number[]): readonly string[] {
  return instants.map((instant) => strftime(FORMAT, localTime(instant, zone)));
}

export function dateLines({ TZ, TZDIR }: ZoneVariables, instants: readonly number[]): readonly string[] {
  const variables = { ...(TZ !== undefined && { TZ }), ...(TZDIR !== undefined && { TZDIR }) };
  const output = execFileSync("date", ["-f", "-", `+${FORMAT}`], {
    env: { PATH: process.env["PATH"], LC_ALL: "C", ...variables },
    input: instants.map((instant) => `@${instant}\n`).join(""),
    encoding: "latin1",
  });
  return output.split("\n").slice(0, -1);
}
