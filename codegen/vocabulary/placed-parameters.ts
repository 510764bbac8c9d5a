/** Parameters of a user function, each where the probe finds it: one by one, or all in memory. */
import type { Span } from "../../grammar/index.js";
import { registerOffset } from "../kernel/pt-regs.js";
import type { Value } from "../ir/ir.js";
import { memory, type Lowering, type Operand, type Place, scalar } from "../language/lowering.js";
import type { ArgsAccess } from "../language/provider.js";
import type { PartSource, ValuePart, ValuePlace } from "../language/value-place.js";
import { alignUp, sizeOf } from "../types/layout.js";
import type { Member } from "../types/struct-source.js";
import { isScalar, isSignedNumber } from "../types/type.js";

type PlacedArgs = Extract<ArgsAccess, { kind: "placed" }>;

const WORD_BYTES = 8;

export function parameterNamed(cx: Lowering, { places }: PlacedArgs, member: Member, span: Span): Operand {
  const { type, offsetBits } = member;
  const from = places.get(offsetBits);
  if (from === undefined) throw new RangeError(`nobody knows where ${member.name} is`);
  const bytes = sizeOf(type);
  if (from.kind === "memory") {
    const address = addressOf(cx, from, span);
    if (!isScalar(type)) return { kind: "address", value: address, space: "user" };
    const copy = cx.temporary(WORD_BYTES, WORD_BYTES, "argument");
    cx.readMemory(copy, bytes, address, "user", span);
    return scalar(cx.b.load(copy.base, copy.offset, bytes as 1 | 2 | 4 | 8, isSignedNumber(type)));
  }
  const [only] = from.parts;
  if (isScalar(type) && from.parts.length === 1 && only !== undefined)
    return scalar(narrowed(cx, wordOf(cx, only.from, bytes, span), bytes, isSignedNumber(type)));
  const place = cx.temporary(Math.max(WORD_BYTES, alignUp(bytes, WORD_BYTES)), WORD_BYTES, "argument");
  cx.b.zero(place.base, place.offset, Math.max(WORD_BYTES, alignUp(bytes, WORD_BYTES)), WORD_BYTES);
  storeParts(cx, from.parts, bytes, place, 0, span);
  if (!isScalar(type)) return memory(place);
  return scalar(cx.b.load(place.base, place.offset, bytes as 1 | 2 | 4 | 8, isSignedNumber(type)));
}

/** As the struct has them; what registers hold besides is left out, so that equal arguments are equal keys. */
export function parametersInMemory(cx: Lowering, args: PlacedArgs, span: Span): Place {
  const size = Math.max(WORD_BYTES, args.struct.sizeBytes);
  const place = cx.temporary(size, WORD_BYTES, "args");
  cx.b.zero(place.base, place.offset, size, WORD_BYTES);
  for (const { type, offsetBits } of cx.structs.members(args.struct)) {
    const from = args.places.get(offsetBits);
    const bytes = sizeOf(type);
    if (from === undefined || bytes === 0) continue;
    const at = offsetBits / 8;
    if (from.kind === "memory") {
      const to: Place = { ...place, offset: place.offset + at };
      cx.readMemory(to, bytes, addressOf(cx, from, span), "user", span);
    } else storeParts(cx, from.parts, bytes, place, at, span);
  }
  return place;
}

/** In ascending order: what a word has too many bytes of is overwritten by the next. */
function storeParts(
  cx: Lowering,
  parts: readonly ValuePart[],
  size: number,
  to: Place,
  start: number,
  span: Span,
): void {
  for (const part of [...parts].sort((a, b) => a.at - b.at)) {
    for (let done = 0; done < part.bytes && part.at + done < size; done += WORD_BYTES) {
      const bytes = Math.min(WORD_BYTES, part.bytes - done, size - part.at - done);
      if (part.from.kind === "float-register") continue;
      const from = done === 0 ? part.from : behind(part.from, done);
      if (from === undefined) continue;
      storeBytes(cx, wordOf(cx, from, bytes, span), bytes, to, start + part.at + done);
    }
  }
}

/** Registers have no more than a word. */
const behind = (from: PartSource, bytes: number): PartSource | undefined =>
  from.kind === "memory" ? { ...from, offset: from.offset + BigInt(bytes) } : undefined;

function storeBytes(cx: Lowering, word: Value, bytes: number, to: Place, at: number): void {
  const isWhole = bytes === 1 || bytes === 2 || bytes === 4 || bytes === 8;
  if (isWhole && at % bytes === 0) cx.b.store(to.base, to.offset + at, bytes, word);
  else if (at % WORD_BYTES === 0) cx.b.store(to.base, to.offset + at, WORD_BYTES, narrowed(cx, word, bytes, false));
  else {
    for (let i = 0; i < bytes; i++) {
      const byte = i === 0 ? word : cx.b.alu("shr", word, cx.b.int(8 * i));
      cx.b.store(to.base, to.offset + at + i, 1, byte);
    }
  }
}

function wordOf(cx: Lowering, from: PartSource, bytes: number, span: Span): Value {
  switch (from.kind) {
    case "register":
      return register(cx, from.register);
    case "sum":
      return sum(cx, from.register, from.offset);
    case "memory": {
      const copy = cx.temporary(WORD_BYTES, WORD_BYTES, "argument");
      cx.b.zero(copy.base, copy.offset, WORD_BYTES, WORD_BYTES);
      cx.readMemory(copy, bytes, sum(cx, from.register, from.offset), "user", span);
      return cx.b.load(copy.base, copy.offset, WORD_BYTES);
    }
    case "float-register":
      return cx.b.int(0);
  }
}

function addressOf(
  cx: Lowering,
  { base, offset, isIndirect }: Extract<ValuePlace, { kind: "memory" }>,
  span: Span,
): Value {
  const address = sum(cx, base, offset);
  if (!isIndirect) return address;
  const copy = cx.temporary(WORD_BYTES, WORD_BYTES, "address");
  cx.readMemory(copy, WORD_BYTES, address, "user", span);
  return cx.b.load(copy.base, copy.offset, WORD_BYTES);
}

const register = (cx: Lowering, name: string): Value =>
  cx.b.load(cx.contextPointer(), registerOffset(cx.facts.arch, name), WORD_BYTES);

function sum(cx: Lowering, base: string | undefined, offset: bigint): Value {
  if (base === undefined) return cx.b.int(offset);
  const value = register(cx, base);
  return offset === 0n ? value : cx.b.add(value, cx.b.int(offset));
}

/** The rest of a register may hold anything. */
function narrowed(cx: Lowering, word: Value, bytes: number, isSigned: boolean): Value {
  if (bytes >= WORD_BYTES) return word;
  if (bytes === 1 || bytes === 2 || bytes === 4) return cx.b.extend(word, (bytes * 8) as 8 | 16 | 32, isSigned);
  return cx.b.alu("and", word, cx.b.int((1n << BigInt(bytes * 8)) - 1n));
}
