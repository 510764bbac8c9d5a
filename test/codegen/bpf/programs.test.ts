import { describe, expect, test } from "vitest";
import { lines, listing } from "./listing.js";

const PROGRAMS: readonly { readonly claim: string; readonly text: string; readonly is: string }[] = [
  {
    claim: "a value that is used after a call lives in a saved register, others do not",
    text: `program latency(v0: context) {
  slot s0: 8 align 8 "key"
  slot s1: 8 align 8 "value"
b0:
  v1 = call get_current_pid_tgid()
  v2 = zext 32 v1
  v3: frame = slot-address s0
  store u64 [v3 + 0], v2
  v4: map = map 0
  v5: map-value-or-null = call map_lookup_elem(v4, v3)
  v6 = const 0
  branch ne v5, v6, b1(v5), b2
b1(v7: map-value):
  v8 = load u64 [v7 + 0]
  v9 = call ktime_get_ns()
  v10 = sub v9, v8
  v11: map = map 1
  v12 = const 0
  v13: frame = slot-address s1
  store u64 [v13 + 0], v12
  v14: map-value-or-null = call map_lookup_elem(v11, v13)
  branch eq v14, v12, b4, b5(v14)
b5(v15: map-value):
  v16 = load u64 [v15 + 0]
  v17 = add v16, v10
  store u64 [v15 + 0], v17
  v18 = load u64 [v15 + 8]
  v19 = const 1
  v20 = add v18, v19
  store u64 [v15 + 8], v20
  jump b4
b4:
  v21: map = map 0
  v22: frame = slot-address s0
  v23 = call map_delete_elem(v21, v22)
  jump b2
b2:
  v30 = const 0
  exit v30
}`,
    is: `
      call bpf_get_current_pid_tgid#14
      w0 = w0
      *(u64 *)(r10 -8) = r0
      r1 = map[id:0]
      r2 = r10
      r2 += -8
      call bpf_map_lookup_elem#1
      if r0 == 0x0 goto pc+22
      r7 = *(u64 *)(r0 +0)
      call bpf_ktime_get_ns#5
      r6 = r0
      r6 -= r7
      *(u64 *)(r10 -16) = 0
      r1 = map[id:0]
      r2 = r10
      r2 += -16
      call bpf_map_lookup_elem#1
      if r0 == 0x0 goto pc+6
      r5 = *(u64 *)(r0 +0)
      r5 += r6
      *(u64 *)(r0 +0) = r5
      r5 = *(u64 *)(r0 +8)
      r5 += 1
      *(u64 *)(r0 +8) = r5
      r1 = map[id:0]
      r2 = r10
      r2 += -8
      call bpf_map_delete_elem#3
      r0 = 0
      exit`,
  },
  {
    claim: "a loop runs one jump for each turn, and addresses are made before it",
    text: `program iter(v0: context) {
  slot s0: 8 align 8 "it"
b0:
  v1: frame = slot-address s0
  v2 = const 0
  v3 = const 100
  v4 = call-kfunc bpf_iter_num_new#11(v1, v2, v3)
  jump b1(v2)
b1(v5):
  v6: memory-or-null = call-kfunc bpf_iter_num_next#12(v1)
  branch ne v6, v2, b2(v6), b3
b2(v7: memory):
  v8 = load s32 [v7 + 0]
  v9 = add v5, v8
  v10: map-value = map-value 0 + 8
  v11 = load u64 [v10 + 0]
  v12 = add v11, v9
  store u64 [v10 + 0], v12
  jump b1(v9)
b3:
  v20 = call-kfunc bpf_iter_num_destroy#13(v1)
  exit v5
}`,
    is: `
      r1 = r10
      r1 += -8
      r2 = 0
      r3 = 100
      call kernel-function#0
      r7 = map[id:0][0]+0
      r6 = 0
      goto pc+5
      r5 = *(s32 *)(r0 +0)
      r6 += r5
      r5 = *(u64 *)(r7 +8)
      r5 += r6
      *(u64 *)(r7 +8) = r5
      r1 = r10
      r1 += -8
      call kernel-function#0
      if r0 != 0x0 goto pc-9
      r1 = r10
      r1 += -8
      call kernel-function#0
      r0 = r6
      exit`,
  },
  {
    claim: "parameters of blocks take the register of their arguments",
    text: `program log2(v0: context) {
b0:
  v1 = load u64 [v0 + 16]
  v2 = const 0
  v3 = const 4294967295
  branch ugt v1, v3, b1, b2(v1, v2)
b1:
  v4 = const 32
  v5 = shr v1, v4
  jump b2(v5, v4)
b2(v6, v7):
  v8 = const 65535
  v9 = compare ugt v6, v8
  v10 = const 4
  v11 = shl v9, v10
  v12 = shr v6, v11
  v13 = add v7, v11
  v14 = const 255
  v15 = compare ugt v12, v14
  v16 = const 3
  v17 = shl v15, v16
  v18 = shr v12, v17
  v19 = add v13, v17
  v20 = add v18, v19
  exit v20
}`,
    is: `
      r0 = *(u64 *)(r1 +16)
      w5 = -1
      if r0 <= r5 goto pc+3
      r0 >>= 32
      r5 = 32
      goto pc+1
      r5 = 0
      r4 = 1
      if r0 > 0xffff goto pc+1
      r4 = 0
      r4 <<= 4
      r0 >>= r4
      r5 += r4
      r4 = 1
      if r0 > 0xff goto pc+1
      r4 = 0
      r4 <<= 3
      r0 >>= r4
      r5 += r4
      r0 += r5
      exit`,
  },
  {
    claim: "the pointer to a record is checked where it stays; its failure is out of line",
    text: `program record(v0: context) {
b0:
  v1: map = map 0
  v2 = const 64
  v3 = const 0
  v4: record-or-null = call ringbuf_reserve(v1, v2, v3)
  branch ne v4, v3, b1(v4), b2
b1(v5: record):
  store u64 [v5 + 0], v2
  v6 = call ktime_get_ns()
  store u64 [v5 + 8], v6
  v7 = call get_current_pid_tgid()
  v8 = const 32
  v9 = shr v7, v8
  store u32 [v5 + 16], v9
  v10 = const 24
  v11: record = add v5, v10
  v12 = const 16
  v13 = call get_current_comm(v11, v12)
  v14 = load s32 [v0 + 16]
  store u32 [v5 + 20], v14
  v15 = call ringbuf_submit(v5, v3)
  exit v3
b2:
  v16: map-value = map-value 1 + 0
  v17 = const 1
  atomic-add u64 [v16 + 0], v17
  exit v3
}`,
    is: `
      r6 = r1
      r1 = map[id:0]
      r2 = 64
      r3 = 0
      call bpf_ringbuf_reserve#131
      r7 = r0
      if r7 == 0x0 goto pc+17
      *(u64 *)(r7 +0) = 64
      call bpf_ktime_get_ns#5
      *(u64 *)(r7 +8) = r0
      call bpf_get_current_pid_tgid#14
      r0 >>= 32
      *(u32 *)(r7 +16) = r0
      r1 = r7
      r1 += 24
      r2 = 16
      call bpf_get_current_comm#16
      r5 = *(s32 *)(r6 +16)
      *(u32 *)(r7 +20) = r5
      r1 = r7
      r2 = 0
      call bpf_ringbuf_submit#132
      r0 = 0
      exit
      r5 = map[id:0][0]+0
      r4 = 1
      lock *(u64 *)(r5 +0) += r4
      r0 = 0
      exit`,
  },
  {
    claim: "a callback is addressed by its place",
    text: `program loop(v0: context) {
  slot s0: 24 align 8 "frame"
b0:
  v1: frame = slot-address s0
  v2 = const 0
  store u64 [v1 + 0], v2
  v3 = const 100
  v4: function = function 1
  v5 = call loop(v3, v4, v1, v2)
  v6 = load u64 [v1 + 0]
  exit v6
}
callback body(v0, v1: frame) {
b0:
  v2 = load u64 [v1 + 0]
  v3 = add v2, v0
  store u64 [v1 + 0], v3
  v4 = const 0
  exit v4
}`,
    is: `
      *(u64 *)(r10 -24) = 0
      r1 = 100
      r2 = subprog[10]
      r3 = r10
      r3 += -24
      r4 = 0
      call bpf_loop#181
      r0 = *(u64 *)(r10 -24)
      exit
      r5 = *(u64 *)(r2 +0)
      r5 += r1
      *(u64 *)(r2 +0) = r5
      r0 = 0
      exit`,
  },
  {
    claim: "counters stay in registers",
    text: `program while(v0: context) {
b0:
  v1 = load u64 [v0 + 0]
  v2 = const 0
  jump b1(v2, v2)
b1(v3, v4):
  v5 = const 100
  branch slt v3, v5, b2, b3
b2:
  v6 = mul v3, v1
  v7 = add v4, v6
  v8 = const 1
  v9 = add v3, v8
  jump b1(v9, v7)
b3:
  exit v4
}`,
    is: `
      r5 = *(u64 *)(r1 +0)
      r4 = 0
      r0 = 0
      goto pc+4
      r3 = r4
      r3 *= r5
      r0 += r3
      r4 += 1
      if r4 s< 0x64 goto pc-5
      exit`,
  },
  {
    claim: "branches skip what follows",
    text: `program cmp(v0: context) {
b0:
  v1 = load s32 [v0 + 0]
  v2 = const -1
  branch eq v1, v2, b1, b2
b1:
  v3 = load u32 [v0 + 8]
  v4 = const 4294967295
  v5 = compare eq v3, v4
  exit v5
b2:
  v6 = load u64 [v0 + 8]
  v7 = zext 32 v6
  v8 = const 2147483648
  branch uge v7, v8, b3, b4
b3:
  v9 = const 8
  v10 = and v6, v9
  v11 = const 0
  branch eq v10, v11, b5, b6
b4:
  v12 = sext 8 v6
  exit v12
b5:
  v13 = const 1
  exit v13
b6:
  v14 = const 2
  exit v14
}`,
    is: `
      r5 = *(u32 *)(r1 +0)
      if w5 != 0xffffffff goto pc+5
      r5 = *(u32 *)(r1 +8)
      r0 = 1
      if w5 == 0xffffffff goto pc+1
      r0 = 0
      exit
      r0 = *(u64 *)(r1 +8)
      if w0 < 0x80000000 goto pc+5
      if r0 & 0x8 goto pc+2
      r0 = 1
      exit
      r0 = 2
      exit
      r0 = (s8)r0
      exit`,
  },
];

describe("whole programs", () => {
  test.each(PROGRAMS)("$claim", ({ text, is }) => {
    expect(listing(text)).toBe(lines(is));
  });
});
