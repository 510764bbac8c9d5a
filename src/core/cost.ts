/** What our programs take, as the kernel counts it when it is asked to. */
import type { Closable } from "../kernel/index.js";
import { decoded } from "../output/index.js";
import type { Bpf, LoadedObject } from "../runtime/index.js";

export interface ProgramCost {
  readonly probe: string;
  /** How often it ran. */
  readonly runs: bigint;
  /** How long all runs took together. */
  readonly ns: bigint;
}

export class CostMeter {
  readonly #bpf: Bpf;
  readonly #loaded: LoadedObject;
  readonly #counting: Closable;

  /** From here on the kernel counts, for all programs that there are. Requires kernel 5.8. */
  constructor(bpf: Bpf, loaded: LoadedObject) {
    this.#bpf = bpf;
    this.#loaded = loaded;
    this.#counting = bpf.countRunTimes();
  }

  read(): readonly ProgramCost[] {
    const { object, programs } = this.#loaded;
    return object.programs.map(({ probeName }, i) => {
      let [runs, ns] = [0n, 0n];
      for (const fd of programs[i] ?? []) {
        const counted = this.#bpf.runTimeOf(fd);
        runs += counted.runs;
        ns += counted.ns;
      }
      return { probe: decoded(probeName), runs, ns };
    });
  }

  close(): void {
    this.#counting.close();
  }
}
