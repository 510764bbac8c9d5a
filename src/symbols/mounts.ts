/** Mounted file systems, as a process sees them: `/proc/PID/mountinfo`. @see proc(5) */
import { readFileSync } from "node:fs";
import { deviceNumber } from "./device-number.js";

export interface Mount {
  /** Of the mount, which `/proc/PID/fdinfo` tells of open files. */
  readonly id: number;
  /** As the kernel's own inodes have it, which `stat(2)` need not tell. */
  readonly device: number;
  /** What of the file system is mounted, and where. */
  readonly root: string;
  readonly point: string;
  readonly type: string;
  /** Of the file system, byte strings. */
  readonly options: readonly string[];
}

/** @param path - `/proc/PID/mountinfo`. None where it cannot be read. */
export function readMounts(path: string): readonly Mount[] {
  let text: string;
  try {
    text = readFileSync(path, "latin1");
  } catch {
    return [];
  }
  return parseMounts(text);
}

/** `ID PARENT MAJOR:MINOR ROOT POINT OPTIONS [FIELD...] - TYPE SOURCE OPTIONS` */
export function parseMounts(text: string): readonly Mount[] {
  return text.split("\n").flatMap((line) => {
    const [before = "", after = ""] = line.split(" - ");
    const [id, , numbers = "", root, point] = before.split(" ");
    const [type, , options = ""] = after.split(" ");
    const [major, minor] = numbers.split(":").map(Number);
    if (id === undefined || root === undefined || point === undefined || type === undefined) return [];
    if (major === undefined || minor === undefined) return [];
    return [
      {
        id: Number(id),
        device: deviceNumber(major, minor),
        root: unescape(root),
        point: unescape(point),
        type,
        // A comma that is part of a path has a backslash of its own.
        options: unescape(options).split(/(?<!\\),/),
      },
    ];
  });
}

/** Blanks, and backslashes, are written in octal. */
const unescape = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)));

/** The directories that one file system shows as one, the uppermost first. @see Linux, Documentation/filesystems/overlayfs.rst */
export function overlaidDirectories({ type, options }: Mount): readonly string[] {
  if (type !== "overlay") return [];
  const valuesOf = (...names: readonly string[]): readonly string[] =>
    options.flatMap((option) => {
      const at = option.indexOf("=");
      return at !== -1 && names.includes(option.slice(0, at)) ? [option.slice(at + 1)] : [];
    });
  // Two colons are before those that have data alone.
  const lower = valuesOf("lowerdir").flatMap((list) => list.split(/(?<!\\)::?/));
  const directories = [...valuesOf("upperdir"), ...lower, ...valuesOf("lowerdir+", "datadir+")];
  return directories.map((directory) => directory.replace(/\\(.)/g, "$1")).filter((path) => path.startsWith("/"));
}
