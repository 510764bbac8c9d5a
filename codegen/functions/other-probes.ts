/** Functions of probes that there are not yet: fentry, fexit and iter. What calls them is refused. */
import { InternalError } from "../internal-error.js";
import { string, UINT32 } from "../types/type.js";
import { type CallCheck, defineFunction, type FunctionDefinition } from "../language/function.js";

export const lowerNowhere: FunctionDefinition["lower"] = (_cx, call) => {
  throw new InternalError("lower", `no probe can use ${call.name}()`, call.span);
};

export const path = defineFunction({
  name: "path",
  doc: { summary: "Full path of a struct path, in fentry, fexit and iter probes.", example: undefined },
  params: [
    { name: "path", kind: "value" },
    { name: "size", kind: "value", isOptional: true },
  ],
  result: ({ config }) => string(config.maxStrlen),
  check: ({ call, bag }) => bag.error("path-unavailable", call.span, {}),
  lower: lowerNowhere,
});

export const skboutput = defineFunction({
  name: "skboutput",
  doc: { summary: "Appends a packet to a pcap file, in fentry, fexit and iter probes.", example: undefined },
  params: ["file", "packet", "length", "offset"].map((name) => ({ name, kind: "value" })),
  result: UINT32,
  check: refuse,
  lower: lowerNowhere,
});

function refuse({ call, context, bag }: CallCheck): void {
  bag.error("function-probe-type", call.span, { name: call.name, probeType: context.provider });
}
