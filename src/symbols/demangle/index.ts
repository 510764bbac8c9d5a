/** Names of symbols as their languages write them. Byte strings. */
import { demangleD } from "./d.js";
import { demangleRustLegacy } from "./rust-legacy.js";
import { demangleRustV0 } from "./rust-v0.js";
import { demangleSwift } from "./swift.js";

/** Of C++; what the reference takes in Apple's manner, too. */
const MANGLED = /^(?:___)?_Z/;

/** Go writes a dot in the last part of a package's path, and what is no letter, as in a URL. */
const GO_ESCAPED = /%[0-9a-f]{2}/;

/** @param demangleCpp - by the C++ library */
export function demangle(symbol: string, demangleCpp: (symbol: string) => string | undefined): string {
  if (symbol.startsWith("_") || symbol.startsWith("$")) {
    const found =
      demangleSwift(symbol) ??
      demangleRustV0(symbol) ??
      demangleRustLegacy(symbol) ??
      (MANGLED.test(symbol) ? demangleCpp(symbol) : demangleD(symbol));
    return found ?? symbol;
  }
  return GO_ESCAPED.test(symbol) && symbol.includes(".") ? unescapeGo(symbol) : symbol;
}

const unescapeGo = (symbol: string): string =>
  symbol.replace(/%([0-9a-f]{2})/g, (_all, digits: string) => String.fromCharCode(parseInt(digits, 16)));
