/** Functions of probes that nothing can use yet. What calls them is refused. */
import { InternalError } from "../internal-error.js";
import { UINT32 } from "../types/type.js";
import { type CallCheck, defineFunction, type FunctionDefinition } from "../language/function.js";

export const lowerNowhere: FunctionDefinition["lower"] = (_cx, call) => {
  throw new InternalError("lower", `no probe can use ${call.name}()`, call.span);
};

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
