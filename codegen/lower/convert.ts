/** Conversions between scalars (language.md 8.6, 8.8). Values are kept extended to 64 bits by their type's sign. */
import type { Builder } from "../ir/builder.js";
import type { Value } from "../ir/ir.js";
import type { Type } from "../types/type.js";

export function convertScalar(b: Builder, value: Value, from: Type, to: Type): Value {
  if (to.kind === "bool") return from.kind === "bool" ? value : b.compare("ne", value, b.int(0));
  const target = shapeOf(to);
  const source = shapeOf(from);
  // An address has no sign: a number that becomes one brings the bits of its own type.
  if (to.kind === "pointer" && source.isSigned && source.bytes < 8)
    return b.extend(value, (source.bytes * 8) as 8 | 16 | 32, false);
  if (target.bytes === 8 || fits(source, target)) return value;
  return b.extend(value, (target.bytes * 8) as 8 | 16 | 32, target.isSigned);
}

interface Shape {
  readonly bytes: number;
  readonly isSigned: boolean;
}

const WIDE: Shape = { bytes: 8, isSigned: false };

function shapeOf(type: Type): Shape {
  if (type.kind === "int" || type.kind === "enum") return { bytes: type.bytes, isSigned: type.isSigned };
  if (type.kind === "bool") return { bytes: 1, isSigned: false };
  return WIDE;
}

/** Every value of `from` is extended as `to` wants it already. */
function fits(from: Shape, to: Shape): boolean {
  if (from.isSigned === to.isSigned) return from.bytes <= to.bytes;
  return to.isSigned && from.bytes < to.bytes;
}
