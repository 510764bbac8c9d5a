/**
 * Packets: only the kernel can copy them, and only to the rings of a perf event array. What it copies follows a header:
 *
 *     0        4        8                16
 *     | schema | length | boot-time ns   | the packet's bytes
 */
import { MAX_PACKET_BYTES, PACKET_HEADER_BYTES } from "../object.js";
import type { Value } from "../ir/ir.js";
import { BPF_F_CURRENT_CPU } from "../kernel/bpf.js";
import type { PacketRequest } from "../language/lowering.js";
import { countLoss } from "./losses.js";
import type { ProbeLowering } from "./probe-lowering.js";

/** BPF_F_CTXLEN_MASK of linux/bpf.h begins there. */
const LENGTH_SHIFT = 32;
/** asm-generic/errno-base.h: the packet is shorter than that. */
const EFAULT = 14;

/** `length` in the header is that of the call; no more is copied than a record can hold. */
export function sendPacket(cx: ProbeLowering, { call, packet, length, span }: PacketRequest): Value {
  const { b } = cx;
  const schema = cx.module.addEvent(call, {
    fixedBytes: PACKET_HEADER_BYTES,
    fields: [],
    span,
    probe: cx.label,
  });
  const limit = b.int(MAX_PACKET_BYTES);
  const copied = b.choose("ugt", length, limit, { then: () => limit, otherwise: () => length });
  const header = cx.stackPlace(PACKET_HEADER_BYTES, 8, "packet header");
  b.store(header.base, header.offset, 4, b.int(schema.id));
  b.store(header.base, header.offset + 4, 4, length);
  b.store(header.base, header.offset + 8, 8, b.call("ktime_get_boot_ns", []));
  const flags = b.alu("or", b.alu("shl", copied, b.int(LENGTH_SHIFT)), b.int(BPF_F_CURRENT_CPU));
  const map = b.map(cx.module.packets(cx.facts.possibleCpus));
  const result = b.call("skb_output", [packet, map, flags, cx.addressOf(header), b.int(PACKET_HEADER_BYTES)]);
  b.if("slt", result, b.int(0), {
    then: () => b.if("ne", result, b.int(-EFAULT), { then: () => countLoss(cx, "packets") }),
  });
  return result;
}
