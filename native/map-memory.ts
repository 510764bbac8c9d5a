import type { RawMapMemory } from "./addon.js";

/** The values of an array map, shared with the BPF programs. */
export class MapMemory {
  readonly #raw: RawMapMemory;
  /** Of length 0 after `close()`. */
  readonly bytes: Uint8Array;

  constructor(raw: RawMapMemory) {
    this.#raw = raw;
    this.bytes = new Uint8Array(raw.buffer);
  }

  close(): void {
    this.#raw.close();
  }
}
