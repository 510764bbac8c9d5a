/** The contexts that several providers share. */
import type { ContextParts } from "../language/provider.js";
import type { AddressSpace } from "../types/type.js";

/** Nothing is traced: begin, end. */
export const BARE: ContextParts = {
  probeType: "special",
  programType: "raw-tracepoint",
  expectedAttach: "none",
  attachTo: undefined,
  space: "none",
  args: undefined,
  hasRegisters: false,
  hasArgN: undefined,
  hasRetval: false,
  func: undefined,
  target: undefined,
  ctx: undefined,
  returns: 0,
};

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
  options: { readonly space: AddressSpace; readonly isReturn: boolean; readonly func: "kernel" | "user" },
): ContextParts => ({
  ...BARE,
  probeType,
  programType: "kprobe",
  space: options.space,
  hasRegisters: true,
  hasArgN: options.isReturn ? undefined : "registers",
  hasRetval: options.isReturn,
  func: options.func,
  ctx: "pt_regs",
});
