import { expect } from "vitest";
import type { BpfMapType } from "../../../codegen/object.js";
import { native } from "../../../src/kernel/native.js";
import { LiveFacts } from "../../../src/kernel/live.js";
import { Bpf } from "../../../src/runtime/bpf.js";
import { MapAccess, type MapShape } from "../../../src/runtime/map-access.js";
import { kernelTest } from "../../support/index.js";

/** Makes a map, and entries whose key is a u32 and whose value on every CPU is `key + 1`. */
function mapWith(
  type: BpfMapType,
  keys: readonly number[],
  maxEntries = 10_000,
): { bpf: Bpf; shape: MapShape; access: MapAccess } {
  const bpf = new Bpf(native());
  const cpus = new LiveFacts().possibleCpus;
  const shape = { type, keyBytes: 4, valueBytes: 8, maxEntries };
  const fd = bpf.createMap({ ...shape, name: "test", isAllocatedOnDemand: false, isReadOnly: false, btf: undefined });
  const copies = type.includes("percpu") ? cpus : 1;
  for (const key of keys) bpf.update(fd, u32(key), values(copies, BigInt(key + 1)));
  return { bpf, shape: { ...shape, fd }, access: new MapAccess(bpf, cpus) };
}

const u32 = (n: number): Uint8Array => new Uint8Array(Uint32Array.of(n).buffer);
const values = (copies: number, n: bigint): Uint8Array => new Uint8Array(new BigUint64Array(copies).fill(n).buffer);
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

function entries(access: MapAccess, shape: MapShape, options?: { deletes: boolean }): Map<number, bigint> {
  const { count, keys, keyStride, values, valueStride, cpus, cpuStride } = access.read(shape, options);
  return new Map(
    upTo(count).map((i) => {
      const sum = upTo(cpus).reduce(
        (sum, cpu) => sum + values.view.getBigUint64(i * valueStride + cpu * cpuStride, true),
        0n,
      );
      return [keys.view.getUint32(i * keyStride, true), sum];
    }),
  );
}

const HASHES: readonly BpfMapType[] = ["hash", "lru-hash", "percpu-hash", "lru-percpu-hash"];

for (const type of HASHES) {
  kernelTest(`a ${type} map is read whole, whatever its size`, {}, () => {
    for (const size of [0, 1, 1023, 1024, 3000]) {
      const { shape, access } = mapWith(type, upTo(size));
      const found = entries(access, shape);
      expect(found.size).toBe(size);
      const copies = type.includes("percpu") ? BigInt(new LiveFacts().possibleCpus) : 1n;
      for (const key of upTo(size)) expect(found.get(key)).toBe(copies * BigInt(key + 1));
      shape.fd.close();
    }
  });

  kernelTest(`a ${type} map can be read and emptied in one pass, cleared, and zeroed`, {}, () => {
    const { shape, access, bpf } = mapWith(type, [1, 2, 3]);
    expect(entries(access, shape, { deletes: true }).size).toBe(3);
    expect(entries(access, shape).size).toBe(0);
    const value = values(type.includes("percpu") ? new LiveFacts().possibleCpus : 1, 5n);
    bpf.update(shape.fd, u32(9), value);
    access.zero(shape);
    expect(entries(access, shape)).toEqual(new Map([[9, 0n]]));
    access.clear(shape);
    expect(entries(access, shape).size).toBe(0);
    shape.fd.close();
  });
}

kernelTest("zeros are put back only where nothing has come meanwhile", {}, () => {
  const { shape, access, bpf } = mapWith("hash", [1, 2]);
  const reading = access.read(shape, { deletes: true });
  bpf.update(shape.fd, u32(2), values(1, 77n));
  access.insertZeros(shape, reading);
  expect(entries(access, shape)).toEqual(
    new Map([
      [1, 0n],
      [2, 77n],
    ]),
  );
  shape.fd.close();
});

for (const type of ["array", "percpu-array"] as const) {
  kernelTest(`the one value of a scalar map in a ${type} is read and cleared`, {}, () => {
    const { shape, access } = mapWith(type, [0], 1);
    expect(entries(access, shape).get(0)).toBe(type === "array" ? 1n : BigInt(new LiveFacts().possibleCpus));
    access.clear(shape);
    expect(entries(access, shape).get(0)).toBe(0n);
    shape.fd.close();
  });
}
