/** Attaching to kernel functions by name: what `kprobe` and `kretprobe` have in common. */
import type { KernelFunctionPoint as Point } from "../../codegen/providers/index.js";
import { isSystemCallFailure } from "../kernel/system-error.js";
import type { AttachContext, AttachGroup } from "./define.js";
import { AttachError, openAll } from "./define.js";
import { dynamicPmu } from "./dynamic-pmu.js";
import type { Link } from "./link.js";
import { openPerfEvent } from "./perf-event.js";

export function attachKernelFunctions(group: AttachGroup<Point>, { bpf }: AttachContext): Link {
  const { points, program, cookies, expectedAttach } = group;
  const isReturn = points.some((point) => point.isReturn);
  if (expectedAttach === "kprobe-multi" || expectedAttach === "kprobe-session") {
    const symbols = points.map(symbolOf);
    return {
      probes: points.length,
      fds: [bpf.linkKprobes(program, { symbols, cookies, isReturn, attach: expectedAttach })],
    };
  }
  const pmu = dynamicPmu("kprobe");
  const config = isReturn ? pmu.returnBit : 0n;
  const fds = openAll(points, (point, i) => {
    const event = { type: pmu.type, config, ...placeOf(point), pid: -1, cpu: 0 };
    try {
      return openPerfEvent(bpf, event, program, cookies?.[i]);
    } catch (error) {
      throw isSystemCallFailure(error) && error.code === "EILSEQ"
        ? new AttachError(MIDDLE_OF_INSTRUCTION, { cause: error })
        : error;
    }
  });
  return { probes: points.length, fds };
}

const MIDDLE_OF_INSTRUCTION = "Possible attachment attempt in the middle of an instruction, try a different offset.";

/** `module:function` names one of several functions of that name. */
function symbolOf({ module, target }: Point): string {
  const symbol = target.kind === "symbol" ? target.symbol : "";
  return module === undefined || module === "vmlinux" ? symbol : `${module}:${symbol}`;
}

/** A function and an offset, or an address alone. */
const placeOf = (point: Point): { readonly path?: string; readonly config2: bigint } =>
  point.target.kind === "address"
    ? { config2: point.target.address }
    : { path: symbolOf(point), config2: point.target.offset };
