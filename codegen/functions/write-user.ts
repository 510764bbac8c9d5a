import type { Call, Expr } from "../../grammar/index.js";
import type { Value } from "../ir/ir.js";
import { type Lowering, scalar } from "../language/lowering.js";
import { sizeOf } from "../types/layout.js";
import { BOOL } from "../types/type.js";
import { type CallCheck, defineFunction } from "../language/function.js";

export const writeUser = defineFunction({
  name: "write_user",
  isMacro: true,
  doc: {
    summary: "Writes bytes of the script into the memory of the current process; tells whether that worked.",
    example: 'uprobe:libc:puts /comm == "demo"/ { if (!write_user(arg0, "hello", 6)) { print("no"); } }',
  },
  params: [
    { name: "destination", kind: "value", accepts: ["int", "pointer"] },
    { name: "source", kind: "value" },
    { name: "length", kind: "value", accepts: ["int"] },
  ],
  hasEffects: true,
  result: BOOL,
  isUnsafe: true,
  check: checkSource,
  lower: (cx, call) => {
    const [destination, source, length] = argumentsOf(call);
    // The kernel takes no address that programs have computed: the bytes of a variable are what is written.
    const bytes = variableIn(source) ?? source;
    const type = cx.typeOf(bytes);
    const to = cx.value(destination);
    const from = cx.addressOf(cx.inMemory(bytes, type));
    return scalar(write(cx, to, from, { length: cx.value(length), room: sizeOf(type) }));
  },
});

function argumentsOf(call: Call): readonly [Expr, Expr, Expr] {
  const [destination, source, length] = call.args;
  if (destination === undefined || source === undefined || length === undefined) {
    throw new Error("write_user() has three arguments");
  }
  return [destination, source, length];
}

/** Of `&$x`. */
const variableIn = (source: Expr): Expr | undefined =>
  source.kind === "unary" && source.op === "&" && source.operand.kind === "variable" ? source.operand : undefined;

/** The bytes have to be the script's own. */
function checkSource({ call, typeOf, bag }: CallCheck): void {
  const [, source] = argumentsOf(call);
  const type = typeOf(source);
  if (variableIn(source) !== undefined || type.kind === "string" || type.kind === "array" || type.kind === "tuple")
    return;
  bag.error("write-user-source", call.span, {});
}

/** No more than there is; the kernel refuses to write nothing. */
function write(
  cx: Lowering,
  to: Value,
  from: Value,
  { length, room }: { readonly length: Value; readonly room: number },
): Value {
  const { b } = cx;
  const wanted = b.extend(length, 32, false);
  return b.choose("eq", wanted, b.int(0), {
    then: () => b.int(1),
    otherwise: () => {
      const bytes = b.choose("ult", wanted, b.int(room), { then: () => wanted, otherwise: () => b.int(room) });
      return b.compare("eq", b.call("probe_write_user", [to, from, bytes]), b.int(0));
    },
  });
}
