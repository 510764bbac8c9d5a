/** Values in memory: writing a value where it is going, reading scalars out of it. */
import type { Expr, Span } from "../../grammar/index.js";
import { InternalError } from "../internal-error.js";
import type { Value } from "../ir/ir.js";
import { layoutOf, sizeOf } from "../types/layout.js";
import { isScalar, isSignedNumber, type RecordType, sameType, type TupleType, type Type } from "../types/type.js";
import { convertScalar } from "./convert.js";
import { builtinNamed } from "../language/language.js";
import type { Operand, Place } from "../language/lowering.js";
import type { ProbeLowering } from "./probe-lowering.js";

export type Align = 1 | 2 | 4 | 8;

/** The place `bytes` behind another. */
export function atOffset(place: Place, bytes: number): Place {
  const offset = place.offset + bytes;
  return { base: place.base, offset, align: alignAt(place.align, bytes) };
}

function alignAt(align: Align, bytes: number): Align {
  let at: Align = align;
  while (bytes % at !== 0) at = (at / 2) as Align;
  return at;
}

export function storeScalar(cx: ProbeLowering, place: Place, type: Type, value: Value): void {
  const bytes = sizeOf(type) as Align;
  if (bytes <= place.align) return cx.b.store(place.base, place.offset, bytes, value);
  for (let i = 0; i < bytes; i += place.align) {
    const piece = i === 0 ? value : cx.b.alu("shr", value, cx.b.int(i * 8));
    cx.b.store(place.base, place.offset + i, place.align, piece);
  }
}

export function loadScalar(cx: ProbeLowering, place: Place, type: Type): Value {
  const bytes = sizeOf(type) as Align;
  const isExtended = isSignedNumber(type) && bytes < 8;
  if (bytes <= place.align) return cx.b.load(place.base, place.offset, bytes, isExtended);
  const whole = cx.temporary(8, 8, "unaligned");
  cx.b.copy(whole.base, whole.offset, place.base, place.offset, bytes, place.align);
  return cx.b.load(whole.base, whole.offset, bytes, isExtended);
}

/** Writes the value of `expr`, converted to `type`; padding and what follows a string become zero. */
export function writeOperand(cx: ProbeLowering, expr: Expr, type: Type, place: Place): void {
  if (expr.kind === "tuple" && type.kind === "tuple") return writeElements(cx, expr.elements, type, place);
  if (expr.kind === "record" && type.kind === "record") return writeRecord(cx, expr, type, place);
  if (expr.kind === "string" && type.kind === "string") return writeLiteral(cx, expr.value, type.sizeBytes, place);
  if (isScalar(type)) return storeScalar(cx, place, type, cx.valueAs(expr, type));
  if (writeCall(cx, expr, type, place) || writeBuiltin(cx, expr, type, place)) return;
  copyOperand(cx, cx.operand(expr), cx.typeOf(expr), type, place, expr);
}

function writeBuiltin(cx: ProbeLowering, expr: Expr, type: Type, place: Place): boolean {
  const builtin = expr.kind === "identifier" || expr.kind === "call" ? builtinNamed(cx.language, expr.name) : undefined;
  if (builtin?.lowerInto === undefined) return false;
  const bytes = sizeOf(cx.typeOf(expr));
  builtin.lowerInto(cx, place, expr);
  zeroAt(cx, place, bytes, sizeOf(type) - bytes);
  return true;
}

function writeCall(cx: ProbeLowering, expr: Expr, type: Type, place: Place): boolean {
  const definition = expr.kind === "call" ? cx.language.functions.get(expr.name) : undefined;
  if (expr.kind !== "call" || definition?.kind !== "function" || definition.lowerInto === undefined) return false;
  const bytes = sizeOf(cx.typeOf(expr));
  definition.lowerInto(cx, expr, place);
  zeroAt(cx, place, bytes, sizeOf(type) - bytes);
  return true;
}

function writeElements(cx: ProbeLowering, elements: readonly Expr[], type: TupleType, place: Place): void {
  const layout = layoutOf(type);
  zeroPadding(cx, type, place);
  for (const [i, element] of elements.entries()) {
    const elementType = type.elements[i];
    if (elementType !== undefined) cx.into(element, elementType, atOffset(place, layout.offsets[i] ?? 0));
  }
}

/** The fields are evaluated as written, and stored in the order of the type. */
function writeRecord(cx: ProbeLowering, expr: Extract<Expr, { kind: "record" }>, type: RecordType, place: Place): void {
  const layout = layoutOf(type);
  zeroPadding(cx, type, place);
  for (const { name, value } of expr.fields) {
    const i = type.fields.findIndex((f) => f.name === name);
    const field = type.fields[i];
    if (field !== undefined) cx.into(value, field.type, atOffset(place, layout.offsets[i] ?? 0));
  }
}

/** Only where the layout has holes. */
function zeroPadding(cx: ProbeLowering, type: TupleType | RecordType, place: Place): void {
  const types = type.kind === "tuple" ? type.elements : type.fields.map((f) => f.type);
  const layout = layoutOf(type);
  let end = 0;
  for (const [i, element] of types.entries()) {
    const offset = layout.offsets[i] ?? 0;
    zeroAt(cx, place, end, offset - end);
    end = offset + sizeOf(element);
  }
  zeroAt(cx, place, end, layout.sizeBytes - end);
}

function zeroAt(cx: ProbeLowering, place: Place, offset: number, bytes: number): void {
  const at = atOffset(place, offset);
  cx.b.zero(at.base, at.offset, bytes, at.align);
}

/** Where the bytes of a literal lie for good. */
export function constantPlace(cx: ProbeLowering, text: string): Place {
  const { map, offset } = cx.module.constant(text);
  return { base: cx.b.mapValue(map, offset), offset: 0, align: 8 };
}

/** The bytes of a literal, eight at a time. */
export function writeLiteral(cx: ProbeLowering, text: string, capacity: number, place: Place): void {
  const used = Math.min(text.length + 1, capacity);
  let at = 0;
  while (at < used) {
    const { align } = atOffset(place, at);
    let width: Align = align;
    while (at + width > capacity) width = (width / 2) as Align;
    cx.b.store(place.base, place.offset + at, width, cx.b.int(wordAt(text, at, width)));
    at += width;
  }
  zeroAt(cx, place, at, capacity - at);
}

/** Little-endian, as both supported architectures are. */
export function wordAt(text: string, at: number, bytes: number): bigint {
  let word = 0n;
  for (let i = bytes - 1; i >= 0; i--) {
    const code = text.charCodeAt(at + i);
    word = (word << 8n) | BigInt(Number.isNaN(code) ? 0 : code);
  }
  return word;
}

/** Copies a value that is in memory already, converting element by element where the shapes differ. */
export function copyOperand(
  cx: ProbeLowering,
  operand: Operand,
  from: Type,
  to: Type,
  place: Place,
  at: { readonly span: Span },
): void {
  switch (operand.kind) {
    case "scalar":
      return storeScalar(cx, place, to, convertScalar(cx.b, operand.value, from, to));
    case "address":
      if (from.kind === "string")
        return readCharArray(cx, operand, Math.min(operand.bytes ?? sizeOf(from), sizeOf(to)), to, place, at.span);
      cx.readMemory(place, Math.min(sizeOf(from), sizeOf(to)), operand.value, operand.space, at.span);
      return zeroAt(cx, place, sizeOf(from), sizeOf(to) - sizeOf(from));
    case "memory":
      return copyMemory(cx, operand.place, from, to, place);
  }
}

/**
 * A char array is a C string that may fill its bytes: what lies behind a NUL is not copied, and the
 * last byte is read for itself when no NUL came before it.
 */
function readCharArray(
  cx: ProbeLowering,
  source: Extract<Operand, { kind: "address" }>,
  bytes: number,
  to: Type,
  place: Place,
  span: Span,
): void {
  zeroAt(cx, place, 0, sizeOf(to));
  const read = cx.readString(place, cx.b.int(bytes), source.value, source.space, span);
  cx.b.if("eq", read, cx.b.int(bytes), {
    then: () => {
      const last = cx.b.add(source.value, cx.b.int(bytes - 1));
      cx.readMemory(atOffset(place, bytes - 1), 1, last, source.space, span);
    },
  });
}

export function copyMemory(cx: ProbeLowering, source: Place, from: Type, to: Type, place: Place): void {
  if (isScalar(to)) return storeScalar(cx, place, to, convertScalar(cx.b, loadScalar(cx, source, from), from, to));
  if (from.kind === "tuple" && to.kind === "tuple" && !sameType(from, to)) {
    const [fromLayout, toLayout] = [layoutOf(from), layoutOf(to)];
    zeroPadding(cx, to, place);
    for (const [i, element] of to.elements.entries()) {
      const fromElement = from.elements[i];
      if (fromElement === undefined) throw new InternalError("lower", "tuples of different length");
      copyMemory(
        cx,
        atOffset(source, fromLayout.offsets[i] ?? 0),
        fromElement,
        element,
        atOffset(place, toLayout.offsets[i] ?? 0),
      );
    }
    return;
  }
  if (from.kind === "record" && to.kind === "record" && !sameType(from, to)) {
    const [fromLayout, toLayout] = [layoutOf(from), layoutOf(to)];
    zeroPadding(cx, to, place);
    for (const [i, field] of to.fields.entries()) {
      const j = from.fields.findIndex((f) => f.name === field.name);
      const fromField = from.fields[j];
      if (fromField === undefined) throw new InternalError("lower", "records of different fields");
      copyMemory(
        cx,
        atOffset(source, fromLayout.offsets[j] ?? 0),
        fromField.type,
        field.type,
        atOffset(place, toLayout.offsets[i] ?? 0),
      );
    }
    return;
  }
  const bytes = Math.min(sizeOf(from), sizeOf(to));
  cx.b.copy(place.base, place.offset, source.base, source.offset, bytes, Math.min(source.align, place.align) as Align);
  zeroAt(cx, place, bytes, sizeOf(to) - bytes);
}
