import { describe, expect, test } from "vitest";
import type { Feature } from "../../../codegen/facts.js";
import { lines, listing, withWords } from "./listing.js";

interface Row {
  readonly claim: string;
  /** Works on the words v1 and v2 of the context. */
  readonly body: string;
  readonly is: string;
  readonly without?: readonly Feature[];
}

const ROWS: readonly Row[] = [
  {
    claim: "a constant of 32 bits is an immediate",
    body: `
      v3 = const 100
      v4 = add v1, v3
      exit v4`,
    is: `
      r0 = *(u64 *)(r1 +0)
      r0 += 100
      exit`,
  },
  {
    claim: "a constant on the left of an operation that commutes is an immediate",
    body: `
      v3 = const 100
      v4 = mul v3, v1
      exit v4`,
    is: `
      r0 = *(u64 *)(r1 +0)
      r0 *= 100
      exit`,
  },
  {
    claim: "a larger constant goes through a register",
    body: `
      v3 = const 81985529216486895
      v4 = xor v1, v3
      exit v4`,
    is: `
      r0 = *(u64 *)(r1 +0)
      r5 = 0x123456789abcdef
      r0 ^= r5
      exit`,
  },
  {
    claim: "a mask of 32 bits uses the 32-bit form, which clears the rest",
    body: `
      v3 = const 4042322160
      v4 = and v1, v3
      exit v4`,
    is: `
      r0 = *(u64 *)(r1 +0)
      w0 &= -252645136
      exit`,
  },
  {
    claim: "0 - x is a negation",
    body: `
      v3 = const 0
      v4 = sub v3, v1
      exit v4`,
    is: `
      r0 = *(u64 *)(r1 +0)
      r0 = -r0
      exit`,
  },
  {
    claim: "multiplication by a power of two shifts",
    body: `
      v3 = const 8
      v4 = mul v1, v3
      exit v4`,
    is: `
      r0 = *(u64 *)(r1 +0)
      r0 <<= 3
      exit`,
  },
  {
    claim: "the remainder of a power of two masks",
    body: `
      v3 = const 8
      v4 = mod v1, v3
      exit v4`,
    is: `
      r0 = *(u64 *)(r1 +0)
      r0 &= 7
      exit`,
  },
  {
    claim: "division by 0 gives 0, and the dividend as remainder",
    body: `
      v3 = const 0
      v4 = div v1, v3
      v5 = mod v2, v3
      v6 = add v4, v5
      exit v6`,
    is: `
      r5 = *(u64 *)(r1 +8)
      r0 = 0
      r0 += r5
      exit`,
  },
  {
    claim: "shifts count modulo 64",
    body: `
      v3 = const 65
      v4 = shl v1, v3
      exit v4`,
    is: `
      r0 = *(u64 *)(r1 +0)
      r0 <<= 1
      exit`,
  },
  {
    claim: "a sign extension is one instruction of v4",
    body: `
      v3 = sext 16 v1
      exit v3`,
    is: `
      r0 = *(u64 *)(r1 +0)
      r0 = (s16)r0
      exit`,
  },
  {
    claim: "a sign extension is two shifts before v4",
    body: `
      v3 = sext 16 v1
      exit v3`,
    is: `
      r0 = *(u64 *)(r1 +0)
      r0 <<= 48
      r0 s>>= 48
      exit`,
    without: ["isa-v4"],
  },
  {
    claim: "a truncated sum is a 32-bit sum",
    body: `
      v3 = add v1, v2
      v4 = zext 32 v3
      exit v4`,
    is: `
      r0 = *(u64 *)(r1 +0)
      r5 = *(u64 *)(r1 +8)
      w0 += w5
      exit`,
  },
  {
    claim: "a store takes the low bytes by itself, a load extends by itself",
    body: `
      v3 = zext 32 v1
      v4: frame = slot-address s0
      store u32 [v4 + 0], v3
      v5 = load u32 [v4 + 0]
      v6 = zext 32 v5
      exit v6`,
    is: `
      r5 = *(u64 *)(r1 +0)
      *(u32 *)(r10 -16) = r5
      r0 = *(u32 *)(r10 -16)
      exit`,
  },
  {
    claim: "constant additions fold into the offset, whose base is shared by its window",
    body: `
      v4: map-value = map-value 0 + 8
      v5 = const 16
      v6: map-value = add v4, v5
      v7 = load u32 [v6 + 4]
      exit v7`,
    is: `
      r5 = map[id:0][0]+0
      r0 = *(u32 *)(r5 +28)
      exit`,
  },
  {
    claim: "a signed load is followed by shifts before v4",
    body: `
      v4: map-value = map-value 0 + 8
      v7 = load s16 [v4 + 0]
      exit v7`,
    is: `
      r5 = map[id:0][0]+0
      r0 = *(u16 *)(r5 +8)
      r0 <<= 48
      r0 s>>= 48
      exit`,
    without: ["isa-v4"],
  },
  {
    claim: "a comparison as a value needs one jump",
    body: `
      v3 = compare slt v1, v2
      exit v3`,
    is: `
      r5 = *(u64 *)(r1 +0)
      r4 = *(u64 *)(r1 +8)
      r0 = 1
      if r5 s< r4 goto pc+1
      r0 = 0
      exit`,
  },
  {
    claim: "x < 0 as a value is the sign bit",
    body: `
      v3 = const 0
      v4 = compare slt v1, v3
      exit v4`,
    is: `
      r0 = *(u64 *)(r1 +0)
      r0 >>= 63
      exit`,
  },
  {
    claim: "a comparison that is only branched on is fused into the branch",
    body: `
      v3 = compare ult v1, v2
      v4 = const 0
      branch ne v3, v4, b1, b2
      b1:
      exit v1
      b2:
      exit v4`,
    is: `
      r0 = *(u64 *)(r1 +0)
      r5 = *(u64 *)(r1 +8)
      if r0 >= r5 goto pc+1
      exit
      r0 = 0
      exit`,
  },
  {
    claim: "a tested mask becomes a test of bits, with its arms exchanged",
    body: `
      v3 = const 4
      v5 = and v1, v3
      v4 = const 0
      branch eq v5, v4, b1, b2
      b1:
      exit v1
      b2:
      exit v4`,
    is: `
      r0 = *(u64 *)(r1 +0)
      if r0 & 0x4 goto pc+1
      exit
      r0 = 0
      exit`,
  },
  {
    claim: "sign-extended halves are compared as halves",
    body: `
      v3 = sext 32 v1
      v4 = const -5
      branch slt v3, v4, b1, b2
      b1:
      exit v1
      b2:
      exit v4`,
    is: `
      r0 = *(u64 *)(r1 +0)
      if w0 s>= 0xfffffffb goto pc+1
      exit
      r0 = -5
      exit`,
  },
  {
    claim: "a zero-extended value and a constant of 32 bits are compared as halves",
    body: `
      v3 = zext 32 v1
      v4 = const 4294967295
      branch eq v3, v4, b1, b2
      b1:
      exit v1
      b2:
      exit v4`,
    is: `
      r0 = *(u64 *)(r1 +0)
      if w0 != 0xffffffff goto pc+1
      exit
      w0 = -1
      exit`,
  },
  {
    claim: "a copy takes the largest pieces that the stack's alignment allows",
    body: `
      v3: frame = slot-address s0
      v4: map-value = map-value 0 + 0
      copy 13 align 1 [v4 + 1], [v3 + 0]
      exit v1`,
    is: `
      r0 = *(u64 *)(r1 +0)
      r4 = *(u64 *)(r10 -16)
      r5 = map[id:0][0]+0
      *(u64 *)(r5 +1) = r4
      r4 = *(u32 *)(r10 -8)
      *(u32 *)(r5 +9) = r4
      r4 = *(u8 *)(r10 -4)
      *(u8 *)(r5 +13) = r4
      exit`,
  },
  {
    claim: "a fill of the stack is aligned",
    body: `
      v3: frame = slot-address s0
      zero 11 align 1 [v3 + 4]
      exit v1`,
    is: `
      r0 = *(u64 *)(r1 +0)
      *(u32 *)(r10 -12) = 0
      *(u32 *)(r10 -8) = 0
      *(u16 *)(r10 -4) = 0
      *(u8 *)(r10 -2) = 0
      exit`,
  },
  {
    claim: "a long fill is a call",
    body: `
      v3: map-value = map-value 0 + 0
      zero 2000 align 8 [v3 + 16]
      exit v1`,
    is: `
      r6 = *(u64 *)(r1 +0)
      r1 = map[id:0][0]+0
      r2 = 2000
      r3 = 0
      call bpf_probe_read_kernel#113
      r0 = r6
      exit`,
  },
  {
    claim: "a fetching addition works on a copy of its operand",
    body: `
      v3: map-value = map-value 0 + 0
      v4 = atomic-fetch-add u64 [v3 + 8], v1
      v5 = add v4, v1
      exit v5`,
    is: `
      r5 = *(u64 *)(r1 +0)
      r4 = map[id:0][0]+0
      r0 = r5
      r0 = atomic64_fetch_add((u64 *)(r4 +8), r0)
      r0 += r5
      exit`,
  },
  {
    claim: "a word is claimed by comparing it with 0, in r0",
    body: `
      v3: map-value = map-value 0 + 0
      v4 = atomic-claim u64 [v3 + 8], v1
      v5 = add v4, v1
      exit v5`,
    is: `
      r6 = *(u64 *)(r1 +0)
      r1 = map[id:0][0]+0
      r2 = r6
      r0 = 0
      r0 = atomic64_cmpxchg((u64 *)(r1 +0), r0, r2)
      r0 += r6
      exit`,
  },
  {
    claim: "bytes are reversed by the conversion to big-endian, which all kernels have",
    body: `
      v3 = byte-swap 16 v1
      exit v3`,
    is: `
      r0 = *(u64 *)(r1 +0)
      r0 = be16 r0
      exit`,
  },
];

describe("instruction selection", () => {
  test.each(ROWS)("$claim", ({ body, is, without = [] }) => {
    expect(listing(withWords(body), { without })).toBe(lines(is));
  });
});
