/** `==` of values in memory: strings, tuples, records, arrays and opaque blobs. */
import type { Expr } from "../../grammar/index.js";
import type { Value } from "../ir/ir.js";
import { layoutOf, sizeOf } from "../types/layout.js";
import { promote } from "../types/promote.js";
import { isScalar, type RecordType, type TupleType, type Type } from "../types/type.js";
import { convertScalar } from "./convert.js";
import type { Place } from "../language/lowering.js";
import { type Align, atOffset, constantPlace, loadScalar, wordAt } from "./memory.js";
import type { ProbeLowering } from "./probe-lowering.js";

/** 1 when the two are equal. */
export function lowerEquality(cx: ProbeLowering, left: Expr, right: Expr): Value {
  if (right.kind === "string") return equalsLiteral(cx, left, right.value, Infinity);
  if (left.kind === "string") return equalsLiteral(cx, right, left.value, Infinity);
  const [a, b] = [cx.typeOf(left), cx.typeOf(right)];
  return equalPlaces(cx, placeOf(cx, left, a), a, placeOf(cx, right, b), b);
}

/** 1 when two strings are equal as far as `limit` bytes go. */
export function lowerStringEquality(cx: ProbeLowering, left: Expr, right: Expr, limit: number): Value {
  if (right.kind === "string") return equalsLiteral(cx, left, right.value, limit);
  if (left.kind === "string") return equalsLiteral(cx, right, left.value, limit);
  const [a, b] = [cx.typeOf(left), cx.typeOf(right)];
  const bytes = Math.min(sizeOf(a), sizeOf(b), limit);
  return equalWords(cx, placeOf(cx, left, a), placeOf(cx, right, b), bytes);
}

/** Where the bytes of an expression can be read; those at foreign addresses are copied first. */
export function placeOf(cx: ProbeLowering, expr: Expr, type: Type): Place {
  if (expr.kind === "tuple" || expr.kind === "record" || isScalar(type)) return cx.inMemory(expr, type);
  const operand = cx.operand(expr);
  if (operand.kind === "memory") return operand.place;
  return cx.inMemory(expr, type);
}

/**
 * The literal and its NUL against the first bytes of the string. A literal that is longer than the
 * string can still be equal as far as the smaller size goes (language.md 7.3).
 */
function equalsLiteral(cx: ProbeLowering, expr: Expr, literal: string, limit: number): Value {
  const type = cx.typeOf(expr);
  const place = placeOf(cx, expr, type);
  const bytes = Math.min(literal.length + 1, sizeOf(type), limit);
  if (bytes > MOST_WORDS * place.align) return equalInLoop(cx, place, constantPlace(cx, literal), bytes);
  return equalBytes(cx, bytes, place.align, (at, width) => [
    cx.b.load(place.base, place.offset + at, width),
    cx.b.int(wordAt(literal, at, width)),
  ]);
}

/** Word by word; leaves at the first difference. */
function equalBytes(
  cx: ProbeLowering,
  bytes: number,
  align: Align,
  words: (at: number, width: Align) => readonly [Value, Value],
): Value {
  const { b } = cx;
  const done = b.block(["int"]);
  let at = 0;
  while (at < bytes) {
    let width: Align = align;
    while (at + width > bytes) width = (width / 2) as Align;
    const [x, y] = words(at, width);
    const next = b.block();
    b.branch("eq", x, y, next, { block: done, args: [b.int(0)] });
    b.switchTo(next);
    at += width;
  }
  b.jump(done, [b.int(1)]);
  b.switchTo(done);
  return b.paramsOf(done)[0] ?? b.int(0);
}

function equalPlaces(cx: ProbeLowering, a: Place, aType: Type, b: Place, bType: Type): Value {
  if (isScalar(aType) && isScalar(bType)) {
    const common = promote(aType, bType) ?? aType;
    const x = convertScalar(cx.b, loadScalar(cx, a, aType), aType, common);
    const y = convertScalar(cx.b, loadScalar(cx, b, bType), bType, common);
    return cx.b.compare("eq", x, y);
  }
  if (aType.kind === "string" && bType.kind === "string") return equalStrings(cx, a, aType, b, bType);
  if (aType.kind === "tuple" && bType.kind === "tuple") return equalTuples(cx, a, aType, b, bType);
  if (aType.kind === "record" && bType.kind === "record") return equalRecords(cx, a, aType, b, bType);
  return equalWords(cx, a, b, Math.min(sizeOf(aType), sizeOf(bType)));
}

/** More comparisons than this are made in a loop. */
const MOST_WORDS = 32;

function equalWords(cx: ProbeLowering, a: Place, b: Place, bytes: number): Value {
  const align = Math.min(a.align, b.align) as Align;
  if (bytes > MOST_WORDS * align) return equalInLoop(cx, a, b, bytes);
  return equalBytes(cx, bytes, align, (at, width) => [
    cx.b.load(a.base, a.offset + at, width),
    cx.b.load(b.base, b.offset + at, width),
  ]);
}

/**
 * The verifier remembers each turn's way out until it has walked it, up to 8,192 of them: beyond so many bytes a turn is that
 * of several words.
 */
const LONG_BYTES = 32_000;
const WORDS_OF_LONG = 16;

/** Some words at a time, from places that are aligned to eight bytes. */
function equalInLoop(cx: ProbeLowering, aPlace: Place, bPlace: Place, bytes: number): Value {
  const { b } = cx;
  const [left, right] = [aligned(cx, aPlace, bytes), aligned(cx, bPlace, bytes)];
  const words = bytes > LONG_BYTES ? WORDS_OF_LONG : 1;
  const whole = bytes - (bytes % (8 * words));
  const [head, next, rest, done] = [b.block(["int"]), b.block(), b.block(), b.block(["int"])];
  const different = { block: done, args: [b.int(0)] };
  b.jump(head, [b.int(0)]);
  b.switchTo(head);
  const at = b.paramsOf(head)[0] ?? b.int(0);
  const x = b.add(cx.addressOf(left), at);
  const y = b.add(cx.addressOf(right), at);
  if (words === 1) b.branch("eq", b.load(x, 0, 8), b.load(y, 0, 8), next, different);
  else b.branch("eq", differenceOf(cx, x, y, words), b.int(0), next, different);
  b.switchTo(next);
  const after = b.add(at, b.int(8 * words));
  b.branch("ult", after, b.int(whole), { block: head, args: [after] }, rest);
  b.switchTo(rest);
  b.jump(done, [equalWords(cx, atOffset(left, whole), atOffset(right, whole), bytes - whole)]);
  b.switchTo(done);
  return b.paramsOf(done)[0] ?? b.int(0);
}

/** 0 when so many words are equal. */
function differenceOf({ b }: ProbeLowering, x: Value, y: Value, words: number): Value {
  const differences = Array.from({ length: words }, (_, i) => b.alu("xor", b.load(x, 8 * i, 8), b.load(y, 8 * i, 8)));
  return differences.reduce((all, difference) => b.alu("or", all, difference));
}

function aligned(cx: ProbeLowering, place: Place, bytes: number): Place {
  if (place.align === 8) return place;
  const copy = cx.temporary(bytes, 8, "aligned");
  cx.b.copy(copy.base, copy.offset, place.base, place.offset, bytes, place.align);
  return copy;
}

/** What follows a NUL is zero in every string of ours, so words decide; a longer one must end in time. */
function equalStrings(cx: ProbeLowering, a: Place, aType: Type, b: Place, bType: Type): Value {
  return equalWords(cx, a, b, Math.min(sizeOf(aType), sizeOf(bType)));
}

function allEqual(cx: ProbeLowering, parts: readonly (() => Value)[]): Value {
  const { b } = cx;
  const done = b.block(["int"]);
  for (const part of parts) {
    const next = b.block();
    b.branch("ne", part(), b.int(0), next, { block: done, args: [b.int(0)] });
    b.switchTo(next);
  }
  b.jump(done, [b.int(1)]);
  b.switchTo(done);
  return b.paramsOf(done)[0] ?? b.int(0);
}

function equalTuples(cx: ProbeLowering, a: Place, aType: TupleType, b: Place, bType: TupleType): Value {
  const [aLayout, bLayout] = [layoutOf(aType), layoutOf(bType)];
  return allEqual(
    cx,
    aType.elements.map((element, i) => () => {
      const other = bType.elements[i] ?? element;
      return equalPlaces(
        cx,
        atOffset(a, aLayout.offsets[i] ?? 0),
        element,
        atOffset(b, bLayout.offsets[i] ?? 0),
        other,
      );
    }),
  );
}

/** By name, whatever the order. */
function equalRecords(cx: ProbeLowering, a: Place, aType: RecordType, b: Place, bType: RecordType): Value {
  const [aLayout, bLayout] = [layoutOf(aType), layoutOf(bType)];
  return allEqual(
    cx,
    aType.fields.map((field, i) => () => {
      const j = bType.fields.findIndex((f) => f.name === field.name);
      const other = bType.fields[j]?.type ?? field.type;
      return equalPlaces(
        cx,
        atOffset(a, aLayout.offsets[i] ?? 0),
        field.type,
        atOffset(b, bLayout.offsets[j] ?? 0),
        other,
      );
    }),
  );
}
