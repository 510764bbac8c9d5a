/** The names for completion, collected by a worker while something is being typed. */
import { Worker } from "node:worker_threads";
import { NameIndex } from "../../../service/index.js";
import type { CollectedNames } from "./collect.js";

/** Tells a worker what it was started for. */
export const NAMES_WORKER = "names";

export class Names {
  probes: ReadonlyMap<string, NameIndex> | undefined;
  types: NameIndex | undefined;
  readonly #start: () => Worker;
  #worker: Worker | undefined;
  #ready: Promise<void> | undefined;

  /** @param bundle - the file that this is in: the worker runs it as well */
  constructor(bundle: string, addon: string) {
    this.#start = () => new Worker(bundle, { workerData: { task: NAMES_WORKER, addon } });
  }

  /** Begins, if nobody has. */
  collect(): Promise<void> {
    return (this.#ready ??= new Promise((resolve) => {
      const worker = (this.#worker = this.#start());
      worker.unref();
      worker.once("message", ({ probes, types }: CollectedNames) => {
        this.probes = new Map(probes.map(([provider, list]) => [provider, new NameIndex(list)]));
        this.types = new NameIndex(types);
        resolve();
      });
      // Without names there is less to complete.
      const failed = (): void => {
        this.probes ??= new Map();
        resolve();
      };
      worker.once("error", failed);
      worker.once("exit", failed);
    }));
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }
}
