/** What the attaching half of a provider is. */
import type { BpfProgram } from "../../codegen/object.js";
import type { KernelFacts } from "../../codegen/facts.js";
import type { Fd } from "../kernel/native.js";
import type { Bpf } from "../runtime/bpf.js";
import type { Link } from "./link.js";

export interface AttachContext {
  readonly bpf: Bpf;
  readonly facts: KernelFacts;
  readonly onlineCpus: () => readonly number[];
  /** Of `-p` or `-c`. */
  readonly pid: number | undefined;
}

/** Attach points that share a program. */
export interface AttachGroup<P> {
  readonly points: readonly P[];
  readonly program: Fd;
  readonly expectedAttach: BpfProgram["expectedAttach"];
}

/** Not attached at all: run once by the tracer itself, before or after everything else. */
export interface RunByTracer {
  readonly kind: "run";
  readonly when: "begin" | "end";
}

export interface Attacher<P> {
  readonly kind: "attach";
  /**
   * Which pass it belongs to, so that several probes on one event fire in the order of the script:
   * the kernel runs some kinds in the order of attaching and others in the opposite order.
   */
  readonly order: "forward" | "reverse";
  /**
   * Detaching makes the kernel wait: 75 ms for a perf tracepoint, 100 ms for a perf uprobe, 25 ms for a
   * `uprobe.multi` link (a raw tracepoint takes 0.1 ms, a clock nothing). Such programs are silenced when a run
   * ends, and detached when everything has been printed.
   */
  readonly isSlowToDetach: boolean;
  /** @throws {@link AttachError} when the reason is known, else what the system call failed with */
  readonly attach: (group: AttachGroup<P>, cx: AttachContext) => Link;
}

/** Attaching failed for a reason that can be named. The message goes before "Unable to attach probe". */
export class AttachError extends Error {
  override readonly name = "AttachError";
}

export const defineAttacher = <P>(attacher: Omit<Attacher<P>, "kind">): Attacher<P> => ({
  kind: "attach",
  ...attacher,
});

/** Opens one thing for each; what is open is closed again when one fails. */
export function openAll<T>(items: readonly T[], open: (item: T) => Fd): Fd[] {
  const opened: Fd[] = [];
  try {
    for (const item of items) opened.push(open(item));
  } catch (error) {
    for (const fd of opened) fd.close();
    throw error;
  }
  return opened;
}
