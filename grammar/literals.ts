/** The literal rules of language.md 1.4 and 1.5. */

/** What is wrong with a literal, and where in its text. */
export interface LiteralError {
  readonly error: string;
  /** Half open, from the start of the text. */
  readonly start: number;
  readonly end: number;
}

const MAX_U64 = 2n ** 64n - 1n;
const MAX_I64 = 2n ** 63n - 1n;

/** What a suffix multiplies by, and the largest value that it allows. */
const SUFFIXES: ReadonlyMap<string, { readonly factor: bigint; readonly max: bigint }> = new Map([
  ["", { factor: 1n, max: MAX_U64 }],
  ["u", { factor: 1n, max: 2n ** 32n - 1n }],
  ["ul", { factor: 1n, max: MAX_U64 }],
  ["ull", { factor: 1n, max: MAX_U64 }],
  ["l", { factor: 1n, max: MAX_I64 }],
  ["ll", { factor: 1n, max: MAX_I64 }],
  ["ns", { factor: 1n, max: MAX_U64 }],
  ["us", { factor: 1_000n, max: MAX_U64 }],
  ["ms", { factor: 1_000_000n, max: MAX_U64 }],
  ["s", { factor: 1_000_000_000n, max: MAX_U64 }],
  ["m", { factor: 60_000_000_000n, max: MAX_U64 }],
  ["h", { factor: 3_600_000_000_000n, max: MAX_U64 }],
  ["d", { factor: 86_400_000_000_000n, max: MAX_U64 }],
]);

/** More digits than this overflow in every base, and need not be converted to see it. */
const MAX_DIGITS = 80;

const RADIXES = [
  { prefix: /^0[xX]/, digits: /^[0-9a-fA-F]*/, toBigInt: "0x" },
  { prefix: /^0[bB]/, digits: /^[01]*/, toBigInt: "0b" },
  { prefix: /^(?=0[0-9])/, digits: /^[0-7]*/, toBigInt: "0o" },
  { prefix: /^/, digits: /^[0-9]*/, toBigInt: "" },
] as const;

/**
 * The routine behind every integer: attach points, positional and named parameters, config values, and
 * (after {@link readInteger} has looked at the spelling) literals in expressions. `_` is ignored.
 * Like the C library's, it lets a leading `-` wrap to 64 bits.
 */
export function parseIntegerText(text: string): bigint | { readonly error: string } {
  const { isNegative, rest } = splitSign(text);
  const magnitude = parseMagnitude(rest, text);
  return isNegative && typeof magnitude === "bigint" ? BigInt.asUintN(64, -magnitude) : magnitude;
}

/** As {@link parseIntegerText}, but `-5` is minus five: the text of a positional parameter. */
export function parseSignedIntegerText(text: string): bigint | { readonly error: string } {
  const { isNegative, rest } = splitSign(text);
  const magnitude = parseMagnitude(rest, text);
  if (!isNegative || typeof magnitude !== "bigint") return magnitude;
  return magnitude <= MAX_I64 + 1n
    ? -magnitude
    : { error: `overflow error, minimum value is ${-MAX_I64 - 1n}: ${text}` };
}

/** White space and a sign are what the C library allows in front, before or behind the prefix of another base. */
function splitSign(text: string): { readonly isNegative: boolean; readonly rest: string } {
  const [, prefix = "", sign = "", rest = ""] = /^(0[xXbB])?[ \t\n\v\f\r]*([-+]?)(.*)$/s.exec(text) ?? [];
  return { isNegative: sign === "-", rest: prefix + rest };
}

function parseMagnitude(text: string, shown: string): bigint | { readonly error: string } {
  const compact = text.replaceAll("_", "");
  const radix = RADIXES.find((r) => r.prefix.test(compact)) ?? RADIXES[3];
  const body = compact.replace(radix.prefix, "");
  const digits = radix.digits.exec(body)?.[0] ?? "";
  if (digits === "") return { error: `invalid integer: ${/^0[xXbB]/.test(shown) ? body : shown}` };
  const rest = body.slice(digits.length);
  const value = toBigInt(radix.toBigInt, digits);
  const exponent = /^[eE]([1-9][0-9]*)(.*)$/s.exec(rest);
  if (exponent === null) return withSuffix(value, rest, shown);
  if (!/^[1-9]$/.test(digits)) {
    return { error: `coefficient part of scientific literal must be 1-9: ${shown}` };
  }
  const [, power = "", suffix = ""] = exponent;
  if (power.length > 19) return { error: `invalid exponent: ${shown}` };
  // Beyond 10^20 every value overflows.
  return withSuffix(value * 10n ** BigInt(Math.min(Number(power), 21)), suffix, shown);
}

const toBigInt = (prefix: string, digits: string): bigint => {
  const significant = digits.replace(/^0+(?=.)/, "");
  return significant.length > MAX_DIGITS ? MAX_U64 + 1n : BigInt(prefix + significant);
};

function withSuffix(value: bigint, text: string, shown: string): bigint | { readonly error: string } {
  const suffix = SUFFIXES.get(text);
  if (suffix === undefined) return { error: `invalid trailing bytes: ${shown}` };
  const result = value * suffix.factor;
  return result <= suffix.max ? result : { error: `overflow error, maximum value is ${suffix.max}: ${shown}` };
}

/**
 * What an integer literal may look like. A hexadecimal one ends at the first byte that is no digit, one with a suffix at
 * the first digit behind that; every other one takes all letters and digits that follow.
 */
const SPELLINGS = [
  /0[xX][0-9a-fA-F_]*/y,
  /[0-9_]+(?:[eE][1-9][0-9_]*)?(?:u(?:ll?)?|ll?|[num]?s|[mhd])(?=[0-9])/y,
  /[0-9A-Za-z_]+/y,
] as const;

/** How far an integer literal reaches from its first digit at `start`. */
export function integerEnd(text: string, start: number): number {
  for (const spelling of SPELLINGS) {
    spelling.lastIndex = start;
    if (spelling.test(text)) return spelling.lastIndex;
  }
  return start;
}

const PLAIN = /^(?:0|[1-9][0-9]{0,14})$/;
const SPELLING = /^([0-9_]+)((?:[eE](?:[1-9][0-9_]*)?)?)(.*)$/s;
const SUFFIX_IN_ANY_CASE = /^(?:u(?:ll?)?|ll?|[num]?s|[mhd])?$/i;

/** The value of an integer literal in an expression; `text` is what {@link integerEnd} delimits. */
export function readInteger(text: string): bigint | LiteralError {
  if (PLAIN.test(text)) return BigInt(text);
  const whole = (error: string): LiteralError => ({ error, start: 0, end: text.length });
  if (/^0[xX]/.test(text)) {
    return text.endsWith("_") ? trailingUnderscore(text.length) : located(parseIntegerText(text), whole);
  }
  const [, digits = "", exponent = "", suffix = ""] = SPELLING.exec(text) ?? [];
  if (digits.endsWith("_")) return trailingUnderscore(digits.length);
  if (exponent.endsWith("_")) return trailingUnderscore(digits.length + exponent.length);
  if (/^[eE]$/.test(exponent)) return whole(`invalid trailing bytes: ${text}`);
  if (!SUFFIX_IN_ANY_CASE.test(suffix)) {
    return { error: `invalid integer suffix '${suffix}'`, start: text.length - suffix.length, end: text.length };
  }
  return located(parseIntegerText(text), whole);
}

const trailingUnderscore = (end: number): LiteralError => ({
  error: "trailing underscore in integer literal",
  start: end - 1,
  end,
});

const located = (
  result: bigint | { readonly error: string },
  at: (error: string) => LiteralError,
): bigint | LiteralError => (typeof result === "bigint" ? result : at(result.error));

const SIMPLE_ESCAPES: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["t", "\t"],
  ["r", "\r"],
  ['"', '"'],
  ["\\", "\\"],
]);

const OCTAL = /[0-7]{1,3}/y;
const HEX = /[xX]([0-9a-fA-F]{1,2})/y;
const WORD = /\w+|./sy;

/** The bytes that a string literal stands for; `text` is the literal with its quotes. */
export function readString(text: string): string | LiteralError {
  const end = text.endsWith('"') && text.length > 1 ? text.length - 1 : text.length;
  let value = "";
  let at = 1;
  for (let slash = text.indexOf("\\", at); slash !== -1; slash = text.indexOf("\\", at)) {
    const escape = readEscape(text, slash + 1);
    if ("error" in escape) return escape;
    value += text.slice(at, slash) + escape.value;
    at = escape.next;
  }
  return value + text.slice(at, end);
}

type Escape = { readonly value: string; readonly next: number } | LiteralError;

function readEscape(text: string, at: number): Escape {
  const letter = text.charAt(at);
  const simple = SIMPLE_ESCAPES.get(letter);
  if (simple !== undefined) return { value: simple, next: at + 1 };
  if (/[0-7]/.test(letter)) return readOctal(text, at);
  if (/[xX]/.test(letter)) return readHex(text, at);
  return { error: `invalid escape character '\\${letter}'`, start: at, end: at + 1 };
}

function readOctal(text: string, at: number): Escape {
  OCTAL.lastIndex = at;
  const digits = OCTAL.exec(text)?.[0] ?? "";
  const value = Number.parseInt(digits, 8);
  const next = at + digits.length;
  if (value > 0xff) return { error: `octal escape sequence out of range '\\${digits}'`, start: at - 1, end: next };
  return { value: String.fromCharCode(value), next };
}

function readHex(text: string, at: number): Escape {
  HEX.lastIndex = at;
  const digits = HEX.exec(text)?.[1];
  if (digits === undefined) {
    WORD.lastIndex = at + 1;
    WORD.test(text);
    return { error: "invalid hex escape sequence", start: at + 1, end: Math.max(WORD.lastIndex, at + 2) };
  }
  return { value: String.fromCharCode(Number.parseInt(digits, 16)), next: at + 1 + digits.length };
}
