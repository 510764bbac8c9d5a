import type { Call } from "../../grammar/index.js";
import type { Lowering, Place } from "../language/lowering.js";
import { memory } from "../language/lowering.js";
import type { Value } from "../ir/ir.js";
import { familyOf } from "../types/families.js";
import { sizeOf } from "../types/layout.js";
import { string, type Type, typeName } from "../types/type.js";
import { type CallCheck, type CallTyping, defineFunction, firstArgument } from "../language/function.js";

export const str = defineFunction({
  name: "str",
  doc: {
    summary: "Reads a C string.",
    example: 'tracepoint:syscalls:sys_enter_openat { printf("%s\\n", str(args.filename)); }',
  },
  params: [
    { name: "address", kind: "value" },
    { name: "length", kind: "value", accepts: ["int"], isOptional: true },
  ],
  result: resultType,
  check: checkArguments,
  lower: (cx, call) => {
    const place = cx.temporary(sizeOf(cx.typeOf(call)) + 1, 8, "str");
    readStrInto(cx, call, place, { fillsRest: true });
    return memory(place);
  },
  lowerInto: readStrExactly,
  lowerText: (cx, call, place) => readStrInto(cx, call, place, { fillsRest: false }),
});

/** `str(p, N)` with a literal N has room for N bytes and the NUL, never more than `max_strlen`. */
function resultType({ literal, config }: CallTyping): Type {
  const length = literal(1);
  if (typeof length !== "bigint" || length < 0n) return string(config.maxStrlen);
  return string(Math.min(Number(length) + 1, config.maxStrlen));
}

const SOURCES: ReadonlySet<string> = new Set(["string", "int", "pointer"]);

function checkArguments({ call, typeOf, literal, config, bag }: CallCheck): void {
  const source = typeOf(firstArgument(call));
  if (!SOURCES.has(familyOf(source))) return bag.error("str-argument", call.span, { type: typeName(source) });
  const length = literal(1);
  if (typeof length !== "bigint") return;
  if (length < 0n) bag.error("str-negative", call.span, { length });
  else if (length + 1n > BigInt(config.maxStrlen)) {
    bag.warning("str-too-long", call.span, { length, max: config.maxStrlen });
  }
}

/**
 * Reads the string of a `str()` call into a place that has one byte more than the type: a string
 * that fills all bytes of the type was cut off (output.md 2), and the NUL lies behind it.
 *
 * @returns the bytes read with the NUL; 0 on failure
 */
function readStrInto(cx: Lowering, call: Call, place: Place, options: { fillsRest: boolean }): Value {
  const room = sizeOf(cx.typeOf(call)) + 1;
  const source = cx.addressAndSpace(firstArgument(call));
  const limit = limitOf(cx, call, room);
  if (options.fillsRest) cx.b.zero(place.base, place.offset, room, place.align);
  return cx.readString(place, limit, source.address, source.space, call.span);
}

/**
 * Reads the string into a place of just the type's size, and fills the rest with zeros. When no NUL came, the last
 * byte is read for itself: the helper puts a NUL there.
 */
function readStrExactly(cx: Lowering, call: Call, place: Place): void {
  const size = sizeOf(cx.typeOf(call));
  const source = cx.addressAndSpace(firstArgument(call));
  const limit = limitOf(cx, call, size);
  cx.b.zero(place.base, place.offset, size, place.align);
  const read = cx.readString(place, limit, source.address, source.space, call.span);
  if (typeof cx.literal(call, 1) === "bigint") return; // its type has room for the NUL
  const from = cx.typeOf(firstArgument(call));
  if (from.kind === "string" && from.sizeBytes < size) return; // and so has that of a shorter string
  cx.b.if("eq", read, cx.b.int(size), {
    then: () => {
      const last = { base: place.base, offset: place.offset + size - 1, align: 1 } as const;
      cx.readMemory(last, 1, cx.b.add(source.address, cx.b.int(size - 1)), source.space, call.span);
    },
  });
}

/** The helper's size counts the NUL: a literal N copies N - 1 characters (language.md 7.3). */
function limitOf(cx: Lowering, call: Call, room: number): Value {
  const length = call.args[1];
  if (length === undefined) return cx.b.int(room);
  const literal = cx.literal(call, 1);
  if (typeof literal === "bigint") return cx.b.int(Math.min(Number(literal), room));
  const wanted = cx.value(length);
  return cx.b.choose("ult", wanted, cx.b.int(room), { then: () => wanted, otherwise: () => cx.b.int(room) });
}
