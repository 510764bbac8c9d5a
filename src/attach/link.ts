import type { Fd } from "../kernel/native.js";

/** One attached thing. It lasts as long as its file descriptors are open. */
export interface Link {
  /** How many probes it counts for in "Attached N probes". */
  readonly probes: number;
  readonly fds: readonly Fd[];
  /** Those of the descriptors that watch an address, which `unwatch()` ends. */
  readonly watched?: ReadonlyMap<bigint, readonly Fd[]>;
}
