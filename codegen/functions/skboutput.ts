import type { Call, DiagnosticBag, Expr } from "../../grammar/index.js";
import { defineFunction } from "../language/function.js";
import { type Lowering, scalar } from "../language/lowering.js";
import type { ProbeContext } from "../language/provider.js";
import { UINT32 } from "../types/type.js";

export const skboutput = defineFunction({
  name: "skboutput",
  doc: {
    summary: "Appends the beginning of a packet to a pcap file, without so many bytes; 0, or an error number below 0.",
    example: 'fentry:ip_rcv { $result = skboutput("packets.pcap", args.skb, args.skb.len, 0); }',
  },
  params: [
    { name: "file", kind: "literal", accepts: ["string"] },
    { name: "packet", kind: "value", accepts: ["pointer"] },
    { name: "length", kind: "value", accepts: ["int"] },
    { name: "offset", kind: "literal", accepts: ["int"] },
  ],
  result: UINT32,
  checkPlace,
  lower: (cx, call) => {
    const [, packet, length] = call.args as readonly [Expr, Expr, Expr, Expr];
    const offset = Number(cx.literal(call, 3) ?? 0n);
    const site = { file: fileOf(cx, call), offset: Math.max(offset, 0) };
    const [address, bytes] = [cx.value(packet), cx.value(length)];
    const request = { packet: address, length: bytes, span: call.span };
    return scalar(cx.b.extend(cx.sendPacket({ call: { action: "skboutput", site }, ...request }), 32, false));
  },
});

const fileOf = (cx: Lowering, call: Call): number => cx.intern(String(cx.literal(call, 0) ?? ""));

/** The kernel has to know that the pointer points to a packet: it does where programs are typed. */
function checkPlace({ name, span }: Call, context: ProbeContext, bag: DiagnosticBag): void {
  if (!context.isTyped) bag.error("function-probe-type", span, { name, probeType: context.provider });
}
