/** The contexts that several providers share. */
import type { ContextParts } from "../language/provider.js";

/** Nothing is known of where it runs. */
export const BARE: ContextParts = {
  probeType: "",
  programType: "raw-tracepoint",
  space: "none",
  args: undefined,
  isTyped: false,
  hasRegisters: false,
  hasArgN: undefined,
  retval: undefined,
  func: undefined,
  ctx: undefined,
  returns: 0,
  allows: [],
  insteadOf: {},
  isInTracer: false,
};

/** The tracer's own process: begin, end. */
export const IN_TRACER: ContextParts = { ...BARE, probeType: "special", isInTracer: true };

/** Timers: the context starts with the registers of what was interrupted. */
export const timer = (probeType: string): ContextParts => ({
  ...BARE,
  probeType,
  programType: "perf-event",
  hasRegisters: true,
  ctx: "bpf_perf_event_data",
});

/** Entry and return of functions, in the kernel or in a process. */
export const functionProbe = (
  probeType: string,
  { of, isReturn }: { readonly of: "kernel" | "user"; readonly isReturn: boolean },
): ContextParts => ({
  ...BARE,
  probeType,
  programType: "kprobe",
  space: of,
  hasRegisters: true,
  hasArgN: isReturn ? undefined : "registers",
  retval: isReturn ? "register" : undefined,
  // On return the instruction pointer is elsewhere, but the kernel remembers the function.
  func: { of, from: isReturn ? "get_func_ip" : "instruction-pointer" },
  ctx: "pt_regs",
  allows: of === "user" ? ["signal", "uaddr"] : isReturn ? ["signal"] : ["signal", "override"],
  lacks: isReturn ? LACKS_ARGUMENTS : of === "kernel" ? LACKS_TYPES : LACKS_RESULT,
});

const LACKS_ARGUMENTS = {
  args: "Arguments are gone when a function returns: a probe on its entry can keep them in a map, `@arg[tid] = arg0`.",
  argN: "Arguments are gone when a function returns: a probe on its entry can keep them in a map, `@arg[tid] = arg0`.",
};
const LACKS_TYPES = {
  args: "This probe has `arg0`, `arg1` ...; `fentry:FUNCTION` has `args` with names and types.",
  retval: "There is none yet where a function is entered: `kretprobe:FUNCTION` or `fexit:FUNCTION` has it.",
};
const LACKS_RESULT = { retval: "There is none yet where a function is entered: `uretprobe:FILE:FUNCTION` has it." };

/** Places in a process whose arguments are wherever its compiler has put them. */
export const siteProbe = (probeType: string): ContextParts => ({
  ...BARE,
  probeType,
  programType: "kprobe",
  space: "user",
  hasRegisters: true,
  hasArgN: "sites",
  ctx: "pt_regs",
  allows: ["signal", "uaddr"],
});
