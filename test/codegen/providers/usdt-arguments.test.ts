import { describe, expect, it } from "vitest";
import type { ProgramArchitecture } from "../../../codegen/facts.js";
import { parseUsdtArguments, type UsdtArgument } from "../../../codegen/providers/usdt-arguments.js";
import type { Address, Operand, Sum } from "../../../codegen/providers/usdt-operand.js";
import { randomFrom } from "../../random.js";

/** An argument in words: `s4 ax`, `u1 ax>>8`, `s8 [bx + cx<<3 + 16]`. */
function inWords({ bytes, isSigned, operand }: UsdtArgument): string {
  return `${isSigned ? "s" : "u"}${bytes} ${operandInWords(operand)}`;
}

function operandInWords(operand: Operand): string {
  switch (operand.kind) {
    case "number":
      return sumInWords(operand.value);
    case "register":
      return operand.bit === 0 ? operand.register : `${operand.register}>>${operand.bit}`;
    case "memory":
      return `[${addressInWords(operand.address)}]`;
    case "unsupported":
      return `! ${operand.reason}`;
  }
}

function addressInWords({ offset, base, index, bits }: Address): string {
  const shifted = index && `${index.extend ?? ""}${index.register}<<${index.shift}`;
  const terms = [base, shifted, sumInWords(offset)].filter((term) => term !== undefined && term !== "0");
  return terms.join(" + ") + (bits === 32 ? " in 32" : "");
}

const sumInWords = ({ symbol, number }: Sum): string =>
  symbol === undefined ? `${number}` : number === 0n ? symbol : `${symbol} + ${number}`;

const parsed = (text: string, architecture: ProgramArchitecture): readonly string[] =>
  parseUsdtArguments(text, architecture).map(inWords);

const VECTOR = "! is in a vector or floating-point register, which the kernel does not show";

describe("arguments of x86-64 programs", () => {
  it.each<readonly [text: string, ...expected: string[]]>([
    [""],
    ["-4@%edi", "s4 di"],
    ["-4@%eax 8@-24(%rbp) 4@$5", "s4 ax", "u8 [bp + -24]", "u4 5"],
    ["-8@8(%rax,%rbx,4)", "s8 [ax + bx<<2 + 8]"],
    ["8@(%rax, %rbx, 4) 1@%al", "u8 [ax + bx<<2]", "u1 ax"],
    ["-2@(%r12,%rax,2)", "s2 [r12 + ax<<1]"],
    ["8@(%rax,%rbx)", "u8 [ax + bx<<0]"],
    ["8@table(,%rax,8)", "u8 [ax<<3 + table]"],
    ["8@-16(,%r9,1)", "u8 [r9<<0 + -16]"],
    ["8@sym+4(%rip)", "u8 [ip + sym + 4]"],
    ["4@4+sym(%rip) -4@gl(%rip)", "u4 [ip + sym + 4]", "s4 [ip + gl]"],
    ["8@_ZN3app7counterE-8(%rip)", "u8 [ip + _ZN3app7counterE + -8]"],
    ["4@counter.0(%rip)", "u4 [ip + counter.0]"],
    ["8@16(%rip) 8@%rip", "u8 [ip + 16]", "u8 ip"],
    ["1@%al 2@%ax 1@%ah 1@%bh 1@%ch 1@%dh", "u1 ax", "u2 ax", "u1 ax>>8", "u1 bx>>8", "u1 cx>>8", "u1 dx>>8"],
    ["1@%sil 2@%di -1@%bpl 8@%rsp", "u1 si", "u2 di", "s1 bp", "u8 sp"],
    ["1@%r8b -2@%r9w 4@%r10d -8@%r15", "u1 r8", "s2 r9", "u4 r10", "s8 r15"],
    ["-1@$-6 8@$0x10 8@$18446744073709551615 4@$010", "s1 -6", "u8 16", "u8 -1", "u4 8"],
    ["8@$.LC0 8@$table+8", "u8 .LC0", "u8 table + 8"],
    ["8@16 8@table", "u8 [16]", "u8 [table]"],
    ["4@(%eax) 4@8(%eax,%ebx,2)", "u4 [ax in 32]", "u4 [ax + bx<<1 + 8 in 32]"],
    ["  8@%rax   4@$1 ", "u8 ax", "u4 1"],
    // What OCaml, Python and libc have in real files.
    ["8@%r12 8@%rax -4@%r13d", "u8 r12", "u8 ax", "s4 r13"],
    ["8@-88(%rbp) 8@120(%rsp) 4@$0", "u8 [bp + -88]", "u8 [sp + 120]", "u4 0"],
    ["-4@%eax -4@$2147483647 8@(%rbx,%rax,8)", "s4 ax", "s4 2147483647", "u8 [bx + ax<<3]"],
  ])("%s", (text, ...expected) => {
    expect(parsed(text, "x86_64")).toEqual(expected);
  });

  it.each<readonly [text: string, expected: string]>([
    ["8f@%xmm0", "s8 ! is a floating-point number"],
    ["8f@-8(%rbp)", "s8 ! is a floating-point number"],
    ["8@%xmm0", `u8 ${VECTOR}`],
    ["-4@%ymm15", `s4 ${VECTOR}`],
    ["8@%st(1)", `u8 ${VECTOR}`],
    ["16@%rax", "s8 ! has 16 bytes; 1, 2, 4 and 8 can be read"],
    ["3@%rax", "s8 ! has 3 bytes; 1, 2, 4 and 8 can be read"],
    ["%eax", "s8 ! is not of the form SIZE@OPERAND"],
    ["8@", "s8 ! is not of the form SIZE@OPERAND"],
    ["@%rax", "s8 ! is not of the form SIZE@OPERAND"],
    ["8@%rxx", "u8 ! is in a register that is not known: rxx"],
    ["-4@%fs:tls@tpoff", "s4 ! is relative to a segment, such as a thread-local variable"],
    ["8@got@GOTPCREL(%rip)", "u8 ! needs a relocation"],
    ["8@garbage((", "u8 ! is not understood"],
    ["8@8(%al)", "u8 ! is not understood"],
    ["8@()", "u8 ! is not understood"],
    ["8@$", "u8 ! is not understood"],
    ["8@(%rax,%rbx,3)", "u8 ! is not understood"],
    ["8@a-b(%rip)", "u8 ! is not understood"],
    ["8@a+b(%rip)", "u8 ! is not understood"],
    ["8@8 8(%rax)", "u8 [8]"],
  ])("%s", (text, expected) => {
    expect(parsed(text, "x86_64")[0]).toBe(expected);
  });
});

it("arguments of i386 programs", () => {
  expect(parsed("-4@8(%esp) 4@%eax 4@gl 4@(%ebx,%ecx,4)", "i386")).toEqual([
    "s4 [sp + 8 in 32]",
    "u4 ax",
    "u4 [gl]",
    "u4 [bx + cx<<2 in 32]",
  ]);
});

describe("arguments of 64-bit ARM programs", () => {
  it.each<readonly [text: string, ...expected: string[]]>([
    ["8@x0 -4@w19 8@x30 8@sp", "u8 r0", "s4 r19", "u8 r30", "u8 sp"],
    ["-4@5 8@-1 4@#16", "s4 5", "u8 -1", "u4 16"],
    ["8@[x0] -4@[sp, 12] 8@[x29,-8] 4@[sp, #16]", "u8 [r0]", "s4 [sp + 12]", "u8 [r29 + -8]", "u4 [sp + 16]"],
    ["8@[x19, x20]", "u8 [r19 + r20<<0]"],
    ["8@[x19, x20, lsl 3]", "u8 [r19 + r20<<3]"],
    ["8@[x19, w20, sxtw 2] 8@[x1, w2, uxtw #3]", "u8 [r19 + signr20<<2]", "u8 [r1 + zeror2<<3]"],
    ["8@xzr 4@wzr", "u8 0", "u4 0"],
    ["8@d0", `u8 ${VECTOR}`],
    ["8@[x0, #:lo12:sym]", "u8 ! is not understood"],
    ["8@[x0", "u8 ! is not understood"],
    ["8@[x31] 8@x31", "u8 ! is not understood", "u8 x31"],
  ])("%s", (text, ...expected) => {
    expect(parsed(text, "aarch64")).toEqual(expected);
  });
});

it("broken texts give an answer, and soon", () => {
  const random = randomFrom(Number(process.env["TEST_SEED"] ?? 7_003));
  const letters = " -481@%$()[],+.raxbipsymf:0\n\xff";
  for (let i = 0; i < 5000; i++) {
    const text = Array.from({ length: random(40) }, () => letters[random(letters.length)]).join("");
    for (const architecture of ["x86_64", "i386", "aarch64"] as const) parseUsdtArguments(text, architecture);
  }
  for (const text of ["(".repeat(1e5), "[".repeat(1e5), `8@${"1+".repeat(1e5)}`, `8@${" ".repeat(1e5)}(`]) {
    expect(parsed(text, "x86_64").length).toBeLessThan(3);
    expect(parsed(text, "aarch64").length).toBeLessThan(3);
  }
});
