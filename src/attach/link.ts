import type { Fd } from "../kernel/index.js";
import type { ThrottleMeter } from "./throttling.js";

/** One attached thing. It lasts as long as its file descriptors are open. */
export interface Link {
  /** How many probes it counts for in "Attached N probes". */
  readonly probes: number;
  readonly fds: readonly Fd[];
  /** Programs that nothing runs by itself: when all is attached, somebody has to ask the kernel to walk. */
  readonly walks?: readonly Walk[];
  /** Of events that the kernel may stop for a while. They are closed before the descriptors. */
  readonly throttles?: readonly ThrottleMeter[];
  /** Those of the descriptors of which the kernel may tell how often a firing was missed. */
  readonly missing?: readonly Fd[];
  /** Those of the descriptors that watch an address, which `unwatch()` ends. */
  readonly watched?: ReadonlyMap<bigint, readonly Fd[]>;
}

export interface Walk {
  /** Of the iterator; one of the link's descriptors. */
  readonly link: Fd;
  /** Where it is put for others, whose walks it serves; undefined: it is ours, and the run is over when it is. */
  readonly pin: string | undefined;
}
