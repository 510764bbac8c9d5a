import { scalar } from "../language/lowering.js";
import { registerOffset } from "../kernel/pt-regs.js";
import { UINT8 } from "../types/type.js";
import { defineBuiltin } from "../language/builtin.js";

/** The low bits of the code segment are the privilege that the CPU ran with. */
const PRIVILEGE_MASK = 3;

export const usermode = defineBuiltin({
  name: "usermode",
  doc: {
    summary: "1 when the CPU was running a process, 0 when it was in the kernel.",
    example: "interval:ms:10 { print(usermode); exit(); }",
  },
  type: UINT8,
  check: ({ facts, span }, bag) => {
    if (facts.arch === "x86_64") return true;
    bag.error("usermode-unavailable", span, {});
    return false;
  },
  constant: ({ context }) => (context.hasRegisters ? undefined : context.isInTracer ? 1n : 0n),
  lower: (cx) => {
    const segment = cx.b.load(cx.contextPointer(), registerOffset("x86_64", "cs"), 8);
    const privilege = cx.b.alu("and", segment, cx.b.int(PRIVILEGE_MASK));
    return scalar(cx.b.compare("eq", privilege, cx.b.int(PRIVILEGE_MASK)));
  },
});
