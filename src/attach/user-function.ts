/** Attaching to user-space code: what `uprobe` and `uretprobe` have in common. */
import type { UprobePoint } from "../../codegen/providers/uprobe.js";
import { ElfFile } from "../symbols/elf-file.js";
import type { AttachContext, AttachGroup } from "./define.js";
import { AttachError, openAll } from "./define.js";
import { dynamicPmu } from "./dynamic-pmu.js";
import type { Link } from "./link.js";
import { openPerfEvent } from "./perf-event.js";

export function attachUserFunctions(
  group: AttachGroup<UprobePoint>,
  cx: AttachContext,
  options: { readonly isReturn: boolean },
): Link {
  const { points, program, expectedAttach } = group;
  const offsets = fileOffsets(points);
  if (expectedAttach !== "uprobe-multi") return attachOneByOne(group, offsets, cx, options);
  const fds = openAll([...byPath(points, offsets)], ([path, offsets]) =>
    cx.bpf.linkUprobes(program, { path, offsets, pid: cx.pid ?? 0, isReturn: options.isReturn }),
  );
  return { probes: points.length, fds };
}

function attachOneByOne(
  { points, program }: AttachGroup<UprobePoint>,
  offsets: readonly bigint[],
  { bpf, pid }: AttachContext,
  { isReturn }: { readonly isReturn: boolean },
): Link {
  const pmu = dynamicPmu("uprobe");
  const fds = openAll([...points.keys()], (i) =>
    openPerfEvent(
      bpf.native,
      {
        type: pmu.type,
        config: isReturn ? pmu.returnBit : 0n,
        path: points[i]?.path ?? "",
        config2: offsets[i] ?? 0n,
        pid: pid ?? -1,
        cpu: pid === undefined ? 0 : -1,
      },
      program,
    ),
  );
  return { probes: points.length, fds };
}

function byPath(points: readonly UprobePoint[], offsets: readonly bigint[]): Map<string, bigint[]> {
  const groups = new Map<string, bigint[]>();
  points.forEach(({ path }, i) => {
    const group = groups.get(path) ?? [];
    group.push(offsets[i] ?? 0n);
    groups.set(path, group);
  });
  return groups;
}

// ---------------------------------------------------------------- where in the file

/** Each file is opened once. */
function fileOffsets(points: readonly UprobePoint[]): bigint[] {
  const files = new Map<string, ElfFile>();
  try {
    return points.map((point) => {
      let file = files.get(point.path);
      if (file === undefined) files.set(point.path, (file = ElfFile.open(point.path)));
      return BigInt(fileOffset(file, point));
    });
  } finally {
    for (const file of files.values()) file.close();
  }
}

function fileOffset(file: ElfFile, point: UprobePoint): number {
  const { path, symbol, offset, address } = point;
  if (address !== undefined) {
    const at = file.fileOffsetOf(address);
    if (at === undefined) throw new AttachError(`Could not resolve address: ${path}:0x${address.toString(16)}`);
    return at;
  }
  const found = file.findSymbol(symbol);
  if (found === undefined) throw new AttachError(`Could not resolve symbol: ${path}:${symbol}`);
  if (offset > 0 && BigInt(offset) >= found.size) {
    throw new AttachError(`Offset outside the function bounds ('${symbol}' size is ${found.size})`);
  }
  const at = file.fileOffsetOf(found.address);
  if (at === undefined) throw new AttachError(`Could not resolve symbol: ${path}:${symbol}`);
  return at + offset;
}
