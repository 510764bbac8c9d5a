/**
 * What a provider is, on the compiler's side: everything that is true of it alone. Others ask its definition, and never
 * its name. What attaches it lies in `src/attach/` under the same name, and needs no more than its points.
 */
import type { Codec } from "../codec/index.js";
import type { Code, DiagnosticBag, Extra, Help, MessageArgs, Span } from "../../grammar/index.js";
import type { Architecture, CodeFunction, Executable, Feature, KernelFacts } from "../facts.js";
import type { ArgumentSite } from "./argument-place.js";
import type { Doc } from "./function.js";
import type { AttachedSchedule, ExpectedAttach, LoadTarget, ProgramType, Schedule, TracerSchedule } from "../object.js";
import type { StructSource } from "../types/struct-source.js";
import type { ValuePlace } from "./value-place.js";
import type { Builder } from "../ir/builder.js";
import type { Value } from "../ir/ir.js";
import type { AddressSpace, StructType } from "../types/type.js";

// ---------------------------------------------------------------- attach points as written

/** A piece of an attach point between colons, unquoted. */
export interface Part {
  readonly text: string;
  /** As it stands in the script, with its quotes; of what a parameter brings, the parameter. */
  readonly span: Span;
  /** It stood in quotes, all of it. */
  readonly isQuoted: boolean;
}

/** For messages: the part of an attach point that is wrong. An empty one cannot be seen. */
export const marked = (part: Part | undefined, help?: () => Help): Extra => ({
  mark: part === undefined || part.span.start === part.span.end ? undefined : part.span,
  help,
});

/** Everything after the provider's name. */
export interface Parts {
  readonly all: readonly Part[];
  /** Of the whole attach point, which is what bpftrace's own messages mark. */
  readonly span: Span;
  /** The provider as written, resolved to its long name. */
  readonly provider: string;
}

export interface ProviderOptions {
  readonly isUnsafe: boolean;
  readonly pid: number | undefined;
  /** Of `-p`: its files are meant. The child of `-c` has none yet. */
  readonly runningPid: number | undefined;
  readonly missingProbes: "error" | "warn" | "ignore";
  readonly arch: Architecture;
}

// ---------------------------------------------------------------- attach points that exist

/** `point` is plain data: it ends up in the object, and is all that the attaching half is told. */
export interface Candidate<P> {
  readonly point: P;
  /** Canonical name. */
  readonly name: string;
  /** Of `tracing` programs: what the kernel has to know when one is loaded. */
  readonly attachTo?: LoadTarget;
  /** What programs do may come here while the kernel holds a lock that they want: none runs while another does. */
  readonly isDangerous?: true;
  /** Why attaching is known to fail, in the words that are printed then (probes-and-cli.md 3.4). */
  readonly trouble?: string;
  /** Of probes on one instruction of a process: for bodies that ask. */
  readonly target?: () => ProbeTarget | undefined;
  /** Of points that are many places: where each has its arguments. The point has as many sites. */
  readonly sites?: { readonly count: number; readonly all: () => readonly ArgumentSite[] };
}

/** In how many places a program may find itself on a point. */
export const siteCount = ({ sites }: Pick<Candidate<unknown>, "sites">): number => sites?.count ?? 1;

export interface Expansion<P> {
  readonly candidates: readonly Candidate<P>[];
  /** For "No matches for …": the text after the provider's name, when an exact name was missing. */
  readonly missing: string | undefined;
  /** Which part of the attach point says what is missing, counted from 0, or from the end with -1. */
  readonly missingPart?: number;
  /** Why it is missing, and what there is instead. */
  readonly missingHelp?: (() => Help) | undefined;
  /** What is wrong whatever the script says of missing probes. */
  readonly wrong?: readonly Notice[];
  /** The target file of a user-space probe that does not exist, and what is wrong with one that does. */
  readonly missingTarget?: string;
  readonly targetTrouble?: string | undefined;
  readonly targetHelp?: (() => Help) | undefined;
  /** What is there, but must not be probed: as good as missing where it was meant, left out where a pattern found it. */
  readonly refused?: readonly Refusal[];
  /** Said of what is attached all the same. */
  readonly warned?: readonly Notice[];
}

export interface Refusal {
  /** Canonical name of the point. */
  readonly name: string;
  readonly notice: Notice;
  readonly isOfPattern: boolean;
}

/** Something to tell about an attach point. */
export type Notice = { readonly [C in Code]: NoticeOf<C> }[Code];

interface NoticeOf<C extends Code> {
  readonly code: C;
  readonly args: MessageArgs<C>;
  readonly hints?: readonly string[];
  /** Which part is wrong, counted from 0, or from the end with -1; undefined: all of it. */
  readonly part?: number;
  readonly help?: () => Help;
}

/** A line of `-l`, and what `-lv` shows below it. */
export interface ListEntry {
  readonly text: string;
  /** Given the text, so that one function can serve a list of thousands. */
  readonly args?: (text: string) => readonly string[];
  /** Why there is nothing below it, if something is missing: told once. */
  readonly lack?: () => string | undefined;
}

// ---------------------------------------------------------------- attaching

/** One way in which kernels attach programs. */
export interface AttachWay {
  /** For people. */
  readonly name: string;
  /** One program and one link do for any number of points. */
  readonly isMulti: boolean;
  readonly expectedAttach: ExpectedAttach;
  /** Without these the kernel does not have it. */
  readonly needs: readonly Feature[];
  /** With these a program is told by cookie on which of its points it runs. Undefined: never. */
  readonly cookie: readonly Feature[] | undefined;
  /** Where it is not that of the provider. */
  readonly schedule?: Schedule;
}

export interface ProviderWay<P> extends AttachWay {
  /** Which points of a script it takes; without it, all. */
  readonly takes?: (bodies: readonly BodyPoints<P>[], facts: KernelFacts) => (point: P) => boolean;
  /** What attaching in this way takes more than any way does. */
  readonly plan?: (point: P, facts: KernelFacts) => Planned<P>;
  /** Points are entered through a hub. */
  readonly entry?: (point: P, facts: KernelFacts) => HubSlot;
  /** What bodies find, where that is not what the provider says. */
  readonly context?: (parts: ContextParts, point: P, facts: KernelFacts) => ContextParts;
}

export type Planned<P> = Pick<Candidate<P>, "point" | "trouble">;

/** The points of one body, and what the body asks of their contexts. */
export interface BodyPoints<P> {
  readonly points: readonly P[];
  readonly use: BodyUse;
}

/**
 * A program that is attached in place of many: it finds out which of them an event is for, and goes on there, by a tail
 * call through an array of programs.
 */
export interface Hub {
  /** There is one of a name. */
  readonly name: string;
  readonly way: AttachWay;
  readonly programType: ProgramType;
  /** Of `tracing` programs. */
  readonly attachTo: LoadTarget | undefined;
  readonly isSlowToDetach: boolean;
  /** What it returns for an event that is for nobody. */
  readonly returns: ContextParts["returns"];
  /** Slots are numbered from 0. */
  readonly slots: number;
  /** Emits what finds the slot, at the start of the hub. Where an event is for nobody it ends the program. */
  readonly findSlot: (b: Builder) => Value;
  /** Emits what finds the number of its slot in a program that was entered through the hub. */
  readonly ownSlot: (b: Builder, context: Value) => Value;
}

export interface HubSlot {
  readonly hub: Hub;
  readonly slot: number;
}

/** Where functions are entered and where they return is one program's, if two bodies are for the same functions. */
export interface Session<P> {
  readonly way: AttachWay;
  readonly isReturn: boolean;
  /** Which function it is, in the words of both providers. Undefined: it cannot be attached so. */
  readonly place: (point: P) => string | undefined;
}

// ---------------------------------------------------------------- what bodies find

/** How the values of `args` are read. */
export type ArgsAccess =
  /** A struct in memory at the context (tracepoint records). It is not a value that can be printed. */
  | { readonly kind: "context-struct"; readonly struct: StructType }
  /** The same, but there is no such record: each u64 of it is a register of the task, at an offset in `struct pt_regs`. */
  | { readonly kind: "record-registers"; readonly struct: StructType; readonly words: readonly (number | undefined)[] }
  /** Consecutive u64 slots (raw tracepoints, fentry): member i starts at `slotOffsets[i]`. */
  | { readonly kind: "context-slots"; readonly struct: StructType }
  /** Of a process, wherever each is: by where the member begins, in bits. */
  | { readonly kind: "placed"; readonly struct: StructType; readonly places: ReadonlyMap<number, ValuePlace> };

/** What a tracepoint tells of an event, wherever it lies. */
export const isRecord = (args: ArgsAccess | undefined): boolean =>
  args?.kind === "context-struct" || args?.kind === "record-registers";

/** The member of `args` that holds what a function returned. */
export const RETURN_VALUE = "$retval";

/** What a user-space probe is on. */
export interface ProbeTarget {
  readonly executable: Executable;
  /** Virtual address of the probed instruction, as the file has it. */
  readonly address: bigint;
  /** That is entered there; undefined where nobody passes arguments. */
  readonly entered: CodeFunction | undefined;
  /** The function that the instruction is in, for those who know where it has its arguments meanwhile. */
  readonly around: CodeFunction | undefined;
  /** The copy of another function that is entered there, as debug information numbers it. */
  readonly copy?: number | undefined;
}

/** What not every probe may do. A function that is not for all asks for its own. */
export type Ability = "signal" | "override" | "uaddr" | "path";

/** What a provider says of the place where its bodies run: what builtins are there and how they are read. */
export interface ContextParts {
  /** What `probetype` says and messages name: `special` for begin, end and self. */
  readonly probeType: string;
  readonly programType: ProgramType;
  /** Of plain pointers, `argN` and `retval`. */
  readonly space: AddressSpace;
  readonly args: ArgsAccess | undefined;
  /** Why there are no `args` where this provider has them: the function takes nothing, or it is not known what. */
  readonly argsTrouble?: "no-parameters" | { readonly reason: string } | undefined;
  /** The kernel knows the types of what the context holds: programs get pointers there, not numbers. */
  readonly isTyped: boolean;
  /** `struct pt_regs` is the context (`argN`, `retval`, `reg`). */
  readonly hasRegisters: boolean;
  readonly hasArgN: "registers" | "slots" | "sites" | undefined;
  /** Where `retval` is: in a register, or a member of `args`. */
  readonly retval: "register" | "args" | undefined;
  /** `func` is a `ksym_t` or a `usym_t`; where its address is found. */
  readonly func: { readonly of: "kernel" | "user"; readonly from: "instruction-pointer" | "get_func_ip" } | undefined;
  /** Name of the struct that `ctx` points to. */
  readonly ctx: string | undefined;
  /** What the program returns when the script does not say. */
  readonly returns: 0 | 1;
  readonly allows: readonly Ability[];
  /** For messages: what this provider has in place of a builtin that it lacks. */
  readonly insteadOf: { readonly ctx?: string; readonly retval?: string };
  /** Hints for those who miss a builtin here. */
  readonly lacks?: { readonly [B in "args" | "argN" | "retval"]?: string };
  /** The program whose types the body can name: its path. */
  readonly program?: string | undefined;
  /** The process is the tracer itself. */
  readonly isInTracer: boolean;
  /**
   * The kernel calls the program for one thing after the other while somebody reads a file. What is read: the `text` that
   * `printf` writes; or a byte for each `turn`, so that the runtime, which reads it, can take the events in between.
   */
  readonly seqFile?: "text" | "turns";
}

/** What helps those who use a builtin that is not there. */
export const helpOnLack =
  ({ lacks }: Pick<ContextParts, "lacks">, builtin: keyof NonNullable<ContextParts["lacks"]>) =>
  (): Help => ({ hints: [lacks?.[builtin]].filter((hint) => hint !== undefined) });

/** Where a body runs. */
export interface ProbeContext extends ContextParts {
  /** Long name: `begin`, `tracepoint` … For messages: nothing depends on it. */
  readonly provider: string;
  readonly schedule: Schedule;
  /** Of a body that asks for it, in the probes of one instruction. */
  readonly target: ProbeTarget | undefined;
  /** A filter by process id that the body is wrapped in (`-p`). */
  readonly pidFilter: number | "later" | undefined;
  /** The child that `-c` started. */
  readonly childPid: number | "later" | undefined;
  /** What `probe` says on each attach point of a body that asks; one, if it is the same on all. */
  readonly probeNames: readonly string[];
  /** Of all attach points of the body, by number: see `Lowering.siteNumber`. */
  readonly argumentSites: () => readonly ArgumentSite[];
}

/** What the body asks of its context: nothing is looked up that it does not need. */
export interface BodyUse {
  /** `args` itself, or something whose type it knows. */
  readonly usesArgs: boolean;
  readonly namesArgs: boolean;
  /** It has words that are neither the language's nor the script's own: types and constants. */
  readonly namesTypes: boolean;
  /** The members of `args` that it names; undefined when it may want them all. */
  readonly argsMembers: ReadonlySet<string> | undefined;
  readonly usesKernelStack: boolean;
}

/** … and of that of one point. */
export interface ContextUse extends BodyUse {
  /** The instruction that the point is on. */
  readonly target: () => ProbeTarget | undefined;
}

/** Where providers put the struct types that they make for `args`. */
export interface ArgsRegistry {
  /** Its types can be named, and asked for what is in them. */
  defineProgram(program: Executable): void;
  defineArgs(
    name: string,
    make: () => readonly import("../types/struct-source.js").Member[],
    space: AddressSpace,
  ): StructType;
}

// ---------------------------------------------------------------- the definition

/** @typeParam P - of the attach points that exist; @typeParam W - of those as written, patterns and all */
export interface ProviderDefinition<P = unknown, W = P, S extends Schedule = Schedule> {
  readonly name: string;
  readonly aliases: readonly string[];
  /** Names of what earlier versions of bpftrace had beside it, and what to do now. */
  readonly formerNames?: ReadonlyMap<string, string>;
  /** What other tools call it, for hints. */
  readonly otherWords?: readonly string[] | undefined;
  /** Parts without a provider in front that are parts of this one. */
  readonly recognise?: ((texts: readonly string[], facts: KernelFacts) => readonly string[]) | undefined;
  readonly doc: Doc;

  /** Allowed numbers of parts after the name, in the order that the message names them. */
  readonly partCounts: readonly number[];
  /** The same with `-p`, where the target may be left out. */
  readonly partCountsWithPid?: readonly number[];
  /** A number that is allowed as well, and that the message does not name. */
  readonly unnamedPartCount?: number;
  /** `parse` says of every other number what is wrong with it. */
  readonly judgesPartCount?: true;
  /** `TARGET@FILE:LINE[:COLUMN]` is taken to `parse` as well. */
  readonly acceptsLocation?: boolean;
  /** Parts that are no good but tolerated, or allowed with `-p` alone, as those that are meant. */
  readonly meant?: (parts: readonly Part[], options: ProviderOptions) => readonly Part[];
  /** What helps those who have written parts that are too few, too many or cannot be read. */
  readonly hint?: (parts: readonly Part[]) => string | undefined;
  /** The same, where only the kernel knows. */
  readonly help?: (parts: readonly Part[], facts: KernelFacts) => Help;
  /** Parts to what they say; reports and returns undefined when they are wrong. */
  readonly parse: (parts: Parts, bag: DiagnosticBag, options: ProviderOptions) => W | undefined;

  /** A probe with such an attach point has no other. */
  readonly isAlone?: true;
  /** No two points of a script may have the same. */
  readonly uniqueName?: (written: W) => string;

  /** Which wildcards in place of a provider's name stand for it, in scripts and in `-l`. */
  readonly wildcard: "kernel" | "user" | "none";
  /** Wildcards to what exists; a point without wildcard to itself if it exists. */
  readonly expand: (written: W, facts: KernelFacts, options: ProviderOptions) => Expansion<P>;
  /** All that matches, for `-l`. */
  readonly list?: (facts: KernelFacts, search: Parts, options: ProviderOptions) => readonly ListEntry[];
  /** Why nothing is found where something is wrong with what is searched. */
  readonly listTrouble?: (facts: KernelFacts, search: Parts, options: ProviderOptions) => string | undefined;
  /** The same as `list` where there are so many that it counts: their texts, with a newline between two. */
  readonly listText?: (facts: KernelFacts, search: Parts) => string;
  /** What `-l` shows of a program's attach point; by default its name. */
  readonly listed?: (candidate: Candidate<P>, facts: KernelFacts) => ListEntry | undefined;

  /** The kernel's modules that the points are in: scripts can name their types as well. */
  readonly modules?: (points: readonly P[], facts: KernelFacts) => readonly string[];

  /** Points with equal contexts may share one body and program. */
  readonly context: (
    point: P,
    facts: KernelFacts,
    structs: StructSource & ArgsRegistry,
    use: ContextUse,
  ) => ContextParts;
  /** For bodies that use no more than this every point has the same, which is then made once for thousands. */
  readonly hasOneContext?: (use: BodyUse) => boolean;
  /** Its points in the file of a compiled script. */
  readonly codec: Codec<P>;
  /**
   * What speaks against a point that somebody says to have found, looked at where it is now. Points of compiled scripts are
   * such: anybody may have written the file. Not there: whoever attaches the point says so.
   */
  readonly objectionTo?: (point: P, facts: KernelFacts, isUnsafe: boolean) => Notice | undefined;
  /** Who keeps out what other processes do with `-p`: the program, who attaches it, or nobody (probes-and-cli.md 11). */
  readonly pidFilter: "program" | "attacher" | "none";
  readonly schedule: S;
  /** The ways in which its points can be attached, the best first; the last one takes all that are left, on all kernels. */
  readonly ways: readonly ProviderWay<P>[];
  readonly session?: Session<P>;
}

/** Something in the kernel or in a process runs its programs. */
export type AttachedProvider<P, W = P> = ProviderDefinition<P, W, AttachedSchedule>;
/** The tracer itself runs its programs. */
export type TracerProvider<P> = ProviderDefinition<P, P, TracerSchedule>;

export const defineProvider = <P, W = P>(definition: AttachedProvider<P, W>): AttachedProvider<P, W> => definition;
export const defineTracerProvider = <P>(definition: TracerProvider<P>): TracerProvider<P> => definition;
