import type { Call, Expr } from "../../grammar/index.js";
import type { Lowering, Place } from "../language/lowering.js";
import { memory } from "../language/lowering.js";
import { familyOf } from "../types/families.js";
import { sizeOf } from "../types/layout.js";
import type { Type } from "../types/type.js";
import { type CallCheck, defineFunction } from "../language/function.js";

/** linux/socket.h */
const AF_INET = 2;
const AF_INET6 = 10;

/** A u64 address family and the address. */
const ADDRESS_OFFSET = 8;
const INET_BYTES = 24;

const IPV4_BYTES = 4;
const IPV6_BYTES = 16;

export const ntop = defineFunction({
  name: "ntop",
  doc: {
    summary: "A network address as text, from a number or from 4 or 16 bytes.",
    example: 'BEGIN { print(ntop(pton("::1"))); print(ntop(0x0100007f)); exit(); }',
  },
  params: [
    { name: "family", kind: "value" },
    { name: "address", kind: "value", isOptional: true },
  ],
  result: { kind: "inet", sizeBytes: INET_BYTES },
  check: checkArguments,
  lower: (cx, call) => {
    const place = cx.temporary(INET_BYTES, 8, "ntop");
    writeInet(cx, call, place);
    return memory(place);
  },
  lowerInto: writeInet,
});

/** Alone, the argument is the address. */
function argumentsOf(call: Call): { readonly family: Expr | undefined; readonly address: Expr } {
  const [first, second] = call.args;
  if (first === undefined) throw new Error("ntop() has no argument");
  return second === undefined ? { family: undefined, address: first } : { family: first, address: second };
}

const isNumber = (type: Type): boolean => familyOf(type) === "int";

function checkArguments({ call, typeOf, bag }: CallCheck): void {
  const { family, address } = argumentsOf(call);
  const given = family === undefined ? undefined : familyOf(typeOf(family));
  if (given !== undefined && given !== "int") {
    return bag.error("argument-type", call.span, { name: call.name, wanted: "int", given });
  }
  const type = typeOf(address);
  if (isNumber(type)) return;
  if (type.kind !== "array" && type.kind !== "string") {
    return bag.error("ntop-argument", call.span, { given: familyOf(type) });
  }
  if (sizeOf(type) !== IPV4_BYTES && sizeOf(type) !== IPV6_BYTES) bag.error("ntop-size", call.span, {});
}

function writeInet(cx: Lowering, call: Call, place: Place): void {
  const { b } = cx;
  const { family, address } = argumentsOf(call);
  const type = cx.typeOf(address);
  const usual = sizeOf(type) === IPV6_BYTES ? AF_INET6 : AF_INET;
  const number = family === undefined ? b.int(usual) : cx.value(family);
  b.zero(place.base, place.offset, INET_BYTES, place.align);
  b.store(place.base, place.offset, 8, number);
  const at: Place = { base: place.base, offset: place.offset + ADDRESS_OFFSET, align: 8 };
  if (isNumber(type)) b.store(at.base, at.offset, IPV4_BYTES, cx.value(address));
  else cx.into(address, type, at);
}
