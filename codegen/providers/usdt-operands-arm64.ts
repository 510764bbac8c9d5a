/** Operands of 64-bit ARM. */
import { type AddressIndex, type Operand, parseSum, unsupported } from "./usdt-operand.js";

const ALIASES: Readonly<Record<string, string>> = { fp: "r29", lr: "r30", sp: "sp", pc: "pc" };
const VECTOR = /^[bhsdqv]\d+/;

export function parseArm64Operand(text: string): Operand {
  if (VECTOR.test(text))
    return unsupported("is in a vector or floating-point register, which the kernel does not show");
  if (text.startsWith("[")) return parseMemory(text) ?? unsupported("is not understood");
  if (text === "xzr" || text === "wzr") return { kind: "number", value: { symbol: undefined, number: 0n } };
  const register = registerNamed(text);
  if (register !== undefined) return { kind: "register", register: register.name, bit: 0 };
  const value = parseSum(text.replace(/^#/, ""));
  return value === undefined ? unsupported("is not understood") : { kind: "number", value };
}

interface Register {
  readonly name: string;
  readonly bits: 32 | 64;
}

function registerNamed(text: string): Register | undefined {
  const alias = ALIASES[text];
  if (alias !== undefined) return { name: alias, bits: 64 };
  const [, letter, digits] = /^([xw])(\d\d?)$/.exec(text) ?? [];
  if (digits === undefined || Number(digits) > 30) return undefined;
  return { name: `r${Number(digits)}`, bits: letter === "x" ? 64 : 32 };
}

/** `[BASE]`, `[BASE, OFFSET]`, `[BASE, INDEX]`, `[BASE, INDEX, EXTENSION SHIFT]`. */
function parseMemory(text: string): Operand | undefined {
  if (!text.endsWith("]")) return undefined;
  const [baseText = "", second, modifier, ...more] = text
    .slice(1, -1)
    .split(",")
    .map((piece) => piece.trim());
  const base = registerNamed(baseText);
  if (base === undefined || more.length > 0) return undefined;
  const memory = (number: bigint, index: AddressIndex | undefined): Operand => ({
    kind: "memory",
    address: { offset: { symbol: undefined, number }, base: base.name, index, bits: 64 },
  });
  if (second === undefined) return memory(0n, undefined);
  const register = registerNamed(second);
  if (register !== undefined) {
    const index = indexOf(register, modifier);
    return index && memory(0n, index);
  }
  const offset = parseSum(second.replace(/^#/, ""));
  const isNumber = offset !== undefined && offset.symbol === undefined && second !== "" && modifier === undefined;
  return isNumber ? memory(offset.number, undefined) : undefined;
}

const MODIFIER = /^(lsl|uxtw|sxtw|uxtx|sxtx)(?:\s*#?([0-3]))?$/;

function indexOf({ name, bits }: Register, modifier: string | undefined): AddressIndex | undefined {
  if (modifier === undefined) return { register: name, shift: 0, extend: bits === 32 ? "zero" : undefined };
  const [, extension, shift = "0"] = MODIFIER.exec(modifier) ?? [];
  if (extension === undefined) return undefined;
  const extend = extension === "sxtw" ? "sign" : bits === 32 ? "zero" : undefined;
  return { register: name, shift: Number(shift), extend };
}
