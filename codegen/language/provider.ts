/**
 * What a provider is, on the compiler's side: its attach-point grammar, candidates, and the context
 * that its programs run in. Its attaching half lives in `src/attach/` under the same name.
 */
import type { DiagnosticBag, Span } from "../../grammar/index.js";
import type { Executable, KernelFacts } from "../facts.js";
import type { Doc } from "./function.js";
import type { ProgramType, BpfProgram } from "../object.js";
import type { StructSource } from "../types/struct-source.js";
import type { AddressSpace, StructType } from "../types/type.js";

/** A piece of an attach point between colons, unquoted, with its place. */
export interface Part {
  readonly text: string;
  readonly span: Span;
  /** It stood in quotes, all of it. */
  readonly isQuoted: boolean;
}

/** Everything after the provider's name. */
export interface Parts {
  readonly all: readonly Part[];
  /** Of the whole attach point. */
  readonly span: Span;
  /** The provider as written, resolved to its long name. */
  readonly provider: string;
}

export interface ProviderOptions {
  readonly isUnsafe: boolean;
  readonly pid: number | undefined;
  readonly missingProbes: "error" | "warn" | "ignore";
}

/** How the values of `args` are read. */
export type ArgsAccess =
  /** A struct in memory at the context (tracepoint records). */
  | { readonly kind: "context-struct"; readonly struct: StructType; readonly isSyscall: boolean }
  /** Consecutive u64 slots (raw tracepoints, fentry): member i starts at `slotOffsets[i]`. */
  | { readonly kind: "context-slots"; readonly struct: StructType };

/** What a user-space probe is on. */
export interface ProbeTarget {
  readonly executable: Executable;
  /** Virtual address of the probed instruction, as the file has it. */
  readonly address: bigint;
}

/** Where a body runs: what builtins are there and how they are read. */
export interface ProbeContext {
  /** Long name: `begin`, `tracepoint` … */
  readonly provider: string;
  /** What `probetype` says and messages name: `special` for begin, end and self. */
  readonly probeType: string;
  readonly programType: ProgramType;
  readonly expectedAttach: BpfProgram["expectedAttach"];
  readonly attachTo: BpfProgram["attachTo"];
  /** Of plain pointers, `argN` and `retval`. */
  readonly space: AddressSpace;
  readonly args: ArgsAccess | undefined;
  /** `struct pt_regs` is the context (`argN`, `retval`, `reg`). */
  readonly hasRegisters: boolean;
  readonly hasArgN: "registers" | "slots" | undefined;
  readonly hasRetval: boolean;
  /** `func` is a `ksym_t` or a `usym_t`. */
  readonly func: "kernel" | "user" | undefined;
  /** Of a body that asks for it, in the probes of one instruction. */
  readonly target: ProbeTarget | undefined;
  /** Name of the struct that `ctx` points to. */
  readonly ctx: "pt_regs" | "bpf_perf_event_data" | undefined;
  /** What the program returns when the script does not say. */
  readonly returns: 0 | 1;
  /** A filter by process id that the body is wrapped in (`-p`). */
  readonly pidFilter: number | undefined;
  /** The child that `-c` started. */
  readonly childPid: number | undefined;
  /** The literal text of `probe` if all attach points of the body share it. */
  readonly probeName: string | undefined;
}

/** An attach point that exists. */
export interface Candidate<P> {
  readonly point: P;
  /** Canonical name. */
  readonly name: string;
}

export interface Expansion<P> {
  readonly candidates: readonly Candidate<P>[];
  /** For "No matches for …": the text after the provider's name, when an exact name was missing. */
  readonly missing: string | undefined;
  /** The target file of a user-space probe that does not exist. */
  readonly missingTarget?: string;
}

export interface ProviderDefinition<P = unknown> {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly doc: Doc;
  /** Allowed numbers of parts after the name, in the order that the message names them. */
  readonly partCounts: readonly number[];
  /** `TARGET@FILE:LINE[:COLUMN]` is taken to `parse` as well. */
  readonly acceptsLocation?: boolean;
  readonly programType: ProgramType;
  /** Shows up in `-l '*'`. */
  readonly isListed: boolean;
  /** Parts to the provider's own point; reports and returns undefined when they are wrong. */
  readonly parse: (parts: Parts, bag: DiagnosticBag, options: ProviderOptions) => P | undefined;
  /** Wildcards to what exists; a point without wildcard to itself if it exists. */
  readonly expand: (point: P, facts: KernelFacts, options: ProviderOptions) => Expansion<P>;
  /** Points with equal contexts may share one body and program. */
  readonly context: (
    point: P,
    facts: KernelFacts,
    structs: StructSource & ArgsRegistry,
    use: ContextUse,
  ) => ContextParts;
  /** All candidates whose text matches, for `-l`. */
  readonly list?: (facts: KernelFacts, search: Parts, options: ProviderOptions) => readonly string[];
}

/** What the body asks of its context: nothing is looked up that it does not need. */
export interface ContextUse {
  readonly usesArgs: boolean;
  readonly usesTarget: boolean;
}

/** What a provider says of its context; the rest is filled in by analysis. */
export type ContextParts = Omit<ProbeContext, "provider" | "pidFilter" | "childPid" | "probeName">;

/** Where providers put the struct types that they make for `args`. */
export interface ArgsRegistry {
  defineArgs(
    name: string,
    make: () => readonly import("../types/struct-source.js").Member[],
    space: AddressSpace,
  ): StructType;
}

export const defineProvider = <P>(definition: ProviderDefinition<P>): ProviderDefinition<P> => definition;
