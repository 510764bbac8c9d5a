/** `kprobe.multi`: one link for any number of functions, by name or by where they start, but not by both. */
import type { KernelFunctionPoint as Point } from "../../codegen/providers/index.js";
import type { Fd } from "../kernel/index.js";
import type { Bpf } from "../runtime/index.js";
import { type AttachGroup, openAll } from "./define.js";

/** A point and its place among those of the program. */
interface Numbered {
  readonly point: Point;
  readonly index: number;
}

export function linkKernelFunctions(group: AttachGroup<Point>, bpf: Bpf): readonly Fd[] {
  const numbered = group.points.map((point, index): Numbered => ({ point, index }));
  const byName = numbered.filter(({ point }) => point.start === undefined);
  const byAddress = numbered.filter(({ point }) => point.start !== undefined);
  const sets = [byName, byAddress].filter(({ length }) => length > 0);
  return openAll(sets, (points) => link(points, group, bpf));
}

function link(points: readonly Numbered[], { program, cookies, expectedAttach }: AttachGroup<Point>, bpf: Bpf): Fd {
  const starts = points.flatMap(({ point: { start } }) => (start === undefined ? [] : [start]));
  const symbols = points.map(({ point: { target } }) => (target.kind === "symbol" ? target.symbol : ""));
  return bpf.linkKprobes(program, {
    functions: starts.length > 0 ? { addresses: starts } : { symbols },
    cookies: cookies === undefined ? undefined : points.map(({ index }) => cookies[index] ?? 0n),
    isReturn: points[0]?.point.isReturn === true,
    attach: expectedAttach === "kprobe-session" ? "kprobe-session" : "kprobe-multi",
  });
}
