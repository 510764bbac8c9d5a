/** Attaching to kernel functions by name: what `kprobe` and `kretprobe` have in common. */
import type { KprobePoint } from "../../codegen/providers/kprobe.js";
import { isSystemCallFailure } from "../runtime/errors.js";
import type { AttachContext, AttachGroup } from "./define.js";
import { AttachError, openAll } from "./define.js";
import { dynamicPmu } from "./dynamic-pmu.js";
import type { Link } from "./link.js";
import { openPerfEvent } from "./perf-event.js";

export function attachKernelFunctions(
  { points, program, expectedAttach }: AttachGroup<KprobePoint>,
  { bpf }: AttachContext,
  { isReturn }: { readonly isReturn: boolean },
): Link {
  if (expectedAttach === "kprobe-multi" || expectedAttach === "kprobe-session") {
    const symbols = points.map(symbolOf);
    return { probes: points.length, fds: [bpf.linkKprobes(program, { symbols, isReturn, attach: expectedAttach })] };
  }
  const pmu = dynamicPmu("kprobe");
  const config = isReturn ? pmu.returnBit : 0n;
  const fds = openAll(points, (point) => {
    try {
      return openPerfEvent(bpf.native, { type: pmu.type, config, ...placeOf(point), pid: -1, cpu: 0 }, program);
    } catch (error) {
      throw isSystemCallFailure(error) && error.code === "EILSEQ"
        ? new AttachError("Possible attachment attempt in the middle of an instruction, try a different offset.", {
            cause: error,
          })
        : error;
    }
  });
  return { probes: points.length, fds };
}

/** `module:function` names one of several functions of that name. */
const symbolOf = ({ module, symbol }: KprobePoint): string =>
  module === undefined || module === "vmlinux" ? symbol : `${module}:${symbol}`;

const placeOf = (point: KprobePoint): { path?: string; config2: bigint } =>
  point.address === undefined
    ? { path: symbolOf(point), config2: BigInt(point.offset) }
    : { config2: point.address };
