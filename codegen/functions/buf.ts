import type { Call, Expr } from "../../grammar/index.js";
import type { Config } from "../config.js";
import type { Lowering, Place } from "../language/lowering.js";
import { memory } from "../language/lowering.js";
import type { Value } from "../ir/ir.js";
import { familyOf } from "../types/families.js";
import { sizeOf } from "../types/layout.js";
import { buffer, type Type } from "../types/type.js";
import { type CallCheck, type CallTyping, defineFunction, firstArgument } from "../language/function.js";

/** In front of the bytes stands their number. */
const LENGTH_BYTES = 4;

export const buf = defineFunction({
  name: "buf",
  doc: {
    summary: "Bytes of memory, whatever they are.",
    example: 'BEGIN { printf("%rx\\n", buf(comm, 4)); exit(); }',
  },
  params: [
    { name: "address", kind: "value" },
    { name: "length", kind: "value", accepts: ["int"], isOptional: true },
  ],
  result: (typing) => buffer(LENGTH_BYTES + capacityOf(typing)),
  check: checkArguments,
  lower: (cx, call) => {
    const place = cx.temporary(sizeOf(cx.typeOf(call)), 8, "buf");
    readInto(cx, call, place);
    return memory(place);
  },
  lowerInto: readInto,
});

const mostBytes = (config: Config): number => config.maxStrlen - LENGTH_BYTES;

/** A literal length, or that of the whole array, is what there is room for. */
function capacityOf({ call, typeOf, literal, config }: CallTyping): number {
  const length = literal(1);
  const array = typeOf(firstArgument(call));
  const wanted = typeof length === "bigint" ? length : call.args.length === 1 ? BigInt(sizeOf(array)) : undefined;
  const most = mostBytes(config);
  return wanted === undefined || wanted < 0n || wanted > most ? most : Number(wanted);
}

const SOURCES: ReadonlySet<string> = new Set(["int", "pointer", "string", "array"]);

function checkArguments({ call, typeOf, literal, bag }: CallCheck): void {
  const family = familyOf(typeOf(firstArgument(call)));
  const length = literal(1);
  if (!SOURCES.has(family)) bag.error("buf-argument", call.span, { given: family });
  else if (call.args.length === 1 && family !== "array") bag.error("buf-length", call.span, { given: family });
  else if (typeof length === "bigint" && length < 0n) bag.error("buf-negative", call.span, { length });
}

function readInto(cx: Lowering, call: Call, place: Place): void {
  const { b } = cx;
  const source = firstArgument(call);
  const bytes = sizeOf(cx.typeOf(call));
  const { address, space } = cx.addressAndSpace(source);
  const length = lengthOf(cx, call, bytes - LENGTH_BYTES);
  b.zero(place.base, place.offset, bytes, place.align);
  b.store(place.base, place.offset, LENGTH_BYTES, length);
  const data: Place = { base: place.base, offset: place.offset + LENGTH_BYTES, align: LENGTH_BYTES };
  cx.readBytes(data, atMost(cx, length, bytesOf(cx, source, bytes)), address, space, call.span);
}

function lengthOf(cx: Lowering, call: Call, capacity: number): Value {
  const length = call.args[1];
  if (length === undefined || typeof cx.literal(call, 1) === "bigint") return cx.b.int(capacity);
  return atMost(cx, cx.value(length), capacity);
}

/** Nothing is read behind a value that is memory itself. */
function bytesOf(cx: Lowering, source: Expr, otherwise: number): number {
  const type: Type = cx.typeOf(source);
  return type.kind === "string" || type.kind === "array" ? sizeOf(type) : otherwise;
}

const atMost = (cx: Lowering, value: Value, most: number): Value =>
  cx.b.choose("ult", value, cx.b.int(most), { then: () => value, otherwise: () => cx.b.int(most) });
