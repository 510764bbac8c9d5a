/**
 * `printf` into the file whose reader makes the kernel walk (stdlib.md 8): the kernel formats it, one value at a time.
 * Text may hold what the kernel does not allow in a format, and is written as it is.
 */
import type { Call, Expr } from "../../../grammar/index.js";
import type { CallCheck } from "../../language/function.js";
import type { Lowering } from "../../language/lowering.js";
import type { Value } from "../../ir/ir.js";
import { parseFormat, type Specifier, specifiersOf } from "../../types/format-string.js";
import { isSignedNumber, type Type, typeName } from "../../types/type.js";
import { seqFile } from "../../vocabulary/seq-file.js";

export function checkSeqFormat({ call, literal, typeOf, bag }: CallCheck): void {
  for (const [i, specifier] of specifiersOf(String(literal(0))).entries()) {
    const value = call.args[i + 1];
    if (value === undefined || kernelConversion(specifier, typeOf(value)) !== undefined) continue;
    const { flags, conversion } = specifier;
    const specifierText = `%${flags.includes("#") ? "#" : ""}${conversion}`;
    return bag.error("seq-format", value.span, { specifier: specifierText, type: typeName(typeOf(value)) });
  }
}

/** Numbers are handed over with all their 64 bits. Its own `%p` would hide the address. */
const NUMBERS: ReadonlyMap<string, string> = new Map([
  ["d", "lld"],
  ["i", "lld"],
  ["u", "llu"],
  ["x", "llx"],
  ["X", "llX"],
  ["c", "c"],
  ["p", "llx"],
]);

/** Undefined: the kernel cannot print that. */
function kernelConversion({ flags, conversion }: Specifier, type: Type): string | undefined {
  if (flags.includes("#")) return undefined;
  if (conversion !== "s") return NUMBERS.get(conversion);
  if (type.kind === "string") return "s";
  if (type.kind === "pointer") return "llx";
  return type.kind === "int" ? (isSignedNumber(type) ? "lld" : "llu") : undefined;
}

/** All values come first: where one of them ends the body, nothing is written. */
export function writeFormatted(cx: Lowering, call: Call): void {
  const values = call.args.slice(1);
  const writes = parseFormat(String(cx.literal(call, 0))).map((part) =>
    part.kind === "text" ? () => writeText(cx, part.text) : valueWriter(cx, part, values.shift()),
  );
  for (const write of writes) write();
}

function writeText(cx: Lowering, text: string): void {
  cx.b.call("seq_write", [seqFile(cx), cx.addressOf(cx.constant(text)), cx.b.int(text.length)]);
}

function valueWriter(cx: Lowering, specifier: Specifier, expr: Expr | undefined): () => void {
  const conversion = expr === undefined ? undefined : kernelConversion(specifier, cx.typeOf(expr));
  if (expr === undefined || conversion === undefined) return () => undefined;
  const isAddress = conversion === "llx" && specifier.conversion !== "x";
  const { flags, width } = specifier;
  const format = `${isAddress ? "0x" : ""}%${flags}${width === "*" ? "" : width}${conversion}\0`;
  const { b } = cx;
  const value = conversion === "s" ? cx.addressOf(cx.placeOf(expr)) : cut(cx, specifier, cx.value(expr));
  return () => {
    const place = cx.temporary(8, 8, "value");
    b.store(place.base, place.offset, 8, value);
    const text = cx.addressOf(cx.constant(format));
    b.call("seq_printf", [seqFile(cx), text, b.int(format.length), cx.addressOf(place), b.int(8)]);
  };
}

/** `%hhd` and `%hd`. */
function cut(cx: Lowering, { length, conversion }: Specifier, value: Value): Value {
  const bits = length === "hh" ? 8 : length === "h" ? 16 : undefined;
  return bits === undefined ? value : cx.b.extend(value, bits, conversion === "d" || conversion === "i");
}
