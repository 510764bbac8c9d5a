/** Reading memory of the kernel and of processes. */
import type { Expr, Span } from "../../grammar/index.js";
import type { Value } from "../ir/ir.js";
import type { HelperName } from "../kernel/helpers.js";
import { spaceOf } from "../types/spaces.js";
import type { AddressSpace } from "../types/type.js";
import type { Place } from "../language/lowering.js";
import type { ProbeLowering } from "./probe-lowering.js";

const READ: { readonly [S in "kernel" | "user"]: { readonly bytes: HelperName; readonly string: HelperName } } = {
  kernel: { bytes: "probe_read_kernel", string: "probe_read_kernel_str" },
  user: { bytes: "probe_read_user", string: "probe_read_user_str" },
};

/** The helper fills the destination with zeros when it fails. */
export function readMemory(
  cx: ProbeLowering,
  to: Place,
  bytes: number,
  address: Value,
  space: AddressSpace,
  span: Span,
): void {
  if (bytes > 0) readBytes(cx, to, cx.b.int(bytes), address, space, span);
}

export function readBytes(
  cx: ProbeLowering,
  to: Place,
  count: Value,
  address: Value,
  space: AddressSpace,
  span: Span,
): void {
  inSpace(cx, address, space, (known) => {
    const result = cx.b.call(READ[known].bytes, [cx.addressOf(to), count, address]);
    cx.checkHelper(READ[known].bytes, result, span, 2);
    return result;
  });
}

/** See {@link Lowering.addressAndSpace}. */
export function addressAndSpace(cx: ProbeLowering, expr: Expr): { address: Value; space: AddressSpace } {
  const operand = cx.operand(expr);
  switch (operand.kind) {
    case "scalar":
      return { address: operand.value, space: spaceOf(cx.typeOf(expr)) };
    case "address":
      return { address: operand.value, space: operand.space };
    case "memory":
      return { address: cx.addressOf(operand.place), space: "kernel" };
  }
}

/** @returns the bytes read with the NUL, 0 on failure; the verifier knows that it is at most `limit` */
export function readString(
  cx: ProbeLowering,
  to: Place,
  limit: Value,
  address: Value,
  space: AddressSpace,
  span: Span,
): Value {
  const { b } = cx;
  const result = inSpace(cx, address, space, (known) => {
    const read = b.call(READ[known].string, [cx.addressOf(to), limit, address]);
    cx.checkHelper(READ[known].string, read, span, 2);
    return read;
  });
  return b.choose("sgt", result, b.int(0), {
    then: () => result,
    otherwise: () => {
      b.store(to.base, to.offset, 1, b.int(0));
      return b.int(0);
    },
  });
}

/** Without a space the address decides: the kernel's are in the upper half (language.md 20.1). */
function inSpace(
  cx: ProbeLowering,
  address: Value,
  space: AddressSpace,
  read: (known: "kernel" | "user") => Value,
): Value {
  if (space !== "none") return read(space);
  return cx.b.choose("slt", address, cx.b.int(0), { then: () => read("kernel"), otherwise: () => read("user") });
}
