/** Integer constants of C with their types: literals and arithmetic as on x86-64. */

export interface Constant {
  /** Mathematical. */
  readonly value: bigint;
  readonly bytes: 1 | 2 | 4 | 8;
  readonly isSigned: boolean;
}

/** Wraps to the type. */
export function constant(value: bigint, bytes: Constant["bytes"], isSigned: boolean): Constant {
  const bits = bytes * 8;
  return { value: isSigned ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value), bytes, isSigned };
}

export const intConstant = (value: bigint): Constant => constant(value, 4, true);
export const truth = (value: boolean): Constant => intConstant(value ? 1n : 0n);

// ---------------------------------------------------------------- literals

const INTEGER = /^(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|(0[0-7]*)|([1-9][0-9]*))([uUlL]*)$/;
const SUFFIX = /^(?:u(?:l|ll|L|LL)?|(?:l|ll|L|LL)u?)?$/i;

/** More digits overflow in every base. */
const MAX_DIGITS = 80;

/** `undefined` for what is no integer. */
export function integerLiteral(text: string): Constant | undefined {
  if (text.length > MAX_DIGITS) return undefined;
  const match = INTEGER.exec(text);
  if (match === null || !SUFFIX.test(match[5] ?? "")) return undefined;
  const [, hexadecimal, binary, octal, decimal, suffix = ""] = match;
  const value = BigInt(
    prefixed("0x", hexadecimal) ?? prefixed("0b", binary) ?? prefixed("0o", octal) ?? decimal ?? "0",
  );
  return typedLiteral(value, {
    isDecimal: decimal !== undefined,
    isUnsigned: /u/i.test(suffix),
    isLong: /l/i.test(suffix),
  });
}

const prefixed = (prefix: string, digits: string | undefined): string | undefined =>
  digits === undefined ? undefined : prefix + digits;

interface LiteralForm {
  readonly isDecimal: boolean;
  readonly isUnsigned: boolean;
  readonly isLong: boolean;
}

/** The first type of C's list that holds the value. */
function typedLiteral(value: bigint, { isDecimal, isUnsigned, isLong }: LiteralForm): Constant {
  for (const bytes of isLong ? ([8] as const) : ([4, 8] as const)) {
    const signed = constant(value, bytes, true);
    if (!isUnsigned && signed.value === value) return signed;
    const unsigned = constant(value, bytes, false);
    if ((isUnsigned || !isDecimal || bytes === 8) && unsigned.value === value) return unsigned;
  }
  return constant(value, 8, false);
}

const ESCAPES: Readonly<Record<string, number>> = {
  n: 10,
  t: 9,
  r: 13,
  a: 7,
  b: 8,
  f: 12,
  v: 11,
  e: 27,
  "0": 0,
};

/** Of a character literal with its quotes; several characters make one number. */
export function characterLiteral(text: string): Constant {
  const quote = text.indexOf("'");
  const isWide = quote > 0;
  let value = 0n;
  let count = 0;
  for (const code of characterCodes(text.slice(quote + 1, -1))) {
    value = isWide ? BigInt(code) : (value << 8n) | BigInt(code & 0xff);
    count++;
  }
  return count === 1 && !isWide ? constant(BigInt.asIntN(8, value), 4, true) : intConstant(value);
}

/** How many characters a string literal has, the NUL not counted. */
export const stringLength = (text: string): number => [...characterCodes(text.slice(text.indexOf('"') + 1, -1))].length;

function* characterCodes(text: string): Generator<number> {
  const PARTS = /\\(?:x([0-9a-fA-F]+)|([0-7]{1,3})|([^]))|([^])/g;
  for (const [, hexadecimal, octal, escaped, plain] of text.matchAll(PARTS)) {
    if (hexadecimal !== undefined) yield Number.parseInt(hexadecimal.slice(-8), 16);
    else if (octal !== undefined) yield Number.parseInt(octal, 8);
    else if (escaped !== undefined) yield ESCAPES[escaped] ?? escaped.charCodeAt(0);
    else yield (plain ?? "").charCodeAt(0);
  }
}

// ---------------------------------------------------------------- arithmetic

/** What operators see of types smaller than int. */
const promoted = (c: Constant): Constant => (c.bytes < 4 ? constant(c.value, 4, true) : c);

interface Common {
  readonly bytes: 4 | 8;
  readonly isSigned: boolean;
}

function commonType(a: Constant, b: Constant): Common {
  if (a.bytes !== b.bytes) return { bytes: 8, isSigned: a.bytes > b.bytes ? a.isSigned : b.isSigned };
  return { bytes: a.bytes === 8 ? 8 : 4, isSigned: a.isSigned && b.isSigned };
}

type Fold = (a: bigint, b: bigint) => bigint;
type Test = (a: bigint, b: bigint) => boolean;

const ARITHMETIC: Readonly<Record<string, Fold>> = {
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "&": (a, b) => a & b,
  "^": (a, b) => a ^ b,
  "|": (a, b) => a | b,
};

const COMPARISONS: Readonly<Record<string, Test>> = {
  "<": (a, b) => a < b,
  ">": (a, b) => a > b,
  "<=": (a, b) => a <= b,
  ">=": (a, b) => a >= b,
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
};

/** `undefined`: division by zero. */
export function binaryConstant(op: string, left: Constant, right: Constant): Constant | undefined {
  const [a, b] = [promoted(left), promoted(right)];
  if (op === "<<" || op === ">>") return shift(op, a, b);
  const common = commonType(a, b);
  const x = constant(a.value, common.bytes, common.isSigned).value;
  const y = constant(b.value, common.bytes, common.isSigned).value;
  const compare = COMPARISONS[op];
  if (compare !== undefined) return truth(compare(x, y));
  if (y === 0n && (op === "/" || op === "%")) return undefined;
  const fold = ARITHMETIC[op];
  return fold && constant(fold(x, y), common.bytes, common.isSigned);
}

/** Counts are taken as the machine takes them. */
function shift(op: "<<" | ">>", a: Constant, b: Constant): Constant {
  const count = b.value & BigInt(a.bytes * 8 - 1);
  return constant(op === "<<" ? a.value << count : a.value >> count, a.bytes, a.isSigned);
}

const UNARY: Readonly<Record<string, (c: Constant) => Constant>> = {
  "+": (c) => c,
  "-": (c) => constant(-c.value, c.bytes, c.isSigned),
  "~": (c) => constant(~c.value, c.bytes, c.isSigned),
  "!": (c) => truth(c.value === 0n),
};

export const unaryConstant = (op: string, operand: Constant): Constant | undefined => UNARY[op]?.(promoted(operand));

/** The type that `cond ? a : b` has. */
export function meetConstants(chosen: Constant, other: Constant): Constant {
  const common = commonType(promoted(chosen), promoted(other));
  return constant(chosen.value, common.bytes, common.isSigned);
}
