import { MAX_PACKET_BYTES, PACKET_HEADER_BYTES } from "../../../codegen/object.js";
import { pcapPacket } from "../../output/index.js";
import type { Action } from "./define.js";

/** The record is filled up to a multiple of 8: how long the packet is stands in the header. */
export const skboutput: Action<"skboutput"> = (schema, { object, packetFiles, values }) => {
  const file = packetFiles.named(object.strings[schema.site.file] ?? "");
  const offset = schema.site.offset;
  return ({ view, bytes }, at) => {
    const length = view.getUint32(at + 4, true);
    const captured = Math.min(length, MAX_PACKET_BYTES);
    if (captured <= offset) return;
    const timeNs = view.getBigUint64(at + 8, true) + values.bootToRealNs;
    const start = at + PACKET_HEADER_BYTES;
    file.add(pcapPacket(timeNs, bytes.subarray(start + offset, start + captured), length - offset));
  };
};
