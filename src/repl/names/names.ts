/** The names for completion, collected by a worker while something is being typed. */
import { dirname, join } from "node:path";
import type { Worker } from "node:worker_threads";
import { lateModule } from "../../files/index.js";
import { NameIndex } from "../../../service/index.js";
import type { CollectedNames } from "./collect.js";

export class Names {
  probes: ReadonlyMap<string, NameIndex> | undefined;
  types: NameIndex | undefined;
  #worker: Worker | undefined;
  #ready: Promise<void> | undefined;

  /** Begins, if nobody has. */
  collect(): Promise<void> {
    return (this.#ready ??= new Promise((resolve) => {
      const worker = (this.#worker = startWorker());
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

function startWorker(): Worker {
  const [, bundle = ""] = process.argv;
  const beside = (name: string): string => join(dirname(bundle), name);
  const { Worker } = lateModule("node:worker_threads");
  return new Worker(beside("names.cjs"), { workerData: beside("tsbt.node") });
}
