/** What the attaching half of a provider is. Everything else of it stands in its definition in `codegen/providers`. */
import type { ExpectedAttach } from "../../codegen/object.js";
import type { Fd } from "../kernel/index.js";
import type { Bpf } from "../runtime/index.js";
import type { DynamicPmus } from "./dynamic-pmu.js";
import type { Link } from "./link.js";

export interface AttachContext {
  readonly bpf: Bpf;
  readonly onlineCpus: () => readonly number[];
  readonly pmus: DynamicPmus;
  /** Of `-p` or `-c`. */
  readonly pid: number | undefined;
  /** Says what went wrong in part, and ends nothing. */
  readonly warn: (message: string) => void;
}

/** Attach points that share a program. */
export interface AttachGroup<P> {
  readonly points: readonly P[];
  /** Of each point, if the program asks; the places of one that has many go on counting from there. */
  readonly cookies: readonly bigint[] | undefined;
  readonly program: Fd;
  /** As the program was loaded: by what kind of link, or by events (`none`). */
  readonly expectedAttach: ExpectedAttach;
}

/** @throws {@link AttachError} when the reason is known, else what the system call failed with */
export type Attach<P> = (group: AttachGroup<P>, cx: AttachContext) => Link;

/** Attaching failed for a reason that can be named. The message goes before "Unable to attach probe". */
export class AttachError extends Error {
  override readonly name = "AttachError";
}

/** Opens one thing for each; what is open is closed again when one fails. */
export function openAll<T>(items: readonly T[], open: (item: T, index: number) => Fd): Fd[] {
  const opened: Fd[] = [];
  try {
    for (const [i, item] of items.entries()) opened.push(open(item, i));
  } catch (error) {
    for (const fd of opened) fd.close();
    throw error;
  }
  return opened;
}
