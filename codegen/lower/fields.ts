/** Member access, indexing and dereferencing: chains of addresses of which only scalars are read. */
import type { AnyNode, Expr, Field, Index, Span, Unary } from "../../grammar/index.js";
import { InternalError } from "../internal-error.js";
import type { Value } from "../ir/ir.js";
import { layoutOf, sizeOf, strideOfArray } from "../types/layout.js";
import { pointsToContext } from "../types/promote.js";
import type { Member } from "../types/struct-source.js";
import { type AddressSpace, isScalar, isSignedNumber, type StructType, type Type } from "../types/type.js";
import { parameterNamed } from "../vocabulary/placed-parameters.js";
import { strideOf } from "./arithmetic.js";
import { placeOf } from "./equality.js";
import type { ArgsAccess } from "../language/provider.js";
import { loadFromKernel } from "./direct-reads.js";
import { memory, type Operand, type Place, scalar } from "../language/lowering.js";
import { type Align, atOffset, loadScalar } from "./memory.js";
import type { ProbeLowering } from "./probe-lowering.js";

export function lowerField(cx: ProbeLowering, node: Field): Operand {
  const type = cx.typeOf(node.object);
  if (type.kind === "tuple" || type.kind === "record") return elementOf(cx, node, type);
  const struct = structUnder(type);
  const member =
    typeof node.name === "string" && struct !== undefined ? cx.structs.member(struct, node.name) : undefined;
  if (struct === undefined || member === undefined)
    throw new InternalError("lower", `no field ${node.name}`, node.span);
  const isRelative = member.isDataLoc === true && cx.context.args?.struct === struct;
  if (isContext(node.object) || isRelative) return contextField(cx, member, node.span);
  return memberOf(cx, structOperand(cx, node.object, type), member, node.span);
}

/** `args` or `*args`, not a copy. What a member of a copy refers to is in the record all the same. */
const isContext = (expr: Expr): boolean =>
  (expr.kind === "identifier" && expr.name === "args") || (expr.kind === "unary" && isContext(expr.operand));

/** The struct behind any number of pointers. */
function structUnder(type: Type): StructType | undefined {
  if (type.kind === "pointer") return structUnder(type.to);
  return type.kind === "struct" ? type : undefined;
}

function structOperand(cx: ProbeLowering, object: Expr, type: Type): Operand {
  if (pointsToContext(type)) return contextInMemory(cx);
  const operand = cx.operand(object);
  if (operand.kind !== "scalar") return operand;
  return followPointers(cx, operand.value, type, object.span);
}

/** What the kernel shows of it may lie elsewhere: it has to be read through the context itself. */
const contextInMemory = (cx: ProbeLowering): Operand => memory({ base: cx.contextPointer(), offset: 0, align: 8 });

/** All pointers but the last are loaded. */
function followPointers(cx: ProbeLowering, address: Value, type: Type, span: Span): Operand {
  if (type.kind !== "pointer") throw new InternalError("lower", `${type.kind} is no address`, span);
  if (type.to.kind !== "pointer") return { kind: "address", value: address, space: type.space };
  return followPointers(cx, readScalar(cx, address, type.space, type.to, span), type.to, span);
}

function elementOf(cx: ProbeLowering, node: Field, type: Extract<Type, { kind: "tuple" | "record" }>): Operand {
  const index = type.kind === "tuple" ? Number(node.name) : type.fields.findIndex((f) => f.name === node.name);
  const element = type.kind === "tuple" ? type.elements[index] : type.fields[index]?.type;
  if (element === undefined) throw new InternalError("lower", `no element ${node.name}`, node.span);
  const place = atOffset(placeOf(cx, node.object, type), layoutOf(type).offsets[index] ?? 0);
  return inPlace(cx, place, element);
}

function inPlace(cx: ProbeLowering, place: Place, type: Type): Operand {
  if (!isScalar(type)) return memory(place);
  const isContext = cx.b.typeOf(place.base) === "context";
  return scalar(isContext ? wordOfContext(cx, place, type) : loadScalar(cx, place, type));
}

/** Whole words only: of some registers the kernel gives nothing less. */
function wordOfContext(cx: ProbeLowering, place: Place, type: Type): Value {
  if (cx.context.isTyped && type.kind === "pointer") return pointerOfContext(cx, place);
  const bits = sizeOf(type) * 8;
  const inWord = place.offset % 8;
  const word = cx.b.load(place.base, place.offset - inWord, 8);
  const shifted = inWord === 0 ? word : cx.b.alu("shr", word, cx.b.int(inWord * 8));
  return bits === 64 ? shifted : cx.b.extend(shifted, bits as 8 | 16 | 32, isSignedNumber(type));
}

/** Where the kernel has nothing to point to, there is nothing to do: an iterator's last call, with nothing left. */
export function pointerOfContext(cx: ProbeLowering, { base, offset }: Pick<Place, "base" | "offset">): Value {
  const pointer = cx.b.loadPointer("memory-or-null", base, offset);
  cx.b.if("eq", pointer, cx.b.int(0), {
    then: () => {
      cx.returnFromProbe();
    },
  });
  return pointer;
}

/** It may leave the probe. */
export const readsPointerOfContext = (cx: ProbeLowering, node: AnyNode): boolean =>
  cx.context.isTyped &&
  node.kind === "field" &&
  pointsToContext(cx.typeOf(node.object)) &&
  cx.typeOf(node).kind === "pointer";

function memberOf(cx: ProbeLowering, struct: Operand, member: Member, span: Span): Operand {
  if (member.bitSize !== undefined) return scalar(bitField(cx, struct, member, member.bitSize, span));
  const offset = member.offsetBits / 8;
  if (member.type.kind === "string") return charArray(cx, struct, member);
  if (struct.kind === "memory") return inPlace(cx, atOffset(struct.place, offset), member.type);
  if (struct.kind !== "address") throw new InternalError("lower", "a struct in a register", span);
  const address = addOffset(cx, struct.value, offset);
  if (isScalar(member.type)) return scalar(readScalar(cx, address, struct.space, member.type, span));
  return { kind: "address", value: address, space: struct.space };
}

/** Its bytes behind a NUL may be anything: it is read as a string wherever it lies. */
function charArray(cx: ProbeLowering, struct: Operand, { offsetBits, charBytes }: Member): Operand {
  const offset = offsetBits / 8;
  const bytes = charBytes === undefined ? {} : { bytes: charBytes };
  if (struct.kind === "memory") {
    const value = cx.addressOf(atOffset(struct.place, offset));
    return { kind: "address", value, space: "kernel", ...bytes };
  }
  if (struct.kind !== "address") throw new InternalError("lower", "a struct in a register");
  return { kind: "address", value: addOffset(cx, struct.value, offset), space: struct.space, ...bytes };
}

const addOffset = (cx: ProbeLowering, address: Value, bytes: number): Value =>
  bytes === 0 ? address : cx.b.add(address, cx.b.int(bytes));

/** Reads a scalar from a foreign address. */
export function readScalar(cx: ProbeLowering, address: Value, space: AddressSpace, type: Type, span: Span): Value {
  const bytes = sizeOf(type);
  const loaded = space === "kernel" ? loadFromKernel(cx, address, bytes, isSignedNumber(type)) : undefined;
  if (loaded !== undefined) return loaded;
  const place = cx.temporary(8, 8, "read");
  cx.readMemory(place, bytes, address, space, span);
  return loadScalar(cx, place, type);
}

/** Reads the bytes that hold the field, shifts it to the top and back down with its sign. */
function bitField(cx: ProbeLowering, struct: Operand, member: Member, bits: number, span: Span): Value {
  const first = Math.floor(member.offsetBits / 8);
  const shift = member.offsetBits - first * 8;
  const bytes = Math.ceil((shift + bits) / 8);
  const word = wordWithField(cx, struct, { first, bytes, shift }, span);
  const top = cx.b.alu("shl", word, cx.b.int(64 - bits - (bytes > 8 ? 0 : shift)));
  return cx.b.alu(isSignedNumber(member.type) ? "sar" : "shr", top, cx.b.int(64 - bits));
}

function wordWithField(
  cx: ProbeLowering,
  struct: Operand,
  { first, bytes, shift }: { first: number; bytes: number; shift: number },
  span: Span,
): Value {
  const isInKernel = struct.kind === "address" && struct.space === "kernel";
  const loaded = isInKernel ? loadFromKernel(cx, addOffset(cx, struct.value, first), bytes, false) : undefined;
  if (loaded !== undefined) return loaded;
  const place = bitFieldBytes(cx, struct, { first, bytes }, span);
  const low = cx.b.load(place.base, place.offset, 8);
  return bytes > 8 ? joinBytes(cx, low, place, shift) : low;
}

/** A packed field of almost 64 bits may touch 9 bytes. */
function joinBytes(cx: ProbeLowering, low: Value, place: Place, shift: number): Value {
  const high = cx.b.load(place.base, place.offset + 8, 1);
  return cx.b.alu("or", cx.b.alu("shr", low, cx.b.int(shift)), cx.b.alu("shl", high, cx.b.int(64 - shift)));
}

/** With zeros behind them. */
function bitFieldBytes(
  cx: ProbeLowering,
  struct: Operand,
  { first, bytes }: { first: number; bytes: number },
  span: Span,
): Place {
  const size = bytes > 8 ? 16 : 8;
  const place = cx.temporary(size, 8, "bits");
  cx.b.zero(place.base, place.offset, size, 8);
  if (struct.kind === "address") cx.readMemory(place, bytes, addOffset(cx, struct.value, first), struct.space, span);
  else if (struct.kind === "memory") {
    const from = atOffset(struct.place, first);
    cx.b.copy(place.base, place.offset, from.base, from.offset, bytes, from.align);
  }
  return place;
}

/** A member of `args`, by name. */
export function argumentNamed(cx: ProbeLowering, name: string, span: Span): Operand {
  const struct = cx.context.args?.struct;
  const member = struct === undefined ? undefined : cx.structs.member(struct, name);
  if (member === undefined) throw new InternalError("lower", `args has no ${name}`, span);
  return contextField(cx, member, span);
}

/** A field of `args`, read through the context. */
function contextField(cx: ProbeLowering, member: Member, span: Span): Operand {
  const { args } = cx.context;
  if (args?.kind === "placed") return parameterNamed(cx, args, member, span);
  const context = cx.contextPointer();
  const offset = member.offsetBits / 8;
  if (args?.kind === "record-registers") return scalar(registerOfRecord(cx, args, offset, member.type));
  if (member.isDataLoc === true) {
    const where = cx.b.alu("and", cx.b.load(context, offset, 4), cx.b.int(0xffff));
    return scalar(cx.b.add(context, where));
  }
  if (isScalar(member.type)) return scalar(contextScalar(cx, context, offset, member.type, span));
  return { kind: "address", value: addOffset(cx, context, offset), space: "kernel" };
}

/** The registers are what the first word of the context points to. */
function registerOfRecord(
  cx: ProbeLowering,
  { words }: Extract<ArgsAccess, { kind: "record-registers" }>,
  offset: number,
  type: Type,
): Value {
  const register = words[offset / 8];
  if (register === undefined) throw new InternalError("lower", `no register holds the record's byte ${offset}`);
  const word = cx.b.load(cx.b.loadPointer("memory", cx.contextPointer(), 0), register, 8);
  const bytes = sizeOf(type);
  return bytes === 8 ? word : cx.b.extend(word, (bytes * 8) as 8 | 16 | 32, isSignedNumber(type));
}

function contextScalar(cx: ProbeLowering, context: Value, offset: number, type: Type, span: Span): Value {
  const bytes = sizeOf(type) as Align;
  if (offset % bytes !== 0) return readScalar(cx, addOffset(cx, context, offset), "kernel", type, span);
  const raw = cx.b.load(context, offset, bytes);
  return isSignedNumber(type) && bytes < 8 ? cx.b.extend(raw, (bytes * 8) as 8 | 16 | 32, true) : raw;
}

export function lowerDereference(cx: ProbeLowering, node: Unary): Operand {
  const type = cx.typeOf(node.operand);
  const result = cx.typeOf(node);
  if (type.kind === "struct") return cx.operand(node.operand);
  if (pointsToContext(type)) return contextInMemory(cx);
  const address = cx.value(node.operand);
  const space: AddressSpace = "space" in type ? type.space : "none";
  if (!isScalar(result)) return { kind: "address", value: address, space };
  // `*` of an integer reads as many bytes as the integer has.
  return scalar(readScalar(cx, address, space, type.kind === "int" ? type : result, node.span));
}

export function lowerIndex(cx: ProbeLowering, node: Index): Operand {
  const type = cx.typeOf(node.object);
  if (type.kind === "pointer") return indexPointer(cx, node, type);
  if (type.kind === "tuple" && node.index.kind === "integer") {
    const i = Number(node.index.value);
    const element = type.elements[i] ?? type;
    return inPlace(cx, atOffset(placeOf(cx, node.object, type), layoutOf(type).offsets[i] ?? 0), element);
  }
  return indexArray(cx, node, type);
}

function indexPointer(cx: ProbeLowering, node: Index, type: Extract<Type, { kind: "pointer" }>): Operand {
  // The verifier knows bounds of a constant only.
  const object = cx.value(node.object);
  const base = cx.context.isTyped && node.index.kind !== "integer" ? cx.asNumber(object) : object;
  const offset = cx.b.alu("mul", cx.value(node.index), cx.b.int(strideOf(type)));
  const address = cx.b.add(base, offset);
  if (isScalar(type.to)) return scalar(readScalar(cx, address, type.space, type.to, node.span));
  return { kind: "address", value: address, space: type.space };
}

/** Arrays and strings. A constant index was checked by analysis; another is checked here. */
function indexArray(cx: ProbeLowering, node: Index, type: Type): Operand {
  const element = cx.typeOf(node);
  const stride = type.kind === "array" ? strideOfArray(type) : 1;
  const elements = { length: type.kind === "array" ? type.length : sizeOf(type), stride, element };
  const object = cx.operand(node.object);
  if (object.kind === "scalar") throw new InternalError("lower", "index of a scalar", node.span);
  if (node.index.kind === "integer") {
    const offset = Number(node.index.value) * stride;
    return object.kind === "memory" && element.kind !== "string"
      ? inPlace(cx, atOffset(object.place, offset), element)
      : at(cx, object, cx.b.int(offset), elements, node.span);
  }
  const index = cx.value(node.index);
  if (elements.length > 0) return checkedElement(cx, object, index, elements, node.span);
  return at(cx, object, cx.b.alu("mul", index, cx.b.int(stride)), elements, node.span);
}

interface Elements {
  readonly length: number;
  readonly stride: number;
  readonly element: Type;
}

function checkedElement(cx: ProbeLowering, object: Operand, index: Value, elements: Elements, span: Span): Operand {
  const { length, stride, element } = elements;
  const checked = (): Operand => at(cx, object, cx.b.alu("mul", index, cx.b.int(stride)), elements, span);
  if (isScalar(element)) {
    return scalar(
      cx.b.choose("ult", index, cx.b.int(length), {
        then: () => {
          const found = checked();
          return found.kind === "scalar" ? found.value : cx.b.int(0);
        },
        otherwise: () => {
          cx.warn("array-bounds", span);
          return cx.b.int(0);
        },
      }),
    );
  }
  const place = cx.temporary(sizeOf(element), 8, "element");
  cx.b.if("ult", index, cx.b.int(length), {
    then: () => {
      cx.copyInto(checked(), element, element, place, { span });
    },
    otherwise: () => {
      cx.warn("array-bounds", span);
      cx.b.zero(place.base, place.offset, sizeOf(element), place.align);
    },
  });
  return memory(place);
}

/** The element at a variable byte offset. Strings are read as strings wherever they lie. */
function at(cx: ProbeLowering, object: Operand, offset: Value, { element, stride }: Elements, span: Span): Operand {
  const bytes = element.kind === "string" ? { bytes: stride } : {};
  if (object.kind === "memory") {
    const base = cx.b.add(cx.addressOf(object.place), offset);
    if (element.kind === "string") return { kind: "address", value: base, space: "kernel", ...bytes };
    const align = Math.min(object.place.align, alignOfStride(stride)) as Align;
    return inPlace(cx, { base, offset: 0, align }, element);
  }
  if (object.kind !== "address") throw new InternalError("lower", "index of a scalar", span);
  const address = cx.b.add(object.value, offset);
  if (isScalar(element)) return scalar(readScalar(cx, address, object.space, element, span));
  return { kind: "address", value: address, space: object.space, ...bytes };
}

const alignOfStride = (stride: number): number =>
  stride % 8 === 0 ? 8 : stride % 4 === 0 ? 4 : stride % 2 === 0 ? 2 : 1;
