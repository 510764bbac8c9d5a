import type { Value } from "../ir/ir.js";
import { INSTRUCTION_POINTER, registerOffset } from "../kernel/pt-regs.js";
import type { Lowering } from "../language/lowering.js";

/** Of the function that is entered or left, or of the instruction that a process has reached. */
export function functionAddress(cx: Lowering): Value {
  if (cx.context.func?.from === "get_func_ip") return cx.b.call("get_func_ip", [cx.contextPointer()]);
  return cx.b.load(cx.contextPointer(), registerOffset(cx.facts.arch, INSTRUCTION_POINTER[cx.facts.arch]), 8);
}
