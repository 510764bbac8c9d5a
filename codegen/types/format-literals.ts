/** printf with literal values, at compile time: the text of `fail()`. */
import { parseFormat, type Specifier } from "./format-string.js";

type LiteralValue = bigint | string | boolean;

export function formatLiterals(format: string, values: readonly LiteralValue[]): string {
  let next = 0;
  return parseFormat(format)
    .map((part) => (part.kind === "text" ? part.text : padded(part, converted(part, values[next++] ?? ""))))
    .join("");
}

const RADIXES: Readonly<Record<string, number>> = { x: 16, X: 16, o: 8, p: 16 };

function converted({ conversion }: Specifier, value: LiteralValue): string {
  if (conversion === "s" || typeof value === "string") return String(value);
  const number = BigInt(value);
  if (conversion === "c") return String.fromCharCode(Number(BigInt.asUintN(8, number)));
  const radix = RADIXES[conversion];
  if (radix === undefined) return number.toString();
  const digits = BigInt.asUintN(64, number).toString(radix);
  return conversion === "X" ? digits.toUpperCase() : conversion === "p" ? `0x${digits}` : digits;
}

function padded({ flags, width }: Specifier, text: string): string {
  const columns = Number(width) || 0;
  return flags.includes("-") ? text.padEnd(columns) : text.padStart(columns, flags.includes("0") ? "0" : " ");
}
