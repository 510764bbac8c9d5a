/**
 * Iterators: programs that the kernel calls for one thing after the other, while somebody reads a file. Between two reads
 * the events are taken out of the ring, so that there is room in it however many things there are.
 */
import { mkdirSync, readSync, statfsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { BpfObject } from "../../codegen/object.js";
import type { Walk } from "../attach/index.js";
import { bytePath } from "../files/index.js";
import { strerror } from "../output/index.js";
import { doing, isSystemCallFailure } from "../kernel/index.js";
import type { Bpf } from "./bpf.js";

export interface Walker {
  readonly bpf: Bpf;
  /** At each of them the program has written a byte. */
  readonly turnsPerRead: number;
  /** Takes the events that there are. */
  readonly drain: () => void;
  readonly isOver: () => boolean;
  /** Lets signals be seen. */
  readonly rest: () => Promise<void>;
  readonly report: WalkReport;
}

export interface WalkReport {
  /** It stays there after the run. */
  pinned(path: string): void;
  /** Something could not be done, and the run goes on. */
  failed(message: string): void;
}

/** One after the other. */
export async function walkAll(walks: readonly Walk[], walker: Walker): Promise<void> {
  for (const walk of walks) {
    if (walk.pin !== undefined) pin(walk, walk.pin, walker);
    else await walkThrough(walk, walker);
  }
}

// ---------------------------------------------------------------- reading

const REST_INTERVAL_MS = 20;

async function walkThrough({ link }: Walk, { bpf, turnsPerRead, drain, isOver, rest, report }: Walker): Promise<void> {
  drain();
  if (isOver()) return;
  const file = attempt(() => bpf.openIterator(link));
  if (typeof file === "string") return report.failed(`Failed to open iter probe link: ${file}`);
  const bytes = new Uint8Array(turnsPerRead);
  let rested = performance.now();
  try {
    while (readSome(file.number, bytes) > 0) {
      drain();
      if (performance.now() - rested > REST_INTERVAL_MS) {
        await rest();
        rested = performance.now();
      }
      if (isOver()) return;
    }
    drain();
  } finally {
    file.close();
  }
}

/** EAGAIN: the kernel has been busy for long enough, and wants to be asked again. */
function readSome(file: number, bytes: Uint8Array): number {
  for (;;) {
    try {
      return doing("walk on", () => readSync(file, bytes));
    } catch (error) {
      if (!isSystemCallFailure(error) || (error.code !== "EAGAIN" && error.code !== "EINTR")) throw error;
    }
  }
}

/** As many turns as the ring has room for at their largest, and half of it again. A turn with loops may need more. */
export function turnsPerRead({ events }: Pick<BpfObject, "events">, ringBytes: number): number {
  const variable = events.flatMap(({ fields }) => fields.map(({ variable }) => variable?.capacity ?? 0));
  const turnBytes = [...events.map(({ fixedBytes }) => fixedBytes + RECORD_HEADER_BYTES), ...variable].reduce(
    (sum, bytes) => sum + bytes,
    0,
  );
  return Math.max(1, Math.min(MOST_TURNS, Math.floor(ringBytes / 2 / Math.max(1, turnBytes))));
}

const RECORD_HEADER_BYTES = 8;

/** More would not be faster, and `exit()` would have to wait. */
const MOST_TURNS = 64;

// ---------------------------------------------------------------- pinning

const BPF_FILE_SYSTEM = "/sys/fs/bpf";

/** A directory that is missing is made, as libbpf does. */
function pin({ link }: Walk, name: string, { bpf, report }: Walker): void {
  const path = resolve(BPF_FILE_SYSTEM, name);
  const directory = dirname(path);
  attempt(() => mkdirSync(bytePath(directory), { mode: 0o700 }));
  const failure = attempt(() => bpf.pin(link, path));
  if (failure === undefined) return report.pinned(path);
  const reason = isOfBpf(directory)
    ? failure
    : "it would lie in no BPF file system (`mount -t bpf bpf DIRECTORY` makes one)";
  report.failed(`Failed to pin iter probe link: ${path}: ${reason}`);
}

/** linux/magic.h */
const BPF_FS_MAGIC = 0xcafe4a11;

function isOfBpf(directory: string): boolean {
  try {
    return statfsSync(bytePath(directory)).type === BPF_FS_MAGIC;
  } catch {
    return false;
  }
}

/** What came of it, or why nothing did. */
function attempt<T>(call: () => T): T | string {
  try {
    return call();
  } catch (error) {
    if (isSystemCallFailure(error)) return strerror(Math.abs(error.errno));
    throw error;
  }
}
