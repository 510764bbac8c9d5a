/** `/proc/PID/maps`: which files a process has in its memory, and where. */

export interface Mapping {
  readonly start: bigint;
  /** One past the last byte. */
  readonly end: bigint;
  readonly isExecutable: boolean;
  readonly fileOffset: bigint;
  readonly inode: bigint;
  /** A file, `[heap]` and its like, or empty. */
  readonly path: string;
  /** The file has been removed or replaced since. */
  readonly isDeleted: boolean;
}

const LINE = /^([0-9a-f]+)-([0-9a-f]+) (\S{4}) ([0-9a-f]+) \S+ (\d+) *(.*)$/;
const DELETED = " (deleted)";

/** In order of addresses. Lines that are not understood are left out. */
export function parseMaps(text: string): readonly Mapping[] {
  return text.split("\n").flatMap((line) => parseMapping(line) ?? []);
}

function parseMapping(line: string): Mapping | undefined {
  const [, start, end, flags, offset, inode, name = ""] = LINE.exec(line) ?? [];
  if (start === undefined || end === undefined || flags === undefined) return undefined;
  const isDeleted = name.endsWith(DELETED);
  return {
    start: BigInt(`0x${start}`),
    end: BigInt(`0x${end}`),
    isExecutable: flags[2] === "x",
    fileOffset: BigInt(`0x${offset ?? "0"}`),
    inode: BigInt(inode ?? "0"),
    path: unescape(isDeleted ? name.slice(0, -DELETED.length) : name),
    isDeleted,
  };
}

/** The kernel writes a newline in a path as `\012`. */
const unescape = (path: string): string => path.replaceAll("\\012", "\n");
