import type { Call } from "../../grammar/index.js";
import { type CallCheck, type CallTyping, defineFunction, firstArgument } from "../language/function.js";
import { type Lowering, memory, type Place } from "../language/lowering.js";
import { familyOf } from "../types/families.js";
import { sizeOf } from "../types/layout.js";
import { string, type Type } from "../types/type.js";

export const path = defineFunction({
  name: "path",
  doc: {
    summary: "Full path of a struct path: in fentry, fexit and iter probes, where the kernel allows it.",
    example: "fentry:filp_close { @[path(args.filp.f_path)] = count(); }",
  },
  params: [
    { name: "path", kind: "value" },
    { name: "size", kind: "value", isOptional: true },
  ],
  result: resultType,
  check: checkPath,
  lower: (cx, call) => {
    const place = cx.temporary(sizeOf(cx.typeOf(call)), 8, "path");
    readPath(cx, call, place);
    return memory(place);
  },
  lowerInto: readPath,
});

/** As many bytes as are asked for, never more than `max_strlen`. */
function resultType({ literal, config }: CallTyping): Type {
  const size = literal(1);
  return string(typeof size === "bigint" && size > 0n && size < config.maxStrlen ? Number(size) : config.maxStrlen);
}

function checkPath({ call, context, typeOf, literal, bag }: CallCheck): void {
  const { span, args } = call;
  if (!context.allows.includes("path")) return bag.error("path-unavailable", span, {});
  const type = typeOf(firstArgument(call));
  if (type.kind !== "pointer" && type.kind !== "struct") bag.error("path-argument", span, { given: familyOf(type) });
  const size = literal(1);
  if (args[1] !== undefined && (typeof size !== "bigint" || size < 0n)) bag.error("path-size", span, {});
}

/** The kernel writes from the back and moves what it wrote to the front: what is behind it has to be cleared before. */
function readPath(cx: Lowering, call: Call, place: Place): void {
  const { b } = cx;
  const bytes = sizeOf(cx.typeOf(call));
  b.zero(place.base, place.offset, bytes, place.align);
  cx.withObject(firstArgument(call), (address) => {
    const result = b.call("d_path", [address, cx.addressOf(place), b.int(bytes)]);
    cx.checkHelper("d_path", result, call.span, 1);
  });
}
