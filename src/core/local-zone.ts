/** The zone of local time: read when the first time is printed. */
import { readFileSync, statSync } from "node:fs";
import { bytePath } from "../files/index.js";
import { chooseZone, type LocalOffset, type Zone } from "../time-zones/index.js";
import type { Environment } from "./environment.js";

/** Larger files are no zones. */
const MAX_BYTES = 1 << 20;

export class LocalZone implements Zone {
  readonly #environment: Environment;
  #zone: Zone | undefined;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  at(epoch: number): LocalOffset {
    return (this.#zone ??= this.#choose()).at(epoch);
  }

  #choose(): Zone {
    return chooseZone({ TZ: this.#environment.get("TZ"), TZDIR: this.#environment.get("TZDIR") }, readZone);
  }
}

function readZone(path: string): Uint8Array | undefined {
  try {
    const stat = statSync(bytePath(path));
    return stat.isFile() && stat.size <= MAX_BYTES ? readFileSync(bytePath(path)) : undefined;
  } catch {
    return undefined;
  }
}
