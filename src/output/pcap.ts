/** Files of packets as libpcap writes them: microseconds, IP packets without anything in front of them. */

const MAGIC = 0xa1b2c3d4;
const VERSION = { major: 2, minor: 4 } as const;
const SNAPSHOT_BYTES = 65_535;
/** `LINKTYPE_RAW` */
const LINK_TYPE = 101;

const FILE_HEADER_BYTES = 24;
const PACKET_HEADER_BYTES = 16;

export function pcapFileHeader(): Buffer {
  const header = Buffer.alloc(FILE_HEADER_BYTES);
  header.writeUInt32LE(MAGIC, 0);
  header.writeUInt16LE(VERSION.major, 4);
  header.writeUInt16LE(VERSION.minor, 6);
  header.writeUInt32LE(SNAPSHOT_BYTES, 16);
  header.writeUInt32LE(LINK_TYPE, 20);
  return header;
}

/** @param length - of the packet, of which `bytes` may be the beginning */
export function pcapPacket(timeNs: bigint, bytes: Uint8Array, length: number): Buffer {
  const packet = Buffer.alloc(PACKET_HEADER_BYTES + bytes.length);
  packet.writeUInt32LE(Number((timeNs / 1_000_000_000n) & 0xffff_ffffn), 0);
  packet.writeUInt32LE(Number((timeNs % 1_000_000_000n) / 1000n), 4);
  packet.writeUInt32LE(bytes.length, 8);
  packet.writeUInt32LE(length, 12);
  packet.set(bytes, PACKET_HEADER_BYTES);
  return packet;
}
