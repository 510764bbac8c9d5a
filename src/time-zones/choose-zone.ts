/** From `TZ` to a zone, as tzset(3) does it: a file if there is one, else rules. Text is byte strings. */
import { zoneOfDefaultRules } from "./default-rules.js";
import { parsePosixRules, PosixZone } from "./posix-zone.js";
import { FileZone, parseZoneFile, type ZoneFile } from "./tzif.js";
import { UTC, type Zone } from "./zone.js";

const OF_THE_MACHINE = "/etc/localtime";
const DIRECTORY = "/usr/share/zoneinfo";
/** What an empty `TZ` stands for. */
const UNIVERSAL = "Universal";
const DEFAULT_RULES = "posixrules";

export interface ZoneVariables {
  readonly TZ: string | undefined;
  readonly TZDIR: string | undefined;
}

/** @param read - the bytes of a file; undefined when it cannot be read */
export function chooseZone({ TZ, TZDIR }: ZoneVariables, read: (path: string) => Uint8Array | undefined): Zone {
  const directory = TZDIR === undefined || TZDIR === "" ? DIRECTORY : TZDIR;
  const fileNamed = (name: string): ZoneFile | undefined => {
    const bytes = name === "" ? undefined : read(name.startsWith("/") ? name : `${directory}/${name}`);
    return bytes && parseZoneFile(bytes);
  };
  const name = nameOf(TZ);
  const file = fileNamed(name);
  if (file !== undefined) return new FileZone(file);
  if (name === "" || name === OF_THE_MACHINE) return UTC;
  const rules = parsePosixRules(name);
  const defaults = rules.lacksDates ? fileNamed(DEFAULT_RULES) : undefined;
  return (defaults && zoneOfDefaultRules(rules, defaults)) ?? new PosixZone(rules);
}

function nameOf(variable: string | undefined): string {
  if (variable === undefined) return OF_THE_MACHINE;
  return variable === "" ? UNIVERSAL : variable.replace(/^:/, "");
}
