/** `/proc/PID/maps`: which files a process has in its memory, and where. */

import { deviceNumber } from "./device-number.js";

export interface Mapping {
  readonly start: bigint;
  /** One past the last byte. */
  readonly end: bigint;
  readonly isExecutable: boolean;
  readonly fileOffset: bigint;
  /** As the kernel has it. */
  readonly device: number;
  readonly inode: bigint;
  /** A file, `[heap]` and its like, or empty. */
  readonly path: string;
  /** The file has been removed or replaced since. */
  readonly isDeleted: boolean;
}

const LINE = /^([0-9a-f]+)-([0-9a-f]+) (\S{4}) ([0-9a-f]+) ([0-9a-f]+):([0-9a-f]+) (\d+) *(.*)$/;
const CODE_LINE = /^[0-9a-f]+-[0-9a-f]+ ..x.* .+$/gm;
const DELETED = " (deleted)";

/** In order of addresses. Lines that are not understood are left out. */
export function parseMaps(text: string): readonly Mapping[] {
  return text.split("\n").flatMap((line) => parseMapping(line) ?? []);
}

/** As {@link parseMaps}, but only what can be run: in large processes that is a small part. */
export function parseCodeMaps(text: string): readonly Mapping[] {
  return Array.from(text.matchAll(CODE_LINE), ([line]) => parseMapping(line)).filter((m) => m !== undefined);
}

function parseMapping(line: string): Mapping | undefined {
  const [, start, end, flags, offset, major = "", minor = "", inode, name = ""] = LINE.exec(line) ?? [];
  if (start === undefined || end === undefined || flags === undefined) return undefined;
  return {
    start: BigInt(`0x${start}`),
    end: BigInt(`0x${end}`),
    isExecutable: flags[2] === "x",
    fileOffset: BigInt(`0x${offset ?? "0"}`),
    device: deviceNumber(parseInt(major, 16), parseInt(minor, 16)),
    inode: BigInt(inode ?? "0"),
    ...mappedFile(name),
  };
}

/** What the kernel says of the file, taken apart. */
export function mappedFile(name: string): Pick<Mapping, "path" | "isDeleted"> {
  const isDeleted = name.endsWith(DELETED);
  return { path: unescape(isDeleted ? name.slice(0, -DELETED.length) : name), isDeleted };
}

/** The kernel writes a newline in a path as `\012`. */
const unescape = (path: string): string => path.replaceAll("\\012", "\n");
