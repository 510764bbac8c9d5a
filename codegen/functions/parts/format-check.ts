/** The compile-time checks of format strings, in the order of stdlib.md 5. */
import { MAX_WIDTH, type Specifier, specifiersOf } from "../../types/format-string.js";
import { isUnreadable, type Type, typeName } from "../../types/type.js";
import type { Help } from "../../../grammar/index.js";
import type { CallCheck } from "../../language/function.js";

export function checkFormat({ call, literal, typeOf, bag }: CallCheck): void {
  const format = literal(0);
  if (typeof format !== "string") return;
  const specifiers = specifiersOf(format);
  const values = call.args.slice(1);
  const counts = { given: values.length, needed: specifiers.length };
  if (counts.given < counts.needed) return bag.error("format-too-few", call.span, counts);
  if (counts.given > counts.needed) return bag.error("format-too-many", call.span, counts);
  for (const [i, specifier] of specifiers.entries()) {
    const { conversion } = specifier;
    const value = values[i];
    if (value === undefined) continue;
    const type = typeOf(value);
    if (type.kind === "none" || type.kind === "void") return bag.error("format-none", call.span, { conversion });
    if (!CONVERSIONS.has(conversion)) return bag.error("format-unsupported", call.span, { conversion });
    if (!accepts(conversion, type)) {
      const help = (): Help => ({ hints: [`\`%${fitting(type)}\` prints a value of this type.`] });
      return bag.error("format-type", call.span, { conversion, type: typeName(type) }, { help });
    }
    if (!checkWidth({ call, bag }, specifier)) return;
  }
}

/** False: it has been reported. */
export function checkWidth({ call, bag }: Pick<CallCheck, "call" | "bag">, specifier: Specifier): boolean {
  const { conversion } = specifier;
  const what = (["width", "precision"] as const).find((part) => Number(specifier[part]) > MAX_WIDTH);
  if (what === undefined) return true;
  bag.error("format-width", call.span, { conversion, what, max: MAX_WIDTH, given: specifier[what] });
  return false;
}

const INTEGER_CONVERSIONS: ReadonlySet<string> = new Set(["d", "i", "u", "o", "x", "X", "c", "p", "gr"]);
const BUFFER_CONVERSIONS: ReadonlySet<string> = new Set(["r", "rx", "rh"]);
const CONVERSIONS: ReadonlySet<string> = new Set([...INTEGER_CONVERSIONS, ...BUFFER_CONVERSIONS, "s"]);
const INTEGER_LIKE: ReadonlySet<Type["kind"]> = new Set(["int", "bool", "pointer", "enum"]);

const fitting = (type: Type): string => (INTEGER_LIKE.has(type.kind) ? "d" : type.kind === "buffer" ? "r" : "s");

function accepts(conversion: string, type: Type): boolean {
  if (INTEGER_CONVERSIONS.has(conversion)) return INTEGER_LIKE.has(type.kind);
  if (BUFFER_CONVERSIONS.has(conversion)) return type.kind === "buffer";
  return !isUnreadable(type);
}
