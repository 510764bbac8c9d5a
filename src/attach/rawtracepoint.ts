import type { RawtracepointPoint } from "../../codegen/providers/index.js";
import { isSystemCallFailure } from "../runtime/errors.js";
import { AttachError, defineAttacher, openAll } from "./define.js";

/** A `tracing` program knows its tracepoint by BTF; a plain raw-tracepoint program is told the name. */
export const rawtracepoint = defineAttacher<RawtracepointPoint>({
  order: "forward",
  isSlowToDetach: false,
  attach({ points, program, expectedAttach }, { bpf }) {
    const fds = openAll(points, ({ module, event }) => {
      try {
        return bpf.openRawTracepoint(program, expectedAttach === "raw-tp" ? "" : event);
      } catch (error) {
        throw reasonFor(error, `rawtracepoint:${module}:${event}`);
      }
    });
    return { probes: points.length, fds };
  },
});

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
