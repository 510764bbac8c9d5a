import { describe, expect, test } from "vitest";
import { decode, disassemble } from "../../../codegen/bpf/index.js";

/** Bytes as the kernel's headers define them, and the text of `bpftool prog dump xlated`. */
const ROWS: readonly (readonly [hex: string, text: string])[] = [
  ["b7 02 00 00 05 00 00 00", "r2 = 5"],
  ["b7 00 00 00 ff ff ff ff", "r0 = -1"],
  ["bf a2 00 00 00 00 00 00", "r2 = r10"],
  ["bc 21 00 00 00 00 00 00", "w1 = w2"],
  ["07 02 00 00 f8 ff ff ff", "r2 += -8"],
  ["0f 31 00 00 00 00 00 00", "r1 += r3"],
  ["1c 31 00 00 00 00 00 00", "w1 -= w3"],
  ["27 01 00 00 0a 00 00 00", "r1 *= 10"],
  ["3f 31 00 00 00 00 00 00", "r1 /= r3"],
  ["9f 31 00 00 00 00 00 00", "r1 %= r3"],
  ["3f 31 01 00 00 00 00 00", "r1 s/= r3"],
  ["47 01 00 00 01 00 00 00", "r1 |= 1"],
  ["57 01 00 00 ff 00 00 00", "r1 &= 255"],
  ["a7 01 00 00 ff ff ff ff", "r1 ^= -1"],
  ["67 01 00 00 20 00 00 00", "r1 <<= 32"],
  ["77 01 00 00 20 00 00 00", "r1 >>= 32"],
  ["c7 01 00 00 3f 00 00 00", "r1 s>>= 63"],
  ["87 01 00 00 00 00 00 00", "r1 = -r1"],
  ["bf 21 10 00 00 00 00 00", "r1 = (s16)r2"],
  ["dc 01 00 00 10 00 00 00", "r1 = be16 r1"],
  ["d4 01 00 00 40 00 00 00", "r1 = le64 r1"],
  ["d7 01 00 00 20 00 00 00", "r1 = bswap32 r1"],
  ["18 01 00 00 ef cd ab 89 00 00 00 00 67 45 23 01", "r1 = 0x123456789abcdef"],
  ["18 11 00 00 07 00 00 00 00 00 00 00 00 00 00 00", "r1 = map[id:7]"],
  ["18 21 00 00 07 00 00 00 00 00 00 00 10 00 00 00", "r1 = map[id:7][0]+16"],
  ["79 10 08 00 00 00 00 00", "r0 = *(u64 *)(r1 +8)"],
  ["61 a0 f8 ff 00 00 00 00", "r0 = *(u32 *)(r10 -8)"],
  ["91 10 00 00 00 00 00 00", "r0 = *(s8 *)(r1 +0)"],
  ["7b 1a f0 ff 00 00 00 00", "*(u64 *)(r10 -16) = r1"],
  ["6b 1a f0 ff 00 00 00 00", "*(u16 *)(r10 -16) = r1"],
  ["72 0a ff ff 07 00 00 00", "*(u8 *)(r10 -1) = 7"],
  ["db 21 08 00 00 00 00 00", "lock *(u64 *)(r1 +8) += r2"],
  ["db 21 08 00 01 00 00 00", "r2 = atomic64_fetch_add((u64 *)(r1 +8), r2)"],
  ["c3 21 08 00 01 00 00 00", "r2 = atomic_fetch_add((u32 *)(r1 +8), r2)"],
  ["db 21 08 00 f1 00 00 00", "r0 = atomic64_cmpxchg((u64 *)(r1 +8), r0, r2)"],
  ["05 00 ff ff 00 00 00 00", "goto pc-1"],
  ["06 00 00 00 00 00 01 00", "gotol pc+65536"],
  ["65 02 03 00 05 00 00 00", "if r2 s> 0x5 goto pc+3"],
  ["1d 32 03 00 00 00 00 00", "if r2 == r3 goto pc+3"],
  ["ae 32 fd ff 00 00 00 00", "if w2 < w3 goto pc-3"],
  ["45 02 03 00 08 00 00 00", "if r2 & 0x8 goto pc+3"],
  ["e5 00 02 00 00 00 00 00", "may_goto pc+2"],
  ["85 00 00 00 01 00 00 00", "call bpf_map_lookup_elem#1"],
  ["85 10 00 00 05 00 00 00", "call pc+5"],
  ["85 20 00 00 39 30 00 00", "call kernel-function#12345"],
  ["95 00 00 00 00 00 00 00", "exit"],
  ["ff 00 00 00 00 00 00 00", "(ff) unknown"],
];

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(hex.split(" "), (byte) => Number.parseInt(byte, 16));

describe("listings", () => {
  test.each(ROWS)("%s is %s", (hex, text) => {
    expect(disassemble(bytesOf(hex))).toBe(`   0: ${text}`);
  });

  test("places count units of 8 bytes", () => {
    const code = bytesOf(`${ROWS.find(([, text]) => text === "r1 = map[id:7]")?.[0]} 95 00 00 00 00 00 00 00`);
    expect(disassemble(code)).toBe("   0: r1 = map[id:7]\n   2: exit");
    expect(decode(code).map(({ place }) => place)).toEqual([0, 2]);
  });
});
