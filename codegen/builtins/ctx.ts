import { scalar } from "../language/lowering.js";
import { pointer, VOID } from "../types/type.js";
import { defineBuiltin } from "../language/builtin.js";

/** What is read through it is read of the program's context, which the kernel lays out for the eye only. */
export const ctx = defineBuiltin({
  name: "ctx",
  doc: {
    summary: "The probe's context: struct pt_regs of functions, struct bpf_perf_event_data of timers and counters.",
    example: "profile:hz:99 { @[ctx.regs.ip] = count(); }",
  },
  type: ({ context, structs }) => {
    const struct = context.ctx === undefined ? undefined : structs.typeNamed(context.ctx, "struct");
    return { ...pointer(struct ?? VOID, "kernel"), isContext: true };
  },
  usesContext: true,
  check: ({ context, span }, bag) => {
    if (context.ctx !== undefined) return true;
    const { provider, insteadOf } = context;
    if (insteadOf.ctx !== undefined) bag.error("ctx-replaced", span, { provider, instead: insteadOf.ctx });
    else bag.error("ctx-unavailable", span, { provider });
    return false;
  },
  lower: (cx) => scalar(cx.contextPointer()),
});
