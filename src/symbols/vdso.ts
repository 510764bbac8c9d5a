import { readFileSync, openSync, readSync, closeSync } from "node:fs";
import { parseMaps } from "./process-maps.js";

/** What the kernel calls the code that it lends to every process. */
export const VDSO = "[vdso]";

/** It is the same in all processes, so ours will do. Undefined where there is none. */
export function readVdso(): Uint8Array | undefined {
  try {
    const mapping = parseMaps(readFileSync("/proc/self/maps", "latin1")).find(({ path }) => path === VDSO);
    return mapping && readOwnMemory(mapping.start, Number(mapping.end - mapping.start));
  } catch {
    return undefined;
  }
}

function readOwnMemory(address: bigint, length: number): Uint8Array {
  const memory = openSync("/proc/self/mem", "r");
  try {
    const bytes = new Uint8Array(length);
    readSync(memory, bytes, 0, length, address);
    return bytes;
  } finally {
    closeSync(memory);
  }
}
