import type { Call } from "../../grammar/index.js";
import type { Lowering, Place } from "../language/lowering.js";
import { memory } from "../language/lowering.js";
import { familyOf } from "../types/families.js";
import { sizeOf } from "../types/layout.js";
import { type CallCheck, defineFunction, firstArgument } from "../language/function.js";

const MAC_BYTES = 6;

export const macaddr = defineFunction({
  name: "macaddr",
  doc: {
    summary: "A hardware address as text, from the 6 bytes at an address.",
    example: "BEGIN { print(macaddr((uint8[8])(uint64)0x665544332211)); exit(); }",
  },
  params: [{ name: "address", kind: "value" }],
  result: { kind: "mac" },
  check: checkArgument,
  lower: (cx, call) => {
    const place = cx.temporary(MAC_BYTES, 8, "macaddr");
    readInto(cx, call, place);
    return memory(place);
  },
  lowerInto: readInto,
});

const SOURCES: ReadonlySet<string> = new Set(["int", "pointer", "array", "string"]);

function checkArgument({ call, typeOf, literal, bag }: CallCheck): void {
  const type = typeOf(firstArgument(call));
  const given = familyOf(type);
  if (!SOURCES.has(given)) {
    return bag.error("argument-type", call.span, { name: call.name, wanted: "array or pointer", given });
  }
  if (typeof literal(0) === "string") return bag.error("macaddr-literal", call.span, {});
  if ((type.kind === "array" || type.kind === "string") && sizeOf(type) < MAC_BYTES) {
    bag.error("macaddr-size", call.span, {});
  }
}

function readInto(cx: Lowering, call: Call, place: Place): void {
  const { address, space } = cx.addressAndSpace(firstArgument(call));
  cx.readMemory(place, MAC_BYTES, address, space, call.span);
}
