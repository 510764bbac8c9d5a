import type { PointOf } from "../../codegen/providers/index.js";
import { isSystemCallFailure } from "../kernel/index.js";
import { type Attach, AttachError, openAll } from "./define.js";

export const rawtracepoint: Attach<PointOf<"rawtracepoint">> = ({ points, program }, { bpf }) => {
  const fds = openAll(points, ({ module, event }) => {
    try {
      return bpf.openRawTracepoint(program);
    } catch (error) {
      throw reasonFor(error, `rawtracepoint:${module}:${event}`);
    }
  });
  return { probes: points.length, fds };
};

function reasonFor(error: unknown, name: string): unknown {
  if (!isSystemCallFailure(error)) return error;
  switch (error.code) {
    case "ENOENT":
      return new AttachError(`Probe does not exist: ${name}`, { cause: error });
    case "EINVAL":
      return new AttachError("Maybe trying to access arguments beyond what's available in this tracepoint", {
        cause: error,
      });
    default:
      return error;
  }
}
