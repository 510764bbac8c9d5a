/** Registers in `struct pt_regs`, and which of them carry arguments (probes-and-cli.md 9). */
import type { Architecture } from "../facts.js";

/** Offsets in bytes: arch/x86/include/asm/ptrace.h, arch/arm64/include/asm/ptrace.h. */
const OFFSETS: { readonly [A in Architecture]: Readonly<Record<string, number>> } = {
  x86_64: {
    r15: 0,
    r14: 8,
    r13: 16,
    r12: 24,
    bp: 32,
    bx: 40,
    r11: 48,
    r10: 56,
    r9: 64,
    r8: 72,
    ax: 80,
    cx: 88,
    dx: 96,
    si: 104,
    di: 112,
    orig_rax: 120,
    ip: 128,
    pc: 128,
    cs: 136,
    flags: 144,
    sp: 152,
    ss: 160,
  },
  aarch64: {
    ...Object.fromEntries(Array.from({ length: 31 }, (_, n) => [`r${n}`, 8 * n])),
    ...Object.fromEntries(Array.from({ length: 31 }, (_, n) => [`regs[${n}]`, 8 * n])),
    sp: 248,
    pc: 256,
    pstate: 264,
    compat_fp: 88,
    compat_sp: 104,
    compat_lr: 112,
  },
};

export const ARGUMENT_REGISTERS: { readonly [A in Architecture]: readonly string[] } = {
  x86_64: ["di", "si", "dx", "cx", "r8", "r9"],
  aarch64: ["r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7"],
};

/** Where the arguments that do not fit begin, when a function is entered: on x86 behind the address to return to. */
export const STACK_ARGUMENTS: { readonly [A in Architecture]: { readonly register: string; readonly offset: number } } =
  {
    x86_64: { register: "sp", offset: 8 },
    aarch64: { register: "sp", offset: 0 },
  };

/** By the numbers that DWARF gives registers: System V ABI AMD64 3.6.2, DWARF for the Arm 64-bit Architecture 4.1. */
const DWARF_REGISTERS: { readonly [A in Architecture]: readonly string[] } = {
  x86_64: ["ax", "dx", "cx", "bx", "si", "di", "bp", "sp", ...Array.from({ length: 8 }, (_, i) => `r${i + 8}`)],
  aarch64: [...Array.from({ length: 31 }, (_, i) => `r${i}`), "sp"],
};

/** Of the registers for floating-point numbers. */
const DWARF_FLOATS: { readonly [A in Architecture]: { readonly first: number; readonly last: number } } = {
  x86_64: { first: 17, last: 32 },
  aarch64: { first: 64, last: 95 },
};

/** Undefined: a register that a program cannot read; one for floating-point numbers says its name. */
export function dwarfRegister(arch: Architecture, number: number): { name: string; isFloat: boolean } | undefined {
  const name = DWARF_REGISTERS[arch][number];
  if (name !== undefined) return { name, isFloat: false };
  const { first, last } = DWARF_FLOATS[arch];
  const isFloat = number >= first && number <= last;
  return isFloat ? { name: `${arch === "x86_64" ? "xmm" : "v"}${number - first}`, isFloat } : undefined;
}

export const RETURN_REGISTER: { readonly [A in Architecture]: string } = { x86_64: "ax", aarch64: "r0" };

export const INSTRUCTION_POINTER: { readonly [A in Architecture]: string } = { x86_64: "ip", aarch64: "pc" };

/** As messages call them. */
export const ARCHITECTURE_NAMES: { readonly [A in Architecture]: string } = { x86_64: "x86_64", aarch64: "arm64" };

/** In bytes from the start of `struct pt_regs`. */
export function registerOffset(arch: Architecture, name: string): number {
  const offset = OFFSETS[arch][name];
  if (offset === undefined) throw new Error(`'${name}' is not a register of ${arch}`);
  return offset;
}

/** For hints. */
export const registerNames = (arch: Architecture): readonly string[] => Object.keys(OFFSETS[arch]);

export const isRegister = (arch: Architecture, name: string): boolean => OFFSETS[arch][name] !== undefined;
