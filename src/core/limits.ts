/** What a process is allowed, raised to what tracing needs. */
import type { KernelVersion } from "../../codegen/facts.js";
import { strerror } from "../output/index.js";
import { isAtLeast, isSystemCallFailure, native, RLIM_INFINITY } from "../kernel/index.js";
import type { Notices } from "./notices.js";

const RLIMIT_NOFILE = 7;
const RLIMIT_MEMLOCK = 8;
/** From here on maps are charged to the memory cgroup, and no limit of locked memory counts. */
const CGROUP_ACCOUNTING = [5, 11] as const;

export function raiseLimits(release: KernelVersion, files: number, notices: Pick<Notices, "warning">): void {
  raiseFiles(BigInt(files));
  if (!isAtLeast(release, ...CGROUP_ACCOUNTING)) raiseLockedMemory(notices);
}

/** Where it cannot be raised, opening tells. */
function raiseFiles(wanted: bigint): void {
  const { soft, hard } = native().getRlimit(RLIMIT_NOFILE);
  if (soft === RLIM_INFINITY || soft >= wanted) return;
  try {
    native().setRlimit(RLIMIT_NOFILE, { soft: wanted, hard: hard > wanted ? hard : wanted });
  } catch (error) {
    if (!isSystemCallFailure(error)) throw error;
  }
}

function raiseLockedMemory(notices: Pick<Notices, "warning">): void {
  try {
    native().setRlimit(RLIMIT_MEMLOCK, { soft: RLIM_INFINITY, hard: RLIM_INFINITY });
  } catch (error) {
    if (!isSystemCallFailure(error)) throw error;
    notices.warning(
      `${strerror(error.errno)}: couldn't set RLIMIT_MEMLOCK for tsbt. If your program is not loading, ` +
        'you can try "ulimit -l 8192" to fix the problem',
    );
  }
}
