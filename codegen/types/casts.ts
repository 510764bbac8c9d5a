/** Explicit casts (language.md 8.6): operand and target to yes or no. */
import { sizeOf } from "./layout.js";
import { read } from "./readings.js";
import { array, type ArrayType, sameType, type Type } from "./type.js";

/** A row for each kind that a cast may start from: which kinds it may lead to. */
const TARGETS: { readonly [K in Type["kind"]]?: readonly Type["kind"][] } = {
  int: ["int", "bool", "pointer", "enum", "username"],
  enum: ["int", "bool", "pointer", "enum", "username"],
  bool: ["int", "bool", "pointer", "enum"],
  pointer: ["int", "bool", "pointer", "enum"],
  string: ["bool", "pointer", "string"],
};

export function isCastAllowed(operand: Type, to: Type): boolean {
  if (operand.kind === "aggregation") {
    return (to.kind === "int" || to.kind === "bool") && read(operand) !== operand;
  }
  if (sameType(operand, to)) return true;
  if (to.kind === "array") return isArrayCastAllowed(operand, to);
  if (operand.kind === "array") return to.kind === "int" && sizeOf(operand) === to.bytes;
  if (operand.kind === "string" && to.kind === "string") return to.sizeBytes >= operand.sizeBytes;
  return TARGETS[operand.kind]?.includes(to.kind) ?? false;
}

/** Integers become their bytes in memory; up to 8 bytes they may be widened first. */
function isArrayCastAllowed(operand: Type, to: ArrayType): boolean {
  if (to.element.kind !== "int" && to.element.kind !== "bool") return false;
  const from = sizeOf(operand);
  const size = sizeOf(to);
  switch (operand.kind) {
    case "int":
    case "enum":
      return size === from || (size <= 8 && size > from);
    case "bool":
    case "string":
      return size === from;
    default:
      return false;
  }
}

/** `T[]` takes its length from the operand's size. */
export type ArrayLength = ArrayType | "unsized-element" | "does-not-divide";

export function lengthFrom(operand: Type, element: Type, space: ArrayType["space"]): ArrayLength {
  const elementBytes = sizeOf(element);
  if (elementBytes === 0) return "unsized-element";
  const bytes = sizeOf(operand);
  return bytes === 0 || bytes % elementBytes !== 0 ? "does-not-divide" : array(element, bytes / elementBytes, space);
}
