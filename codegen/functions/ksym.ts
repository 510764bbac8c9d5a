import { scalar } from "../language/lowering.js";
import { defineFunction, firstArgument } from "../language/function.js";
import { checkAddress } from "./parts/address-argument.js";

export const ksym = defineFunction({
  name: "ksym",
  doc: {
    summary: "Name of the kernel function at an address.",
    example: "tracepoint:timer:hrtimer_expire_entry { @[ksym(args.function)] = count(); }",
  },
  params: [{ name: "address", kind: "value" }],
  result: { kind: "ksym" },
  check: checkAddress,
  lower: (cx, call) => scalar(cx.value(firstArgument(call))),
});
