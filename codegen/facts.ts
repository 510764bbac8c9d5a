/**
 * All that the compiler may ask about a kernel. `src/kernel/live.ts` answers for this host,
 * `src/kernel/snapshot.ts` from a saved directory; the same script and facts give the same bytes.
 */
import type { Btf } from "./btf/index.js";
import type { ProgramType } from "./object.js";

export interface KernelVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** As `uname -r` prints it. */
  readonly text: string;
}

export type Architecture = "x86_64" | "aarch64";

export const FEATURES = [
  "attach-cookie", // bpf_get_attach_cookie, 5.15
  "perf-event-link", // BPF_LINK_CREATE of perf events, 5.15
  "ring-buffer", // 5.8
  "loop", // bpf_loop, 5.17
  "iter-num", // bpf_iter_num_new and friends, 6.4
  "may-goto", // 6.9
  "isa-v4", // movsx, ldsx, sdiv, smod, bswap, gotol, 6.6
  "kprobe", // CONFIG_KPROBES
  "kprobe-multi", // 5.18
  "kprobe-session", // 6.10
  "uprobe-multi", // 6.6
  "user-func-ip", // bpf_get_func_ip in probes of user functions, 6.6
  "uprobe-multi-pid", // its filter goes by process, not by thread, 6.10
  "fentry", // BPF trampolines
  "map-lookup-percpu-elem", // 5.19
  "ktime-tai", // bpf_ktime_get_tai_ns, 6.1
  "tail-calls", // by programs that have functions as well, 5.10
  "current-task-btf", // bpf_get_current_task_btf, 5.11
  "stack-arguments", // of functions with trampolines, 6.6
  "compare-exchange", // atomic instructions that compare, 5.12
  "steady-raw-tracepoints", // nothing takes the CPU from their programs, before 7.0
  "steady-syscall-events", // the same of perf events of system calls, before 7.2
  // What verifiers have not always done: kernel/verifier-facts.ts.
  "narrowed-spills",
  "rotated-loops",
  "may-goto-in-large-frames",
] as const;
export type Feature = (typeof FEATURES)[number];

/** One line `field:…` of a tracepoint's format file (probes-and-cli.md 6). */
export interface TracepointField {
  readonly name: string;
  /** As written, without name and dimensions. */
  readonly typeText: string;
  /** Absent: no array. `[]` is 0. */
  readonly arrayLength: number | undefined;
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  readonly isSigned: boolean;
  readonly isCommon: boolean;
  readonly isDataLoc: boolean;
}

export interface TracepointFormat {
  /** For perf events. */
  readonly id: number;
  readonly fields: readonly TracepointField[];
}

export interface KernelFunction {
  readonly name: string;
  readonly module: string;
  /** So many functions of the module have that name, if more than one. */
  readonly copies?: number;
}

export interface KernelFunctionAddress {
  readonly module: string;
  readonly address: bigint;
}

/** Where a USDT probe is in a file. A probe may have many places, each with arguments of its own. */
export interface UsdtPlace {
  readonly provider: string;
  readonly name: string;
  /** Virtual address of the probed instruction, as the file has it. */
  readonly address: bigint;
  /** Of that instruction. */
  readonly fileOffset: bigint;
  /** A u16 that counts who listens; without a file offset when the file has no page for it. */
  readonly semaphore: { readonly address: bigint; readonly fileOffset: bigint | undefined } | undefined;
  /** Where the arguments are, as the assembler wrote it: `-4@%edi 8@16(%rsp)`. */
  readonly args: string;
}

/** What programs are made for, as far as their USDT arguments can be read. */
export type ProgramArchitecture = "x86_64" | "i386" | "aarch64";

export interface UsdtNotes {
  /** Undefined when it is another one. */
  readonly architecture: ProgramArchitecture | undefined;
  /** In the order of the file. */
  readonly places: readonly UsdtPlace[];
  /** What is wrong with the notes that are left out: "note 3 is cut off". */
  readonly problems: readonly string[];
}

/** A line of a program's source. */
export interface SourcePlace {
  /** A path, or how one ends. */
  readonly file: string;
  readonly line: number;
  /** From 1; 0: any. */
  readonly column: number;
}

export type SourceLineLookup =
  /** One instruction in each function that has code of the line: where it was inlined, each instance of a template. */
  | { readonly kind: "found"; readonly addresses: readonly bigint[] }
  /** The build id names the file that would have it. The trouble is that of a file that is broken. */
  | { readonly kind: "no-debug-info"; readonly buildId: string | undefined; readonly trouble: string | undefined }
  /** With those that there are. */
  | { readonly kind: "no-file"; readonly files: readonly string[] }
  | { readonly kind: "ambiguous"; readonly files: readonly string[] }
  /** With the lines that have code, and the columns of this line that do, ascending. */
  | { readonly kind: "no-line"; readonly lines: readonly number[]; readonly columns: readonly number[] };

/**
 * A type of a program, as its debug information has it; typedefs and qualifiers are looked through. What a struct has in
 * it is asked by number, so that lists which point to themselves end.
 */
export type DebugType =
  | { readonly kind: "void" }
  /** Also truth values, characters and enums, which are numbers to debug information. */
  | { readonly kind: "int"; readonly bytes: 1 | 2 | 4 | 8; readonly isSigned: boolean }
  | { readonly kind: "pointer"; readonly to: DebugType }
  | {
      readonly kind: "struct";
      readonly tag: "struct" | "union";
      readonly name: string;
      readonly bytes: number;
      /** For {@link Executable.debugMembers}; undefined: it is only declared. */
      readonly id: number | undefined;
      /** Where the source says it; otherwise that of its members. */
      readonly alignBytes?: number;
      /** A class that copies itself: functions are passed its address. */
      readonly isPassedByReference?: true;
    }
  | { readonly kind: "array"; readonly element: DebugType; readonly length: number; readonly isText: boolean }
  | { readonly kind: "float"; readonly bytes: number; readonly unit: FloatUnit }
  /** Numbers side by side, for instructions that compute with all of them. */
  | { readonly kind: "vector"; readonly bytes: number }
  /** What scripts can make nothing of: its bytes. */
  | { readonly kind: "other"; readonly bytes: number };

/** Of x86: the old unit for numbers of 80 bits, that for all others; two of a complex number. */
export type FloatUnit = "sse" | "two-sse" | "x87" | "two-x87";

export interface DebugMember {
  /** Empty: its members count as those of the struct around it. */
  readonly name: string;
  readonly type: DebugType;
  readonly offsetBits: number;
  /** Of bit-fields. */
  readonly bitSize: number | undefined;
}

/** A part of a value, or all of it. Registers have the numbers that the processor's DWARF gives them. */
export type DebugPart =
  | { readonly kind: "register"; readonly register: number; readonly bytes: number | undefined }
  /** At the sum of both; from `frame` on lies what the caller has put on the stack. Indirect: there lies its address. */
  | {
      readonly kind: "memory";
      readonly base: number | "frame" | undefined;
      readonly offset: bigint;
      readonly isIndirect: boolean;
      readonly bytes: number | undefined;
    }
  /** The sum itself. */
  | {
      readonly kind: "value";
      readonly base: number | "frame" | undefined;
      readonly offset: bigint;
      readonly bytes: number | undefined;
    }
  /** It follows from what there is, by more than a sum; or from what there was when the function was called. */
  | { readonly kind: "computed"; readonly isOfEntry: boolean; readonly bytes: number | undefined }
  /** It is nowhere. */
  | { readonly kind: "lost"; readonly bytes: number | undefined };

export interface DebugParameter {
  readonly name: string;
  readonly type: DebugType;
  /** The type as people read it: `const char*`. */
  readonly typeText: string;
  /** Where it is at the instruction that was asked about, in order; undefined: debug information does not say. */
  readonly parts: readonly DebugPart[] | undefined;
  /** That is so in all of the function, perhaps only once it has made its frame. */
  readonly isStored: boolean;
  /** It is passed by its address, though not declared so. */
  readonly isByReference: boolean;
}

/** Of a function of which debug information knows something. */
export interface DebugFunction {
  readonly parameters: readonly DebugParameter[];
  readonly result: DebugType;
  /** It is called as the platform has it; others agree with their callers on something else. */
  readonly isPlain: boolean;
  /** Callers pass what it does not use as well. LLVM's leave anything in those registers when they see that. */
  readonly isPassedAll: boolean;
  /** Languages that do not call functions as C does. */
  readonly language: "c" | "go" | "go-on-stack" | "rust";
  /** The instruction is the first of a function, and no copy of one inside another. */
  readonly isEntry: boolean;
}

/** Where something is asked about the parameters of a function. */
export interface ParameterPlace {
  readonly entered: CodeFunction;
  /** Virtual address of the instruction. */
  readonly address: bigint;
  /** The copy that is entered there, if it is one inside of {@link entered}. */
  readonly copy?: number | undefined;
}

export type ParameterLookup =
  | ({ readonly kind: "found" } & DebugFunction)
  | { readonly kind: "no-debug-info" }
  | { readonly kind: "broken"; readonly reason: string }
  /** There is debug information, but not of this function. */
  | { readonly kind: "no-function" };

/** A function that was put where it is called. */
export interface InlinedCopies {
  /** The functions that contain a copy of it. */
  readonly into: readonly string[];
  readonly places: readonly InlinedPlace[];
  /** Where it is written. */
  readonly file: string | undefined;
  readonly line: number | undefined;
}

export interface InlinedPlace {
  /** Virtual address of its first instruction. */
  readonly address: bigint;
  /** For {@link ParameterPlace}. */
  readonly copy: number;
  /** Symbol of the function around it. */
  readonly into: string | undefined;
}

/** A function of a file, by one of its names. */
export interface CodeFunction {
  readonly name: string;
  /** Virtual address, as the file has it. */
  readonly address: bigint;
  /** 0 when it is not known. */
  readonly bytes: bigint;
}

/** A file that user-space probes attach to. Addresses are virtual ones, as the file has them. */
export interface Executable {
  /** Resolved; `ARCHIVE!/MEMBER` for a member of an archive. */
  readonly path: string;
  /** The file that the kernel is told of. */
  readonly filePath: string;
  /** The same for all paths that lead to the file. */
  identity(): string;
  /** Names of defined functions (FUNC and IFUNC symbols), sorted bytewise, without duplicates. */
  functions(): readonly string[];
  /** What is wrong with it, where it has no functions for that reason. */
  trouble(): string | undefined;
  /** In order of addresses: several static functions may share a name. */
  functionsNamed(name: string): readonly CodeFunction[];
  /** In order of names and then of addresses. */
  functionsMatching(matches: (name: string) => boolean): readonly CodeFunction[];
  /** Copies that compilers have made of a function, with other parameters or a part of its code: `f.constprop.0`. */
  clonesOf(name: string): readonly string[];
  /** The one that an address lies in. */
  functionAt(address: bigint): CodeFunction | undefined;
  /** Any symbol that is defined; of a size that is not known there are 0 bytes. */
  symbol(name: string): { readonly address: bigint; readonly bytes: bigint } | undefined;
  /** As much of it as there is, up to a length; undefined where no code is. */
  code(address: bigint, length: number): Uint8Array | undefined;
  /** Where in {@link filePath} code is. */
  fileOffset(address: bigint): bigint | undefined;
  /** What code is at an offset of that file. */
  addressOf(fileOffset: bigint): bigint | undefined;
  /** Which instructions a line of the source has become. */
  sourceLine(place: SourcePlace): SourceLineLookup;
  hasDebugInfo(): boolean;
  /** What a function takes, from debug information. */
  parametersOf(place: ParameterPlace): ParameterLookup;
  /** What has become of a function that is nowhere: undefined when debug information does not say. */
  inlined(name: string, effort?: "little"): InlinedCopies | undefined;
  /** By {@link DebugType} `id`. */
  debugMembers(id: number): readonly DebugMember[];
  /** A type that debug information has. Without a tag it is a class, or what has a name of its own. */
  debugTypeNamed(name: string, tag: "struct" | "union" | "enum" | undefined): DebugType | undefined;
  /** A constant of an enum that debug information has. */
  debugConstant(name: string): bigint | undefined;
  /** Where a program starts; undefined of what is none. */
  entry(): bigint | undefined;
  /** Undefined for files that are no ELF files (`--unsafe` allows probes on those too), and for unknown processors. */
  architecture(): ProgramArchitecture | undefined;
  /** Made by the Go compiler, whose run time moves and walks stacks in its own way. */
  isGo(): boolean;
  /** A program that always runs at the addresses that its file has. */
  isAtFixedAddress(): boolean;
  /** Its USDT probes. */
  usdt(): UsdtNotes;
}

export type ExecutableLookup =
  | { readonly kind: "found"; readonly executables: readonly Executable[] }
  /** With what is wrong with a file that is there ("it is a program for aarch64"), or files that are called almost so. */
  | { readonly kind: "missing"; readonly reason?: string | undefined; readonly similar: () => readonly string[] };

/** As stat(2) has it of `/proc/self/ns/pid`. */
export interface Namespace {
  readonly device: bigint;
  readonly inode: bigint;
}

/** Why a cgroup has no id that can be known is said in the words of the C library. */
export type CgroupLookup =
  /** One of version 1 has a number that `cgroup` never is. */
  | { readonly kind: "found"; readonly id: bigint; readonly version: 1 | 2; readonly hints?: readonly string[] }
  | { readonly kind: "failed"; readonly reason: string; readonly hints?: readonly string[] };

/** A function of a program that somebody has loaded, as its BTF has it. */
export interface BpfProgramFunction {
  /** The program's id. */
  readonly program: number;
  readonly name: string;
  /** In the BTF of that program. */
  readonly btfId: number;
}

export interface KernelFacts {
  readonly release: KernelVersion;
  readonly arch: Architecture;
  /** Possible CPUs: what per-CPU memory is laid out for. */
  readonly possibleCpus: number;
  /** Where the tracer's process ids are from, unless that is the initial namespace. */
  readonly pidNamespace: Namespace | undefined;
  /** Vmlinux BTF, read when first asked for. */
  readonly btf: Btf | undefined;
  /** BTF of a loaded module on top of vmlinux. */
  moduleBtf(module: string): Btf | undefined;
  tracepointFormat(category: string, event: string): TracepointFormat | undefined;
  /** `category:event`, sorted bytewise. */
  tracepoints(): readonly string[];
  /** System call names by number for `syscalls:sys_enter_NAME`; undefined when unknown. */
  syscallNumber(name: string): number | undefined;
  /** The kernel forbids kprobes on a function of that name. */
  isBlacklisted(name: string): boolean;
  /** Where the traceable functions of these names start: several have one name. Nothing when addresses are hidden. */
  functionAddresses(names: ReadonlySet<string>): ReadonlyMap<string, readonly KernelFunctionAddress[]>;
  /**
   * What kprobes may attach to, sorted bytewise; undefined when the kernel does not say. With a name, or a pattern for
   * names, those alone, which costs a fraction.
   */
  traceableFunctions(named?: string): readonly KernelFunction[] | undefined;
  /** The file that the user has given in place of the kernel's own list of them. */
  readonly givenFunctions?: string | undefined;
  /** The same without modules, each name once, for a half of the cost. */
  traceableFunctionNames(named?: string): readonly string[] | undefined;
  /**
   * All of these names as one text, each with the prefix before it and a newline between two, for a fraction of the cost.
   * None in which `without` stands.
   */
  traceableFunctionText(shown: { readonly prefix: string; readonly without: string }): string | undefined;
  /** All functions of the kernel and its modules, traceable or not, for hints. */
  kernelFunctionNames(): readonly string[];
  /** Functions that contain the code of one that the compiler has inlined, as far as debug information is there. */
  inlinedInto(name: string): readonly string[];
  /** Of a function of the kernel itself, where an image of it with symbols is at hand. */
  kernelFunctionBytes(name: string): bigint | undefined;
  /** Any kernel symbol, traceable or not. */
  hasKernelSymbol(name: string): boolean;
  /** All of the kernel's symbols, for hints. */
  kernelSymbolNames(): readonly string[];
  /** Of a symbol of the kernel itself, not of a module; undefined when it is hidden. */
  kernelSymbolAddress(name: string): bigint | undefined;
  loadedModules(): readonly string[];
  /** By program, those without BTF left out. */
  bpfProgramFunctions(): readonly BpfProgramFunction[];
  /** Of the directory of a cgroup. */
  cgroupId(path: string): CgroupLookup;
  /**
   * The target of a user-space probe: a path, a name in PATH, a library name, a glob, or `*` for all that the process has
   * mapped, or else for all that any process has.
   */
  executables(target: string, options: { readonly pid: number | undefined }): ExecutableLookup;
  /** The program that a process runs. */
  programOf(pid: number): Executable | undefined;
  /** The declaration that a C++ symbol stands for; undefined when it stands for none. */
  demangle(symbol: string): string | undefined;
  supports(feature: Feature): boolean;
  /** Whether programs of a type may call a function of the kernel, which knows that best. */
  allowsKfunc(name: string, type: ProgramType): boolean;
}
