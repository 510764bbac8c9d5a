/** What a compiler may have asked of a kernel and a machine, and when the answers have to be had again. */
import type { KernelFacts } from "../../../codegen/facts.js";

export interface Question {
  /** On the kernel that was asked the answer stays the same; others it can change at any time, or when the machine starts. */
  readonly stays: boolean;
  /** The kernel is asked by trying: who may not try has guessed. */
  readonly isTried?: true;
  /** What it is about. */
  readonly about: (args: readonly unknown[]) => string;
}

/**
 * Left out is what only helps those who have made a mistake, what files are asked (their stamps are compared), and lists in
 * which what was looked for was found: it is attached by its name then, and the kernel says when it is not there.
 */
export const QUESTIONS: { readonly [Q in keyof KernelFacts]?: Question } = {
  btf: { stays: true, about: () => "the kernel's types (BTF)" },
  supports: { stays: true, isTried: true, about: ([feature]) => `the feature ${text(feature)} of the kernel` },
  allowsKfunc: { stays: true, isTried: true, about: ([name]) => `whether programs may call ${text(name)}` },
  isBlacklisted: { stays: true, about: ([name]) => `whether probes on ${text(name)} are forbidden` },
  hasKernelSymbol: { stays: true, about: ([name]) => `whether the kernel has ${text(name)}` },
  traceableFunctions: { stays: true, about: ([name]) => `the traceable functions ${text(name ?? "")}`.trimEnd() },
  tracepoints: { stays: true, about: () => "the list of tracepoints" },
  tracepointFormat: { stays: false, about: ([category, event]) => `tracepoint:${text(category)}:${text(event)}` },
  functionAddresses: { stays: false, about: ([names]) => `where ${list(names)} is in the kernel` },
  kernelSymbolAddress: { stays: false, about: ([name]) => `the address of ${text(name)} in the kernel` },
  moduleBtf: { stays: false, about: ([module]) => `the types of the module ${text(module)}` },
  cgroupId: { stays: false, about: ([path]) => `the cgroup ${text(path)}` },
  possibleCpus: { stays: false, about: () => "the number of CPUs" },
  pidNamespace: { stays: false, about: () => "the PID namespace" },
};

const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

const list = (values: unknown): string => (Array.isArray(values) ? values.map(text).join(", ") : text(values));
