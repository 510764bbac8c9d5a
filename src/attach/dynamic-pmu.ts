/**
 * The kernel's `kprobe` and `uprobe` PMUs, whose numbers are given out at boot.
 *
 * Since Linux 4.17 the same options (CONFIG_KPROBE_EVENTS, CONFIG_UPROBE_EVENTS) bring them, `kprobe_events` and
 * `uprobe_events` of tracefs, and bpf(2)'s right to run there at all (CONFIG_BPF_EVENTS): a kernel that we run on and that
 * lacks them has no other way to attach. Unlike an event of tracefs, these go with their descriptor, however we end.
 */
import { existsSync, readFileSync } from "node:fs";
import { readOrUndefined } from "../kernel/index.js";
import { AttachError } from "./define.js";

export interface DynamicPmu {
  readonly type: number;
  /** The bit of `config` that asks for return probes. */
  readonly returnBit: bigint;
  /** Where in `config` the offset of a reference counter starts. Undefined: the kernel knows of none. */
  readonly referenceCounterShift: bigint | undefined;
}

const ROOT = "/sys/bus/event_source/devices";

/** Each is read once in a run: their numbers are others after the next boot, but the same for a thousand probes. */
export class DynamicPmus {
  readonly #known = new Map<string, DynamicPmu>();

  /** @throws {@link AttachError} when the kernel was built without */
  named(name: "kprobe" | "uprobe"): DynamicPmu {
    const pmu = this.#known.get(name) ?? read(name);
    this.#known.set(name, pmu);
    return pmu;
  }
}

function read(name: string): DynamicPmu {
  try {
    const type = Number(readFileSync(`${ROOT}/${name}/type`, "latin1"));
    const format = readFileSync(`${ROOT}/${name}/format/retprobe`, "latin1");
    return {
      type,
      returnBit: 1n << (firstBit(format) ?? 0n),
      referenceCounterShift: firstBit(readOrUndefined(`${ROOT}/${name}/format/ref_ctr_offset`) ?? ""),
    };
  } catch (error) {
    // Some containers have no sysfs.
    if (!existsSync(ROOT)) throw new AttachError(`Mount sysfs on /sys: there is no ${ROOT}`, { cause: error });
    throw new AttachError(`This kernel has no ${name}s (no ${ROOT}/${name})`, { cause: error });
  }
}

/** Of a field of `config`: `config:0`, `config:32-63`. */
function firstBit(format: string): bigint | undefined {
  const bit = /^config:(\d+)/.exec(format)?.[1];
  return bit === undefined ? undefined : BigInt(bit);
}
