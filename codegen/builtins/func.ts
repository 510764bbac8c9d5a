import { memory, scalar } from "../language/lowering.js";
import { USYM_BYTES, writeUsym } from "../vocabulary/usym.js";
import { NONE } from "../types/type.js";
import { functionAddress } from "../vocabulary/function-address.js";
import { defineBuiltin } from "../language/builtin.js";

export const func = defineBuiltin({
  name: "func",
  doc: { summary: "Name of the traced function.", example: "kprobe:vfs_read { @[func] = count(); }" },
  type: ({ context }) => {
    if (context.func === undefined) return NONE;
    return { kind: context.func.of === "kernel" ? "ksym" : "usym" };
  },
  usesContext: true,
  check: ({ context, span, facts }, bag) => {
    const { func } = context;
    if (func?.of === "user" && func.from === "get_func_ip" && !facts.supports("user-func-ip"))
      bag.warning("func-unknown-on-return", span, {});
    if (func !== undefined) return true;
    bag.error("func-unavailable", span, { provider: context.provider });
    return false;
  },
  lower: (cx) => {
    const address = functionAddress(cx);
    if (cx.context.func?.of === "kernel") return scalar(address);
    const place = cx.temporary(USYM_BYTES, 8, "usym");
    writeUsym(cx, address, place);
    return memory(place);
  },
});
