/**
 * Values of maps that become wider from one entry to the next: longer strings, larger integers, and tuples and records of them.
 * An entry starts with the types that are there, so that its own are never narrower.
 */
import type { MapValueFormat, ValueFormat } from "../../../codegen/object.js";

/** Writes what `from` has to where `to` has zeroes; each is as long as its value. */
export type Widen = (from: Uint8Array, to: Uint8Array) => void;

export function sameFormat(one: unknown, other: unknown): boolean {
  const text = (format: unknown): string | undefined =>
    JSON.stringify(format, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value));
  return text(one) === text(other);
}

/** @returns undefined: one of `from` is none of `to` */
export function widening(from: ValueFormat, to: ValueFormat): Widen | undefined {
  if (sameFormat(from, to)) return copy;
  switch (from.kind) {
    case "int":
      return to.kind === "int" && from.bytes <= to.bytes ? extend(from, to.bytes) : undefined;
    case "string":
    case "buffer":
      return to.kind === from.kind && from.bytes <= to.bytes ? copy : undefined;
    case "array": {
      if (to.kind !== "array" || from.count !== to.count) return undefined;
      const places = (stride: number): readonly number[] => Array.from({ length: from.count }, (_, i) => i * stride);
      const element = widening(from.element, to.element);
      return allOf(
        places(from.stride),
        places(to.stride),
        Array.from({ length: from.count }, () => element),
      );
    }
    case "tuple": {
      if (to.kind !== "tuple" || from.elements.length !== to.elements.length) return undefined;
      const parts = from.elements.map(({ format }, i) => widening(format, to.elements[i]!.format));
      return allOf(from.elements.map(offsetOf), to.elements.map(offsetOf), parts);
    }
    case "record": {
      if (to.kind !== "record" || from.fields.length !== to.fields.length) return undefined;
      const parts = from.fields.map(({ name, format, bits }, i) => {
        const field = to.fields[i]!;
        return name === field.name && bits === undefined && field.bits === undefined
          ? widening(format, field.format)
          : undefined;
      });
      return allOf(from.fields.map(offsetOf), to.fields.map(offsetOf), parts);
    }
    default:
      return undefined;
  }
}

/** For what one CPU has of a map's value. */
export function valueWidening(from: MapValueFormat, to: MapValueFormat): Widen | undefined {
  if (sameFormat(from, to)) return copy;
  if (from.kind !== "plain" || to.kind !== "plain") return undefined;
  const value = widening(from.format, to.format);
  const [old, next] = [from.setFlagOffset, to.setFlagOffset];
  if (old === undefined || next === undefined) return old === next ? value : undefined;
  return allOf([0, old], [0, next], [value, copy]);
}

const offsetOf = ({ offset }: { readonly offset: number }): number => offset;
const copy: Widen = (from, to) => to.set(from.subarray(0, to.length));

const extend =
  ({ bytes, isSigned }: { readonly bytes: number; readonly isSigned: boolean }, toBytes: number): Widen =>
  (from, to) => {
    to.set(from.subarray(0, bytes));
    if (isSigned && from[bytes - 1]! >= 0x80) to.fill(0xff, bytes, toBytes);
  };

/** Each part reaches to where the next one begins; what is between them is zero. */
function allOf(
  from: readonly number[],
  to: readonly number[],
  parts: readonly (Widen | undefined)[],
): Widen | undefined {
  if (parts.includes(undefined)) return undefined;
  const bytesOf = (bytes: Uint8Array, offsets: readonly number[], i: number): Uint8Array =>
    bytes.subarray(offsets[i], offsets[i + 1] ?? bytes.length);
  return (source, target) => parts.forEach((part, i) => part!(bytesOf(source, from, i), bytesOf(target, to, i)));
}
