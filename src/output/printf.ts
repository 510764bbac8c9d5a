/** The printf engine (stdlib.md 5). A call site is compiled once; an event then costs its conversions. */
import type { ValueFormat } from "../../codegen/object.js";
import { parseFormat, type Specifier } from "../../codegen/types/format-string.js";
import type { Argument } from "./argument.js";
import { BUFFER_TEXT } from "./buffer-text.js";
import { gfpFlags } from "./gfp-flags.js";
import type { Integer } from "./integer.js";
import { textOf, type TextWriter, writingText } from "./text-buffer.js";
import type { TextReader } from "./value-text.js";

/** A literal, or what one conversion writes. */
export interface Piece {
  readonly literal?: string;
  /** Nothing but signs and decimal digits. */
  readonly isNumber: boolean;
  readonly write: TextWriter;
}

/** The compiler has checked the number of arguments and their types. */
export const compilePrintfWriter = (format: string, args: readonly Argument[]): TextWriter =>
  inTurn(compilePieces(format, args).map(({ write }) => write));

/** For who wants a string. */
export function compilePrintf(format: string, args: readonly Argument[]): TextReader {
  const write = compilePrintfWriter(format, args);
  return (m, at) => textOf(write, m, at);
}

export function compilePieces(format: string, args: readonly Argument[]): readonly Piece[] {
  let next = 0;
  return parseFormat(format).flatMap((part): readonly Piece[] => {
    if (part.kind === "text") return [{ literal: part.text, isNumber: false, write: literalWriter(part.text) }];
    const arg = args[next++];
    return arg === undefined ? [] : [conversionPiece(part, arg)];
  });
}

export function inTurn(writers: readonly TextWriter[]): TextWriter {
  const [first] = writers;
  if (first !== undefined && writers.length === 1) return first;
  return (m, at, to) => {
    for (let i = 0; i < writers.length; i++) (writers[i] as TextWriter)(m, at, to);
  };
}

export function literalWriter(text: string): TextWriter {
  const bytes = Buffer.from(text, "latin1");
  return (_m, _at, to) => to.copy(bytes, 0, bytes.length);
}

/** What most events are made of goes from memory to memory. */
function conversionPiece(spec: Specifier, arg: Argument): Piece {
  if (widthOf(spec) === 0) {
    if (spec.conversion === "s") return { isNumber: arg.format.kind === "int", write: arg.writer() };
    const converts = DECIMAL[spec.conversion];
    if (converts !== undefined && !spec.flags.includes("+")) {
      const convert = converts[keptBits(spec)] as (n: Integer) => Integer;
      const read = arg.integer();
      return { isNumber: true, write: (m, at, to) => to.integer(convert(read(m, at))) };
    }
  }
  return { isNumber: false, write: writingText(compileConversion(spec, arg)) };
}

type Compile = (spec: Specifier, arg: Argument) => TextReader;

function compileConversion(spec: Specifier, arg: Argument): TextReader {
  const compile = CONVERSIONS[spec.conversion];
  return compile === undefined ? () => "" : compile(spec, arg);
}

const CONVERSIONS: Readonly<Record<string, Compile>> = {
  d: signed,
  i: signed,
  u: unsigned(10, ""),
  o: unsigned(8, "0"),
  x: unsigned(16, "0x"),
  X: unsigned(16, "0X"),
  c: (spec, arg) =>
    padded(
      spec,
      fromInteger(arg, (n) => String.fromCharCode(Number(BigInt.asUintN(8, BigInt(n))))),
    ),
  p: (spec, arg) => padded(spec, fromInteger(arg, pointerText)),
  s: string,
  r: buffer("r"),
  rx: buffer("rx"),
  rh: buffer("rh"),
  gr: (spec, arg) =>
    padded(
      spec,
      arg.format.kind === "bool"
        ? fromInteger(arg, (n) => `!{invalid GFP flags conversion: ${n === 0 ? "false" : "true"}}`)
        : fromInteger(arg, gfpFlags),
    ),
};

// ---------------------------------------------------------------- padding

function pad(spec: Specifier, text: string): string {
  const fill = spec.flags.includes("0") ? "0" : " ";
  return spec.flags.includes("-") ? text.padEnd(widthOf(spec), fill) : text.padStart(widthOf(spec), fill);
}

/** `*` counts as no width. */
const widthOf = (spec: Specifier): number => Number(spec.width) || 0;

/** The fill is a plain pad character: zeros go in front of a sign too. */
const padded = (spec: Specifier, read: TextReader): TextReader =>
  widthOf(spec) === 0 ? read : (m, at) => pad(spec, read(m, at));

// ---------------------------------------------------------------- integers

/** Bits that a run of length modifiers keeps; runs that are not listed count as none. */
const KEPT_BITS: Readonly<Record<string, number>> = { hh: 8, h: 16, l: 64, ll: 64, j: 64, z: 64, t: 64 };
const keptBits = (spec: Specifier): number => KEPT_BITS[spec.length] ?? 32;

function fromInteger(arg: Argument, text: (n: Integer) => string): TextReader {
  const read = arg.integer();
  return (m, at) => text(read(m, at));
}

const TO_SIGNED: Readonly<Record<number, (n: Integer) => Integer>> = {
  8: (n) => (low32(n) << 24) >> 24,
  16: (n) => (low32(n) << 16) >> 16,
  32: (n) => low32(n) | 0,
  64: (n) => (typeof n === "number" ? n : BigInt.asIntN(64, n)),
};

const TO_UNSIGNED: Readonly<Record<number, (n: Integer) => Integer>> = {
  8: (n) => low32(n) & 0xff,
  16: (n) => low32(n) & 0xffff,
  32: (n) => low32(n) >>> 0,
  64: (n) => (typeof n === "number" && n >= 0 ? n : BigInt.asUintN(64, BigInt(n))),
};

/** Conversions that write decimal digits. */
const DECIMAL: Readonly<Record<string, Readonly<Record<number, (n: Integer) => Integer>>>> = {
  d: TO_SIGNED,
  i: TO_SIGNED,
  u: TO_UNSIGNED,
};

const low32 = (n: Integer): number => (typeof n === "number" ? n : Number(BigInt.asUintN(32, n)));

function signed(spec: Specifier, arg: Argument): TextReader {
  const convert = TO_SIGNED[keptBits(spec)] as (n: Integer) => Integer;
  const text = spec.flags.includes("+")
    ? (n: Integer) => ((n = convert(n)) >= 0 ? `+${n}` : n.toString())
    : (n: Integer) => convert(n).toString();
  return padded(spec, fromInteger(arg, text));
}

function unsigned(base: number, prefix: string): Compile {
  return (spec, arg) => {
    const convert = TO_UNSIGNED[keptBits(spec)] as (n: Integer) => Integer;
    const shown = spec.flags.includes("#") ? prefix : "";
    const isUpper = spec.conversion === "X";
    return padded(
      spec,
      fromInteger(arg, (n) => {
        const value = convert(n);
        const digits = value.toString(base);
        return (value === 0 || value === 0n ? "" : shown) + (isUpper ? digits.toUpperCase() : digits);
      }),
    );
  };
}

/** All 64 bits; null is a bare `0`. */
function pointerText(n: Integer): string {
  const address = BigInt.asUintN(64, BigInt(n));
  return address === 0n ? "0" : `0x${address.toString(16)}`;
}

// ---------------------------------------------------------------- strings and buffers

/** What a composite value emits first: only that is padded. */
const FIRST_TOKEN: Partial<Record<ValueFormat["kind"], string>> = { tuple: "(", array: "[", record: "{ " };

function string(spec: Specifier, arg: Argument): TextReader {
  const read = arg.text();
  const token = FIRST_TOKEN[arg.format.kind];
  if (token === undefined || widthOf(spec) === 0) return padded(spec, read);
  const opening = pad(spec, token);
  return (m, at) => {
    const text = read(m, at);
    return text.startsWith(token) ? opening + text.slice(token.length) : pad(spec, text);
  };
}

function buffer(conversion: keyof typeof BUFFER_TEXT): Compile {
  return (spec, arg) => {
    const read = arg.buffer();
    return padded(spec, (m, at) => BUFFER_TEXT[conversion](read(m, at)));
  };
}
