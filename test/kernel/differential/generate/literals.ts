/** Literals as the language folds them (language.md 8.1, 17.1). */
import type { ArithmeticOp, Expr } from "../program.js";
import { int, type IntType, UINT64 } from "../types.js";
import type { Context } from "./context.js";

export const INTERESTING: readonly bigint[] = [
  ...[0n, 1n, 2n, 5n, 127n, 128n, 255n, 256n, 32767n, 65535n, 2147483647n, 2147483648n, 4294967295n, 4294967296n],
  ...[2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n],
];

export const literal = (value: bigint, text = value < 0n ? `(${value})` : `${value}`): Expr => ({
  kind: "literal",
  text,
  value,
  result: typeOf(value),
});

function typeOf(value: bigint): IntType {
  if (value >= 2n ** 63n) return UINT64;
  const bytes = ([1, 2, 4, 8] as const).find((b) => BigInt.asIntN(b * 8, value) === value) ?? 8;
  return value < 0n ? int(bytes, true) : { ...int(bytes, true), isFlexible: true };
}

/** A number, or a calculation that is done by the compiler. */
export function randomLiteral(cx: Context, isSmall = false): Expr {
  const plain = isSmall ? BigInt(cx.below(40)) : cx.once(2) ? cx.pick(INTERESTING) : BigInt(cx.below(1000));
  if (cx.once(3)) return literal(plain);
  if (cx.once(2) && plain < 2n ** 63n) return literal(-plain);
  const other = BigInt(1 + cx.below(200));
  const op = cx.pick(["+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>"] as const);
  const by = op === "<<" || op === ">>" ? other % 8n : other;
  const value = EXACT[op](plain, by);
  return value < -(2n ** 63n) || value >= 2n ** 64n ? literal(plain) : literal(value, `(${plain} ${op} ${by})`);
}

const EXACT: { readonly [O in ArithmeticOp]: (a: bigint, b: bigint) => bigint } = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
  "&": (a, b) => a & b,
  "|": (a, b) => a | b,
  "^": (a, b) => a ^ b,
  "<<": (a, b) => a << b,
  ">>": (a, b) => a >> b,
};
