/** The tracing file system, read only. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { bytePath, throwScarcity } from "../files/index.js";
import type { TracepointFormat } from "../../codegen/facts.js";
import { native } from "./native.js";
import { parseTracepointFormat } from "./tracepoint-format.js";

const USUAL_ROOT = "/sys/kernel/tracing";
/** Under debugfs if it is there, as bpftrace has it. */
const ROOTS: readonly string[] = ["/sys/kernel/debug/tracing", USUAL_ROOT];

export class Tracefs {
  readonly root: string;

  constructor(root?: string) {
    this.root = root ?? ROOTS.find((path) => existsSync(`${path}/events`)) ?? mountedForUs() ?? USUAL_ROOT;
  }

  /** `category:event`, sorted bytewise; none when the file system cannot be mounted or may not be read. */
  tracepoints(): readonly string[] {
    const listed = readOrUndefined(`${this.root}/available_events`);
    if (listed !== undefined) return listed.split("\n").filter(Boolean).sort();
    return this.#directories("events")
      .flatMap((category) => this.#directories(`events/${category}`).map((event) => `${category}:${event}`))
      .sort();
  }

  /** @throws {@link TracepointFormatError} when the file is not as it should be */
  format(category: string, event: string): TracepointFormat | undefined {
    if (!isName(category) || !isName(event)) return undefined;
    const text = readOrUndefined(`${this.root}/events/${category}/${event}/format`);
    return text === undefined ? undefined : parseTracepointFormat(text, `${category}:${event}`);
  }

  #directories(path: string): readonly string[] {
    try {
      const entries = readdirSync(`${this.root}/${path}`, { withFileTypes: true });
      return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
    } catch (error) {
      throwScarcity(error);
      return [];
    }
  }
}

/**
 * Containers and small virtual machines often come without it. Nobody else sees this mount, and it ends with the process.
 */
function mountedForUs(): string | undefined {
  try {
    return `/proc/self/fd/${native().openFilesystem("tracefs").number}`;
  } catch (error) {
    throwScarcity(error);
    return undefined;
  }
}

/** No way out of the directory. */
const isName = (name: string): boolean => /^[^/]+$/.test(name) && name !== "." && name !== "..";

export const readOrUndefined = (path: string): string | undefined => bytesOrUndefined(path)?.toString("latin1");

export function bytesOrUndefined(path: string): Buffer | undefined {
  try {
    return readFileSync(bytePath(path));
  } catch (error) {
    throwScarcity(error);
    return undefined;
  }
}
