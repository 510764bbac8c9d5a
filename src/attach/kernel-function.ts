/** Attaching to functions of the kernel: what `kprobe` and `kretprobe` have in common. */
import type { KernelFunctionPoint as Point } from "../../codegen/providers/index.js";
import { type Fd, isSystemCallFailure } from "../kernel/index.js";
import type { AttachContext, AttachGroup } from "./define.js";
import { AttachError, openAll } from "./define.js";
import { linkKernelFunctions } from "./kernel-function-links.js";
import type { Link } from "./link.js";
import { openPerfEvent } from "./perf-event.js";

export function attachKernelFunctions(group: AttachGroup<Point>, { bpf, pmus }: AttachContext): Link {
  const { points, program, cookies, expectedAttach } = group;
  if (expectedAttach !== "none") return linkOf(points, linkKernelFunctions(group, bpf));
  const pmu = pmus.named("kprobe");
  const fds = openAll(points, (point, i) => {
    const event = { type: pmu.type, config: point.isReturn ? pmu.returnBit : 0n, ...placeOf(point), pid: -1, cpu: 0 };
    try {
      return openPerfEvent(bpf, event, program, cookies?.[i], { prefersLink: true });
    } catch (error) {
      throw reasonFor(error, point);
    }
  });
  return linkOf(points, fds);
}

const linkOf = ({ length }: readonly Point[], fds: readonly Fd[]): Link => ({ probes: length, fds, missing: fds });

function reasonFor(error: unknown, point: Point): unknown {
  const words = isSystemCallFailure(error) ? REASONS[error.code]?.(symbolOf(point)) : undefined;
  return words === undefined ? error : new AttachError(words, { cause: error });
}

const REASONS: Readonly<Record<string, (symbol: string) => string>> = {
  EILSEQ: () => "Possible attachment attempt in the middle of an instruction, try a different offset.",
  EADDRNOTAVAIL: (symbol) =>
    `${symbol} is ambiguous: the kernel has several symbols of this name. Probe one by address (with --unsafe).`,
  ENOENT: (symbol) => `The kernel has no symbol ${symbol}.`,
  EINVAL: (symbol) =>
    `The kernel refuses a kprobe ${symbol === "" ? "at this address" : `on ${symbol}`}: it is no start of an instruction of a function, or the function is marked as "notrace" or forbidden (Invalid argument).`,
};

/** `module:function` names one of several functions of that name. */
function symbolOf({ module, target }: Point): string {
  const symbol = target.kind === "symbol" ? target.symbol : "";
  return module === undefined || module === "vmlinux" ? symbol : `${module}:${symbol}`;
}

/** A function and an offset, or an address alone. */
function placeOf(point: Point): { readonly path?: string; readonly config2: bigint } {
  if (point.target.kind === "address") return { config2: point.target.address };
  if (point.start !== undefined) return { config2: point.start + point.target.offset };
  return { path: symbolOf(point), config2: point.target.offset };
}
