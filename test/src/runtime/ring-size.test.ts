import { expect, test } from "vitest";
import { ringSizeBytes } from "../../../src/runtime/ring-size.js";

const MIB = 1 << 20;

test.each<[string, { pages: number; cpus: number; available: number; most?: number }, number]>([
  ["plenty of memory", { pages: 0, cpus: 2, available: 8192 * MIB }, 16 * MIB],
  ["little memory", { pages: 0, cpus: 2, available: 3 * MIB }, 2 * MIB],
  ["no memory to speak of", { pages: 0, cpus: 2, available: 1 }, 256 * 1024],
  ["asked for", { pages: 64, cpus: 2, available: 1 }, 64 * 4096],
  ["asked for, no power of two", { pages: 5, cpus: 2, available: 1 }, 8 * 4096],
  ["asked for fewer than there are CPUs", { pages: 1, cpus: 16, available: 1 }, 16 * 4096],
  ["little to come", { pages: 0, cpus: 2, available: 8192 * MIB, most: 1000 }, 256 * 1024],
  ["something to come", { pages: 0, cpus: 2, available: 8192 * MIB, most: 1.5 * MIB }, 2 * MIB],
  ["as much to come as a ring has bytes", { pages: 0, cpus: 2, available: 8192 * MIB, most: MIB }, 2 * MIB],
  ["one byte less", { pages: 0, cpus: 2, available: 8192 * MIB, most: MIB - 1 }, MIB],
  ["little to come, but asked for", { pages: 4096, cpus: 2, available: 1, most: 1000 }, 16 * MIB],
])("%s", (_, { pages, cpus, available, most = Infinity }, expected) => {
  expect(ringSizeBytes({ pages, cpus, availableBytes: () => available, mostBytes: () => most })).toBe(expected);
});
