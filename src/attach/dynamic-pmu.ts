/** The kernel's `kprobe` and `uprobe` PMUs, whose numbers are given out at boot. */
import { readFileSync } from "node:fs";
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
    throw new AttachError(`This kernel has no ${name}s (no ${ROOT}/${name})`, { cause: error });
  }
}

/** Of a field of `config`: `config:0`, `config:32-63`. */
function firstBit(format: string): bigint | undefined {
  const bit = /^config:(\d+)/.exec(format)?.[1];
  return bit === undefined ? undefined : BigInt(bit);
}
