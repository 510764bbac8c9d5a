import { readFileSync, statSync } from "node:fs";
import { bytePath } from "../files/index.js";
import { PerfMap } from "./perf-map.js";
import type { ProcessImage } from "./process-images.js";
import type { UserSymbol } from "./user-symbols.js";

/** The perf map of a process as far as it has been written. In a container the process has another number, and its own `/tmp`. */
export class PerfMapFile {
  /** As the process sees it. */
  readonly #path: string;
  readonly #places: readonly string[];
  #sizeBytes = 0;
  #map: PerfMap | undefined;

  constructor({ process, pid, rootPrefix }: ProcessImage) {
    this.#path = `/tmp/perf-${process.ownPid()}.map`;
    this.#places = [rootPrefix + this.#path, `/tmp/perf-${pid}.map`];
  }

  find(address: bigint): UserSymbol | undefined {
    const symbol = this.#map?.find(address);
    return symbol && { ...symbol, module: this.#path };
  }

  /** Reads it if there is more of it now. */
  refresh(): void {
    const file = this.#places.find((place) => statSync(bytePath(place), { throwIfNoEntry: false })?.isFile() === true);
    if (file === undefined) return;
    try {
      const { size } = statSync(bytePath(file));
      if (size !== this.#sizeBytes) this.#map = new PerfMap(readFileSync(bytePath(file), "latin1"));
      this.#sizeBytes = size;
    } catch {
      // Gone, or not to be read: what was known of it counts.
    }
  }
}
