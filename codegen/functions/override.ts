import { VOID } from "../types/type.js";
import { defineFunction, firstArgument } from "../language/function.js";

export const override = defineFunction({
  name: "override",
  isMacro: true,
  doc: {
    summary: "The traced function of the kernel is not run, and returns a value instead.",
    example: 'kprobe:do_sys_openat2 /comm == "unwanted"/ { override(-1); }',
  },
  params: [{ name: "value", kind: "value", accepts: ["int"] }],
  result: VOID,
  isUnsafe: true,
  checkPlace: (call, { allows }, bag) => {
    if (!allows.includes("override")) bag.error("override-probe-type", call.span, {});
  },
  lower: (cx, call) => {
    cx.b.call("override_return", [cx.contextPointer(), cx.value(firstArgument(call))]);
    return undefined;
  },
});
