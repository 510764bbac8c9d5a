import { memory } from "../language/lowering.js";
import { checkAddress } from "./parts/address-argument.js";
import { defineFunction, firstArgument } from "../language/function.js";
import { USYM_BYTES, writeUsym } from "../vocabulary/usym.js";

export const usym = defineFunction({
  name: "usym",
  doc: {
    summary: "Name of the function at an address of the current process.",
    example: "uprobe:libc:qsort { @[usym(arg3)] = count(); }",
  },
  params: [{ name: "address", kind: "value" }],
  result: { kind: "usym" },
  check: checkAddress,
  lower: (cx, call) => {
    const place = cx.temporary(USYM_BYTES, 8, "usym");
    writeUsym(cx, cx.value(firstArgument(call)), place);
    return memory(place);
  },
  lowerInto: (cx, call, place) => writeUsym(cx, cx.value(firstArgument(call)), place),
});
