/** From what a note says of an argument to where it is when the probe fires. */
import type { Executable, ProgramArchitecture, UsdtPlace } from "../facts.js";
import type { ArgumentAddress, ArgumentPlace, ArgumentSource } from "../language/argument-place.js";
import { parseUsdtArguments } from "./usdt-arguments.js";
import type { Address, Operand, Sum } from "./usdt-operand.js";

/** @param architecture - of the program, which says how its assembler writes */
export function argumentPlaces(
  place: UsdtPlace,
  executable: Executable,
  architecture: ProgramArchitecture,
): readonly ArgumentPlace[] {
  return parseUsdtArguments(place.args, architecture).map(({ text, bytes, isSigned, operand }) => {
    const from = sourceOf(operand, place, executable);
    return typeof from === "string"
      ? { kind: "unreadable", text, reason: from }
      : { kind: "readable", bytes, isSigned, from };
  });
}

/** A text: why it cannot be read. */
function sourceOf(operand: Operand, place: UsdtPlace, executable: Executable): ArgumentSource | string {
  switch (operand.kind) {
    case "unsupported":
      return operand.reason;
    case "register":
      return operand;
    case "number": {
      if (operand.value.symbol === undefined) return { kind: "constant", value: operand.value.number };
      const address = addressOf(alone(operand.value), place, executable);
      if (typeof address === "string") return address;
      return address.isRelative ? { kind: "address", address } : { kind: "constant", value: address.offset };
    }
    case "memory": {
      const address = addressOf(operand.address, place, executable);
      return typeof address === "string" ? address : { kind: "memory", address };
    }
  }
}

const alone = (offset: Sum): Address => ({ offset, base: undefined, index: undefined, bits: 64 });

const CODE_REGISTERS: ReadonlySet<string | undefined> = new Set(["ip", "pc"]);

/** Symbols lie as far from the probe as in the file, and so does what is written relative to code. */
function addressOf(address: Address, place: UsdtPlace, executable: Executable): ArgumentAddress | string {
  const { offset, base, index, bits } = address;
  const isInCode = CODE_REGISTERS.has(base);
  const registers = { base: isInCode ? undefined : base, index, bits };
  if (offset.symbol === undefined) return { ...registers, offset: offset.number, isRelative: isInCode };
  const symbol = executable.symbol(offset.symbol);
  if (symbol === undefined) return `needs the symbol ${offset.symbol}, which ${executable.path} does not have`;
  const target = symbol.address + offset.number;
  const isRelative = isInCode || !executable.isAtFixedAddress();
  return { ...registers, offset: isRelative ? target - place.address : target, isRelative };
}
