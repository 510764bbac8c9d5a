import type { Call } from "../../grammar/index.js";
import type { EventField, Lowering, Place } from "../language/lowering.js";
import type { Value } from "../ir/ir.js";
import { familyOf } from "../types/families.js";
import { string, VOID } from "../types/type.js";
import { type CallCheck, defineFunction, firstArgument } from "../language/function.js";

/** So many strings at most, of so many bytes with the NUL. */
const MAX_STRINGS = 16;
const MAX_BYTES = 1024;

export const join = defineFunction({
  name: "join",
  doc: {
    summary: "Prints the strings of an array that ends with a null pointer.",
    example: "tracepoint:syscalls:sys_enter_execve { join(args.argv); }",
  },
  params: [
    { name: "strings", kind: "value" },
    { name: "separator", kind: "literal", accepts: ["string"], isOptional: true },
  ],
  result: VOID,
  check: checkArgument,
  sends: () => true,
  lower: (cx, call) => {
    sendStrings(cx, call);
    return undefined;
  },
});

function checkArgument({ call, typeOf, bag }: CallCheck): void {
  const given = familyOf(typeOf(firstArgument(call)));
  // The reference leaves out the name here.
  if (given !== "int" && given !== "pointer") {
    bag.error("argument-type", call.span, { name: "", wanted: "int or pointer", given });
  }
}

function sendStrings(cx: Lowering, call: Call): void {
  const separator = cx.literal(call, 1);
  const { address, space } = cx.addressAndSpace(firstArgument(call));
  const read = (to: Place, i: number): Value => {
    const { b } = cx;
    const pointer = cx.temporary(8, 8, "string");
    cx.readMemory(pointer, 8, b.add(address, b.int(8 * i)), space, call.span);
    const string = b.load(pointer.base, pointer.offset, 8);
    return b.choose("eq", string, b.int(0), {
      then: () => b.int(0),
      otherwise: () => withoutNul(cx, cx.readString(to, b.int(MAX_BYTES), string, space, call.span)),
    });
  };
  const fields = Array.from({ length: MAX_STRINGS }, (_, i): EventField => {
    return { name: `${i}`, type: string(MAX_BYTES), copy: (to) => read(to, i) };
  });
  const site = { separator: cx.intern(typeof separator === "string" ? separator : " ") };
  cx.sendEvent({ action: "join", site, fields, span: call.span });
}

const withoutNul = (cx: Lowering, bytes: Value): Value =>
  cx.b.choose("ugt", bytes, cx.b.int(0), {
    then: () => cx.b.alu("sub", bytes, cx.b.int(1)),
    otherwise: () => cx.b.int(0),
  });
