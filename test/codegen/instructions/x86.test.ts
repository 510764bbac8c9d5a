import { describe, expect, test } from "vitest";
import { boundaryAt, obstacleAt } from "../../../codegen/instructions/index.js";

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));

/** One instruction each, whole. */
const INSTRUCTIONS: readonly (readonly [hex: string, text: string])[] = [
  ["90", "nop"],
  ["c3", "ret"],
  ["55", "push %rbp"],
  ["41 57", "push %r15"],
  ["48 89 e5", "mov %rsp,%rbp"],
  ["c2 08 00", "ret $8"],
  ["c8 10 00 00", "enter $16,$0"],
  ["c9", "leave"],
  ["6a 01", "push $1"],
  ["68 00 00 00 80", "push $0x80000000"],
  ["66 68 34 12", "pushw $0x1234"],
  ["eb fe", "jmp ."],
  ["e8 00 00 00 00", "call"],
  ["0f 84 00 00 00 00", "je"],
  ["74 00", "je, short"],
  ["f3 0f 1e fa", "endbr64"],
  ["0f 0b", "ud2"],
  ["0f 05", "syscall"],
  ["9b", "fwait"],
  ["d9 7c 24 02", "fnstcw 2(%rsp)"],
  ["8b 05 00 00 00 00", "mov 0(%rip),%eax"],
  ["8b 04 25 00 00 00 00", "mov 0,%eax"],
  ["8b 44 24 08", "mov 8(%rsp),%eax"],
  ["8b 84 24 00 01 00 00", "mov 256(%rsp),%eax"],
  ["8b 04 24", "mov (%rsp),%eax"],
  ["8b 00", "mov (%rax),%eax"],
  ["8b 40 08", "mov 8(%rax),%eax"],
  ["41 8b 45 00", "mov 0(%r13),%eax"],
  ["64 48 8b 04 25 28 00 00 00", "mov %fs:0x28,%rax"],
  ["c7 05 00 00 00 00 01 00 00 00", "movl $1,0(%rip)"],
  ["66 c7 00 01 00", "movw $1,(%rax)"],
  ["66 48 c7 c0 01 00 00 00", "REX.W wins over the operand size"],
  ["48 b8 01 02 03 04 05 06 07 08", "movabs $…,%rax"],
  ["b8 01 00 00 00", "mov $1,%eax"],
  ["66 b8 01 00", "mov $1,%ax"],
  ["48 a1 01 02 03 04 05 06 07 08", "movabs 0x…,%rax"],
  ["67 a1 01 02 03 04", "addr32 mov 0x…,%eax"],
  ["f6 c1 01", "test $1,%cl"],
  ["f6 d9", "neg %cl"],
  ["48 f7 c0 01 00 00 00", "test $1,%rax"],
  ["66 f7 c0 01 00", "test $1,%ax"],
  ["48 f7 d8", "neg %rax"],
  ["69 c0 01 00 00 00", "imul $1,%eax,%eax"],
  ["66 69 c0 01 00", "imul $1,%ax,%ax"],
  ["6b c0 01", "imul $1,%eax,%eax, short"],
  ["f0 0f b1 17", "lock cmpxchg %edx,(%rdi)"],
  ["f0 48 0f c7 0f", "lock cmpxchg16b (%rdi)"],
  ["f3 48 a5", "rep movsq"],
  ["66 2e 0f 1f 84 00 00 00 00 00", "cs nopw 0(%rax,%rax,1)"],
  ["66 66 2e 0f 1f 84 00 00 00 00 00", "data16 cs nopw"],
  ["66 66 48 e8 00 00 00 00", "data16 rex.W call"],
  ["c7 f8 00 00 00 00", "xbegin"],
  ["c6 f8 00", "xabort $0"],
  ["0f 38 f0 00", "movbe (%rax),%eax"],
  ["66 0f 38 00 c1", "pshufb"],
  ["66 0f 3a 0f c1 08", "palignr $8"],
  ["0f 0f c0 b4", "pfmul (3DNow!)"],
  ["66 0f 70 c0 1b", "pshufd $27"],
  ["66 0f 78 c0 01 02", "extrq"],
  ["f2 0f 78 c1 01 02", "insertq"],
  ["0f 78 c0", "vmread"],
  ["0f 01 d0", "xgetbv"],
  ["0f a2", "cpuid"],
  ["0f ba e0 03", "bt $3,%eax"],
  ["0f a4 c2 05", "shld $5"],
  ["c5 f8 77", "vzeroupper"],
  ["c5 fd 6f 05 00 00 00 00", "vmovdqa 0(%rip),%ymm0"],
  ["c5 f9 70 c0 1b", "vpshufd $27"],
  ["c4 e2 7d 18 00", "vbroadcastss (%rax),%ymm0"],
  ["c4 e3 7d 19 c1 01", "vextractf128 $1"],
  ["c4 c1 7a 6f 04 24", "vmovdqu (%r12),%xmm0"],
  ["62 f1 7c 48 28 c0", "vmovaps %zmm0,%zmm0"],
  ["62 f1 7c 48 28 40 01", "vmovaps 64(%rax),%zmm0"],
  ["62 f3 7d 48 25 c2 55", "vpternlogd $0x55"],
  ["62 f1 7d 48 72 f0 01", "vprold $1"],
  ["62 f5 7c 48 58 c1", "vaddph"],
  ["62 f4 7c 18 83 c0 01", "APX: add $1,%rax,%rax"],
  ["62 f4 fc 18 81 c0 01 00 00 00", "APX: add $imm32"],
  ["62 f4 7d 18 81 c0 01 00", "APX: add $imm16"],
  ["62 f4 7c 18 f7 d8", "APX: neg"],
  ["d5 19 58", "APX: pop %r24"],
  ["d5 98 af c1", "APX: imul through REX2"],
  ["d5 00 a1 01 02 03 04 05 06 07 08", "APX: jmpabs"],
  ["8f c0", "pop %rax"],
  ["8f e9 78 01 c8", "blcfill (XOP, map 9)"],
  ["8f e8 78 c0 c1 01", "vprotb $1 (XOP, map 8)"],
  ["8f ea 78 10 c1 01 02 00 00", "bextr $0x201 (XOP, map 10)"],
];

describe("an instruction is as long as the processor takes it to be", () => {
  test.each(INSTRUCTIONS)("%s  %s", (hex) => {
    const code = bytes(`${hex} 90`);
    const { length } = bytes(hex);
    expect(boundaryAt("x86_64", code, length)).toBe("start");
    for (let inside = 1; inside < length; inside++) expect(boundaryAt("x86_64", code, inside)).toBe("middle");
  });
});

test.each(["06", "27", "60", "82 00", "9a", "ea", "d6", "0f 04", "0f 24", "c4 e4 7d 18 00", "62 f0 7c 48 28 c0"])(
  "%s is no instruction",
  (hex) => expect(boundaryAt("x86_64", bytes(`${hex} 90 90 90 90 90 90 90 90`), 8)).toBe("undecodable"),
);

test.each([
  ["40", "inc %eax"],
  ["66 4f", "dec %di"],
  ["06", "push %es"],
  ["60", "pusha"],
  ["62 00", "bound %eax,(%eax)"],
  ["62 f1 7c 48 28 c0", "vmovaps %zmm0,%zmm0"],
  ["82 c0 01", "add $1,%al"],
  ["9a 01 02 03 04 05 06", "lcall $0x605,$0x4030201"],
  ["66 9a 01 02 03 04", "lcallw"],
  ["a1 01 02 03 04", "mov 0x4030201,%eax"],
  ["67 a1 01 02", "addr16 mov 0x201,%eax"],
  ["b8 01 00 00 00", "mov $1,%eax"],
  ["66 e8 01 02", "callw"],
  ["66 0f 84 01 02", "jew"],
  ["c4 00", "les (%eax),%eax"],
  ["c5 40 04", "lds 4(%eax),%eax"],
  ["c5 f8 77", "vzeroupper"],
  ["c4 e2 7d 18 00", "vbroadcastss (%eax),%ymm0"],
  ["d4 0a", "aam"],
  ["d5 0a", "aad"],
  ["d6", "salc"],
  ["67 8b 06 01 02", "mov 0x201,%eax"],
  ["67 8b 47 01", "mov 1(%bx),%eax"],
  ["67 8b 87 01 02", "mov 0x201(%bx),%eax"],
  ["67 8b 07", "mov (%bx),%eax"],
  ["8b 05 01 02 03 04", "mov 0x4030201,%eax"],
  ["65 a1 14 00 00 00", "mov %gs:0x14,%eax"],
])("in 32-bit mode: %s  %s", (hex) => {
  const code = bytes(`${hex} 90`);
  const { length } = bytes(hex);
  expect(boundaryAt("i386", code, length)).toBe("start");
  for (let inside = 1; inside < length; inside++) expect(boundaryAt("i386", code, inside)).toBe("middle");
});

test("of 32-bit programs the kernel alone knows which kinds of instructions it refuses, but some for all", () => {
  expect(obstacleAt("i386", bytes("f0 0f b1 17"), 0)).toBe("with a lock prefix");
  expect(obstacleAt("i386", bytes("06"), 0)).toBeUndefined();
});

test.each(["e8 00 00", "0f", "48", "c5", "62 f1", "8b 84 24 00", "66", ""])("%s is cut off", (hex) => {
  const code = bytes(hex);
  expect(boundaryAt("x86_64", code, 0)).toBe("undecodable");
});

test("no instruction has more than 15 bytes", () => {
  expect(boundaryAt("x86_64", bytes("66".repeat(14) + "90 90"), 15)).toBe("start");
  expect(boundaryAt("x86_64", bytes("66".repeat(15) + "90 90"), 16)).toBe("undecodable");
});

test.each([
  ["f0 0f b1 17", "with a lock prefix"],
  ["3e ff e0", "with a segment prefix"],
  ["66 2e 0f 1f 84 00 00 00 00 00", "with a segment prefix"],
  ["66 e9 00 00 00 00", "that is a branch with a 16-bit operand"],
  ["66 0f 84 00 00 00 00", "that is a branch with a 16-bit operand"],
  ["f4", "of this kind (opcode f4)"],
  ["cc", "of this kind (opcode cc)"],
  ["c5 f9 6f c0", "of this kind (opcode 6f)"],
  ["64 48 8b 04 25 28 00 00 00", undefined],
  ["66 90", undefined],
  ["0f 6f c0", undefined],
  ["f3 0f 1e fa", undefined],
])("the kernel and %s: %s", (hex, obstacle) => {
  expect(obstacleAt("x86_64", bytes(hex), 0)).toBe(obstacle);
});

test("instructions of aarch64 have 4 bytes", () => {
  const code = new Uint8Array(8);
  expect([0, 1, 4, 6, 8].map((offset) => boundaryAt("aarch64", code, offset))).toEqual([
    "start",
    "middle",
    "start",
    "middle",
    "undecodable",
  ]);
});

test("random bytes are read without trouble", () => {
  let seed = 1;
  const next = (): number => (seed = (seed * 48271) % 2147483647);
  for (let round = 0; round < 2000; round++) {
    const code = Uint8Array.from({ length: 20 }, () => next() & 0xff);
    expect(["start", "middle", "undecodable"]).toContain(boundaryAt("x86_64", code, next() % 20));
  }
});
