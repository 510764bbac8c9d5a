/** Why the kernel attaches no uprobe, as far as its error number says that. */
import type { UserFunctionPoint as Point } from "../../codegen/providers/index.js";
import { isSystemCallFailure } from "../kernel/index.js";
import { AttachError } from "./define.js";

/** The kernel's own number, which no C library knows: the instruction is one that it cannot run out of place. */
const ENOTSUPP = 524;

const REASONS: Readonly<Record<string, (point: Point) => string>> = {
  ENOENT: ({ path }) => `${path} is no longer there`,
  EIO: ({ path }) =>
    `Files like ${path} cannot be probed: their file system keeps them where the kernel does not find code`,
};

/** Runs what attaches, and says what it failed with. @param points - that are attached together */
export function explained<T>(points: readonly Point[], attach: () => T): T {
  try {
    return attach();
  } catch (cause) {
    if (!isSystemCallFailure(cause)) throw cause;
    const reason = reasonOf(points, cause);
    throw reason === undefined ? cause : new AttachError(reason, { cause });
  }
}

function reasonOf(points: readonly Point[], { code, errno }: { code: string; errno: number }): string | undefined {
  const [first] = points;
  if (first === undefined) return undefined;
  if (errno !== ENOTSUPP) return REASONS[code]?.(first);
  const places = points.map(({ path, target }) => `${path}:${target}`);
  return `The kernel puts no probe on ${places.length === 1 ? "this instruction" : "one of these instructions"}: ${places.join(", ")}`;
}
