/** Attaching to user-space code: what `uprobe` and `uretprobe` have in common. */
import type { UprobePoint } from "../../codegen/providers/index.js";
import type { Bpf } from "../runtime/bpf.js";
import { Binary } from "../symbols/index.js";
import type { AttachContext, AttachGroup } from "./define.js";
import { AttachError, openAll } from "./define.js";
import { dynamicPmu } from "./dynamic-pmu.js";
import type { Link } from "./link.js";
import { openPerfEvent, type PerfEventSpec } from "./perf-event.js";

export function attachUserFunctions(group: AttachGroup<UprobePoint>, { bpf }: AttachContext): Link {
  const { points, program, expectedAttach } = group;
  const places = placesOf(points);
  const fds =
    expectedAttach === "uprobe-multi"
      ? openAll(linksOf(places), (link) => bpf.linkUprobes(program, link))
      : openAll(places, (place) => openPerfEvent(bpf.native, eventOf(place), program));
  return { probes: points.length, fds };
}

interface Place {
  readonly path: string;
  readonly offset: bigint;
  readonly isReturn: boolean;
  readonly pid: number | undefined;
}

function eventOf({ path, offset, isReturn, pid }: Place): PerfEventSpec {
  const pmu = dynamicPmu("uprobe");
  return {
    type: pmu.type,
    config: isReturn ? pmu.returnBit : 0n,
    path,
    config2: offset,
    pid: pid ?? -1,
    cpu: pid === undefined ? 0 : -1,
  };
}

type MultiLink = Parameters<Bpf["linkUprobes"]>[1];

/** One link takes any number of places in one file. */
function linksOf(places: readonly Place[]): readonly MultiLink[] {
  const offsets = new Map<string, bigint[]>();
  for (const { path, offset } of places) {
    const known = offsets.get(path);
    if (known === undefined) offsets.set(path, [offset]);
    else known.push(offset);
  }
  const { isReturn, pid } = places[0] ?? { isReturn: false, pid: undefined };
  return [...offsets].map(([path, offsets]) => ({ path, offsets, isReturn, pid: pid ?? 0 }));
}

// ---------------------------------------------------------------- where in the file

/** Each file is opened once. */
function placesOf(points: readonly UprobePoint[]): readonly Place[] {
  const files = new Map<string, Binary>();
  try {
    return points.map(({ path, target, isReturn, pid }) => {
      let file = files.get(path);
      if (file === undefined) files.set(path, (file = Binary.open(path)));
      return { path: file.filePath, offset: fileOffset(file, target), isReturn, pid };
    });
  } finally {
    for (const file of files.values()) file.close();
  }
}

function fileOffset(file: Binary, target: UprobePoint["target"]): bigint {
  if (target.kind === "address") return offsetOfAddress(file, target.address, `0x${target.address.toString(16)}`);
  const { symbol, offset } = target;
  const found = file.findSymbol(symbol);
  if (found === undefined) throw new AttachError(`Could not resolve symbol: ${file.path}:${symbol}`);
  if (offset > 0n && offset >= found.size) {
    throw new AttachError(`Offset outside the function bounds ('${symbol}' size is ${found.size})`);
  }
  return offsetOfAddress(file, found.address, symbol) + offset;
}

function offsetOfAddress(file: Binary, address: bigint, name: string): bigint {
  const offset = file.fileOffsetOf(address);
  if (offset === undefined) throw new AttachError(`Could not resolve symbol: ${file.path}:${name}`);
  return BigInt(offset);
}
