import type { Lowering } from "../language/lowering.js";
import { memory, scalar } from "../language/lowering.js";
import type { Value } from "../ir/ir.js";
import { USYM_BYTES, writeUsym } from "../functions/usym.js";
import { registerOffset } from "../providers/registers.js";
import { NONE } from "../types/type.js";
import { defineBuiltin } from "../language/builtin.js";

export const func = defineBuiltin({
  name: "func",
  doc: { summary: "Name of the traced function.", example: "kprobe:vfs_read { @[func] = count(); }" },
  type: ({ context }) => {
    if (context.func === undefined) return NONE;
    return { kind: context.func.of === "kernel" ? "ksym" : "usym" };
  },
  usesContext: true,
  check: ({ context, span }, bag) => {
    if (context.func !== undefined) return true;
    bag.error("func-unavailable", span, { provider: context.provider });
    return false;
  },
  lower: (cx, node) => {
    const address = functionAddress(cx);
    if (cx.context.func?.of === "kernel") return scalar(address);
    const place = cx.temporary(USYM_BYTES, 8, "usym");
    writeUsym(cx, address, place, node.span);
    return memory(place);
  },
});

/** Of the function that is entered or left, or of the instruction that a process has reached. */
export function functionAddress(cx: Lowering): Value {
  if (cx.context.func?.from === "get_func_ip") return cx.b.call("get_func_ip", [cx.contextPointer()]);
  return cx.b.load(cx.contextPointer(), registerOffset(cx.facts.arch, cx.facts.arch === "x86_64" ? "ip" : "pc"), 8);
}
