/** Address spaces travel with the types of expressions (language.md 20.1). */
import type { AddressSpace, Type } from "./type.js";

export const spaceOf = (type: Type): AddressSpace => ("space" in type ? type.space : "none");

/** The same type in another memory. Types that are no addresses and lie nowhere stay as they are. */
export const withSpace = (type: Type, space: AddressSpace): Type =>
  "space" in type && type.space !== space ? { ...type, space } : type;

/** Memory that is reached through something in `container`: what has a space of its own keeps it. */
export const inside = (type: Type, container: AddressSpace): Type =>
  spaceOf(type) === "none" ? withSpace(type, container) : type;

/** Of a value made from two: that of the one that has one, none when they disagree. */
export function mergeSpaces(a: AddressSpace, b: AddressSpace): AddressSpace {
  if (a === "none") return b;
  return b === "none" || a === b ? a : "none";
}
