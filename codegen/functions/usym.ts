import type { Span } from "../../grammar/index.js";
import { type Lowering, memory, type Place } from "../language/lowering.js";
import type { Value } from "../ir/ir.js";
import { checkAddress } from "./address-argument.js";
import { defineFunction, firstArgument } from "../language/function.js";
import { storeUserOrigin } from "./user-origin.js";

/** `usym_t`: u64 address, s32 process id, s32 probe id. */
export const USYM_BYTES = 16;
const ORIGIN_OFFSET = 8;

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
    writeUsym(cx, cx.value(firstArgument(call)), place, call.span);
    return memory(place);
  },
  lowerInto: (cx, call, place) => writeUsym(cx, cx.value(firstArgument(call)), place, call.span),
});

export function writeUsym(cx: Lowering, address: Value, place: Place, span: Span): void {
  cx.b.store(place.base, place.offset, 8, address);
  storeUserOrigin(cx, { ...place, offset: place.offset + ORIGIN_OFFSET }, span);
}
