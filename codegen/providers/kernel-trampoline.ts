/** `fentry` and `fexit`: programs that a function of the kernel, or of another program, calls through a trampoline. */
import { record, cString, u32, union } from "../codec/index.js";
import { didYouMean, type DiagnosticBag, type Help, parseIntegerText } from "../../grammar/index.js";
import { type Btf, type BtfFuncProto, findFunction, resolve, sizeOf } from "../btf/index.js";
import type { KernelFacts, KernelFunction } from "../facts.js";
import { ARGUMENT_REGISTERS } from "../kernel/pt-regs.js";
import { globMatcher, hasWildcard } from "../language/glob.js";
import type { Doc } from "../language/function.js";
import {
  type ArgsAccess,
  type ArgsRegistry,
  type AttachedProvider,
  type Candidate,
  defineProvider,
  type Expansion,
  type ListEntry,
  marked,
  type Notice,
  type Parts,
  type Refusal,
} from "../language/provider.js";
import { slotMembers } from "./context-slots.js";
import { BARE } from "./contexts.js";
import { helpOnFunction, helpOnModulePattern, missingPartOf } from "./kernel-function-help.js";
import { btfOf, parameterText } from "./parameter-text.js";
import { trampoline } from "./ways.js";

/** A function of the kernel or a module, or of a program that somebody has loaded. */
export type TrampolinePoint =
  | { readonly kind: "kernel"; readonly module: string; readonly function: string }
  | { readonly kind: "program"; readonly id: number; readonly function: string };

/** As written: either may be a pattern. */
type Written = WrittenKernel | WrittenProgram;
interface WrittenKernel {
  readonly kind: "kernel";
  readonly module: string | undefined;
  readonly function: string;
}
interface WrittenProgram {
  readonly kind: "program";
  readonly id: number | undefined;
  readonly function: string;
}

/** What stands in the place of a module for functions of programs. */
const OF_PROGRAMS = "bpf";

interface Own {
  readonly aliases: readonly string[];
  readonly otherWords?: readonly string[];
  readonly doc: Doc;
  readonly isReturn: boolean;
}

export function defineTrampoline(
  name: string,
  { aliases, otherWords = [], doc, isReturn }: Own,
): AttachedProvider<TrampolinePoint, Written> {
  const nameOf = (point: TrampolinePoint): string => `${name}:${ownerOf(point)}:${point.function}`;
  const candidate = (point: TrampolinePoint, facts: KernelFacts): Candidate<TrampolinePoint> => ({
    point,
    name: nameOf(point),
    ...loadTargetOf(point, facts),
    ...(isDangerous(point) ? { isDangerous: true } : {}),
  });
  const entry = (point: TrampolinePoint, facts: KernelFacts): ListEntry => ({
    text: nameOf(point),
    args: () => argumentTexts(point, isReturn, facts),
  });
  return defineProvider<TrampolinePoint, Written>({
    name,
    aliases,
    otherWords,
    doc,
    partCounts: [1, 3],
    unnamedPartCount: 2,
    parse,
    wildcard: isReturn ? "none" : "kernel",
    expand: (written, facts) => {
      const { points, ...rest } =
        written.kind === "program" ? programPoints(written, facts) : kernelPoints(written, facts);
      const warned = [...points.filter(isDangerous).map(warningOf), ...(rest.warned ?? [])];
      return {
        missingPart:
          written.kind === "kernel" ? missingPartOf({ module: written.module, pattern: written.function }, facts) : -1,
        missingHelp: () => missingHints(name, written, facts),
        ...rest,
        candidates: points.map((point) => candidate(point, facts)),
        warned,
      };
    },
    list: (facts, search) => list(search, facts).map((point) => entry(point, facts)),
    listed: ({ point }, facts) => entry(point, facts),
    modules: (points) => points.flatMap((point) => (point.kind === "kernel" ? point.module : [])),
    context: (point, facts, structs, use) => {
      const args = use.usesArgs ? argsOf(point, isReturn, facts, structs) : undefined;
      return {
        ...BARE,
        probeType: name,
        programType: "tracing",
        space: "kernel",
        args,
        isTyped: true,
        retval: "args",
        func: { of: "kernel", from: "get_func_ip" },
        allows: ["signal", "path"],
      };
    },
    codec: union<TrampolinePoint, "kind">("kind", {
      kernel: record({ module: cString, function: cString }),
      program: record({ id: u32, function: cString }),
    }),
    pidFilter: "program",
    schedule: { runs: "attached", order: "reverse", isSlowToDetach: true },
    ways: [trampoline(isReturn ? "fexit" : "fentry")],
  });
}

/** Locks, which programs take as well when they use maps or send events. */
const LOCKS: ReadonlySet<string> = new Set([
  "_raw_spin_lock",
  "_raw_spin_lock_irqsave",
  "_raw_spin_unlock_irqrestore",
  "queued_spin_lock_slowpath",
]);

const isDangerous = (point: TrampolinePoint): boolean =>
  point.kind === "kernel" && point.module === "vmlinux" && LOCKS.has(point.function);

const warningOf = (point: TrampolinePoint): Notice => ({
  code: "function-dangerous",
  args: { match: `${ownerOf(point)}:${point.function}` },
});

const ownerOf = (point: TrampolinePoint): string =>
  point.kind === "program" ? `${OF_PROGRAMS}:${point.id}` : point.module;

// ---------------------------------------------------------------- attach points as written

/** `FUNCTION`, `MODULE:FUNCTION`, `bpf:PROGRAM` or `bpf:ID:PROGRAM`. */
function parse(parts: Parts, bag: DiagnosticBag): Written | undefined {
  const texts = parts.all.map(({ text }) => text);
  const [first = ""] = texts;
  const name = texts.at(-1) ?? "";
  if (first === OF_PROGRAMS) {
    if (texts.length < 2) return void bag.error("trampoline-program", parts.span, {});
    const id = texts.length === 3 && texts[1] !== "*" ? parseIntegerText(texts[1] ?? "") : undefined;
    if (typeof id === "object") return void bag.error("trampoline-program-id", parts.span, {}, marked(parts.all[1]));
    if (name === "") return void bag.error("trampoline-target", parts.span, {});
    return { kind: "program", id: id === undefined ? undefined : Number(id), function: name };
  }
  if (texts.length > 2) return void bag.error("trampoline-parts", parts.span, {});
  if (name === "") return void bag.error("trampoline-target", parts.span, {});
  return { kind: "kernel", module: texts.length > 1 ? first : undefined, function: name };
}

// ---------------------------------------------------------------- what there is

type Found = Omit<Expansion<TrampolinePoint>, "candidates"> & { readonly points: readonly TrampolinePoint[] };

const programPoints = (written: WrittenProgram, facts: KernelFacts): Found => ({
  points: programsMatching(written.id, globMatcher(written.function), facts),
  missing: undefined,
});

const programsMatching = (
  id: number | undefined,
  matches: (name: string) => boolean,
  facts: KernelFacts,
): readonly TrampolinePoint[] =>
  facts
    .bpfProgramFunctions()
    .filter((f) => (id === undefined || f.program === id) && matches(f.name))
    .map((f) => ({ kind: "program", id: f.program, function: f.name }));

function kernelPoints({ module, function: name }: WrittenKernel, facts: KernelFacts): Found {
  const text = module === undefined ? name : `${module}:${name}`;
  if (hasWildcard(text)) {
    const sought = { module, pattern: name };
    return {
      points: matching(module ?? "*", name, facts),
      missing: undefined,
      missingPart: missingPartOf(sought, facts),
      missingHelp: () => helpOnModulePattern(sought, facts),
    };
  }
  const points = modulesOf(name, module, facts).map((m) => pointIn(m, name));
  const [only] = points;
  if (only === undefined) return { points: [], missing: text };
  const many = points.find((point) => hasTooMany(point.module, name, facts));
  if (many !== undefined) return { points: [], missing: undefined, refused: [tooMany(many, facts)] };
  return points.length > 1
    ? { points: [], missing: undefined, refused: [ambiguity(name)] }
    : { points: [only], missing: undefined, warned: copiesOf(only, facts) };
}

/** BTF describes one function of a name, and the kernel takes the first that it finds. */
function copiesOf({ module, function: symbol }: KernelPoint, facts: KernelFacts): readonly Notice[] {
  const found = facts.traceableFunctions(symbol)?.find((f) => f.name === symbol && f.module === module);
  const count = found?.copies ?? 1;
  const hints = [`\`kprobe:*:${symbol}\` is on all of them.`];
  return count === 1 ? [] : [{ code: "function-copies", args: { symbol, count }, hints }];
}

function missingHints(provider: string, written: Written, facts: KernelFacts): Help {
  if (written.kind === "kernel")
    return helpOnFunction({ symbol: written.function, module: written.module, provider, isTrampoline: true, facts });
  const names = new Set(facts.bpfProgramFunctions().map((f) => f.name));
  return { hints: didYouMean(written.function, names) };
}

/** In several modules. */
const ambiguity = (name: string): Refusal => ({
  name,
  notice: { code: "function-ambiguous", args: { name } },
  isOfPattern: false,
});

const tooMany = ({ module, function: name }: KernelPoint, facts: KernelFacts): Refusal => {
  const probe = `${module}:${name}`;
  const reason = `functions with more than ${maxSlots(facts)} parameters are not supported.`;
  return { name: probe, notice: { code: "args-unparsable", args: { probe, reason } }, isOfPattern: false };
};

type KernelPoint = Extract<TrampolinePoint, { readonly kind: "kernel" }>;

const pointIn = (module: string, name: string): KernelPoint => ({ kind: "kernel", module, function: name });

/** Those that may be traced; where the kernel does not say what may be, those that its BTF has. */
function modulesOf(name: string, module: string | undefined, facts: KernelFacts): readonly string[] {
  const traceable = facts.traceableFunctions(name);
  if (traceable === undefined) {
    const modules = module === undefined ? ["vmlinux"] : [module];
    return modules.filter((m) => functionIn(m, name, facts) !== undefined);
  }
  return traceable
    .filter((f) => f.name === name && (module === undefined || f.module === module) && isSupported(f, facts))
    .map((f) => f.module);
}

/** Sorted bytewise, as the traceable functions are. */
function matching(module: string, name: string, facts: KernelFacts): readonly KernelPoint[] {
  const matches = globMatcher(`${module}:${name}`);
  return (facts.traceableFunctions(name) ?? [])
    .filter((f) => matches(`${f.module}:${f.name}`) && isSupported(f, facts) && !hasTooMany(f.module, f.name, facts))
    .map((f) => pointIn(f.module, f.name))
    .sort((a, b) => (ownerOf(a) < ownerOf(b) ? -1 : ownerOf(a) > ownerOf(b) ? 1 : 0));
}

/** The verifier's own list (`btf_id_deny`), and what trampolines do not pass on. */
function isSupported({ module, name }: KernelFunction, facts: KernelFacts): boolean {
  if (DENIED.has(name)) return false;
  const found = functionIn(module, name, facts);
  if (found === undefined) return false;
  const { btf, proto } = found;
  return (
    proto.params.every(({ type }) => isPassedOn(btf, type)) &&
    (proto.result === 0 || (isPassedOn(btf, proto.result) && !isStruct(btf, proto.result)))
  );
}

/** More than a trampoline passes on: in registers, and since 6.6 on the stack (MAX_BPF_FUNC_ARGS). */
const maxSlots = (facts: KernelFacts): number =>
  facts.supports("stack-arguments") ? MAX_SLOTS : ARGUMENT_REGISTERS[facts.arch].length;

const MAX_SLOTS = 12;

function hasTooMany(module: string, name: string, facts: KernelFacts): boolean {
  const found = functionIn(module, name, facts);
  if (found === undefined) return false;
  const { btf, proto } = found;
  // Structs of two words are two, and a kernel that has none on the stack need not be asked about fewer.
  const slots = proto.params.reduce((sum, { type }) => sum + Math.ceil((sizeOf(btf, type) ?? 8) / 8), 0);
  return slots > ARGUMENT_REGISTERS[facts.arch].length && slots > maxSlots(facts);
}

const DENIED: ReadonlySet<string> = new Set([
  "__rcu_read_lock",
  "__rcu_read_unlock",
  "migrate_disable",
  "migrate_enable",
  "preempt_count_add",
  "preempt_count_sub",
  "rcu_read_unlock_strict",
]);

/** Numbers, pointers, and structs of two words (kernel/bpf/btf.c, `btf_distill_func_proto`). A variable part has no type. */
function isPassedOn(btf: Btf, type: number): boolean {
  if (type === 0) return false;
  const { kind } = resolve(btf, type).type;
  if (kind === "struct" || kind === "union") return (sizeOf(btf, type) ?? Infinity) <= MAX_STRUCT_BYTES;
  return kind === "ptr" || ((kind === "int" || kind === "enum") && (sizeOf(btf, type) ?? Infinity) <= 8);
}

const MAX_STRUCT_BYTES = 16;

const isStruct = (btf: Btf, type: number): boolean => ["struct", "union"].includes(resolve(btf, type).type.kind);

interface FoundFunction {
  readonly btf: Btf;
  readonly id: number;
  readonly proto: BtfFuncProto;
}

function functionIn(module: string, name: string, facts: KernelFacts): FoundFunction | undefined {
  const btf = btfOf(module, facts);
  const found = btf === undefined ? undefined : findFunction(btf, name, { isOwn: module !== "vmlinux" });
  return btf === undefined || found === undefined ? undefined : { btf, id: found.id, proto: found.proto };
}

function loadTargetOf(
  point: TrampolinePoint,
  facts: KernelFacts,
): Pick<Candidate<TrampolinePoint>, "attachTo" | "trouble"> {
  if (point.kind === "program") {
    const found = facts.bpfProgramFunctions().find((f) => f.program === point.id && f.name === point.function);
    return { attachTo: { kind: "program", id: point.id, btfId: found?.btfId ?? 0 } };
  }
  const { module, function: name } = point;
  return { attachTo: { kind: "kernel", module, btfId: functionIn(module, name, facts)?.id ?? 0 } };
}

// ---------------------------------------------------------------- what bodies and listings see

function argsOf(
  point: TrampolinePoint,
  isReturn: boolean,
  facts: KernelFacts,
  structs: ArgsRegistry,
): ArgsAccess | undefined {
  if (point.kind === "program") return undefined;
  const { module, function: name } = point;
  const found = functionIn(module, name, facts);
  if (found === undefined) return undefined;
  const { btf, proto } = found;
  const result = isReturn && proto.result !== 0 ? proto.result : undefined;
  const struct = structs.defineArgs(
    `struct ${isReturn ? "fexit" : "fentry"}:${module}:${name}_args`,
    () => slotMembers({ btf, module }, proto.params, result),
    "kernel",
  );
  return { kind: "context-slots", struct };
}

function argumentTexts(point: TrampolinePoint, isReturn: boolean, facts: KernelFacts): readonly string[] {
  const found = point.kind === "program" ? undefined : functionIn(point.module, point.function, facts);
  if (found === undefined) return [];
  const { btf, proto } = found;
  const params = proto.params.map(({ type, name }) => parameterText(btf, type, name));
  return isReturn && proto.result !== 0 ? [...params, parameterText(btf, proto.result, "retval")] : params;
}

/** Two parts name a module or programs; fewer say neither, and stand for those of every module. */
function list(search: Parts, facts: KernelFacts): readonly TrampolinePoint[] {
  const texts = search.all.map(({ text }) => text);
  const [first = "*"] = texts;
  const name = texts.at(-1) ?? "*";
  if (first !== OF_PROGRAMS) return matching(texts.length > 1 ? first : "*", name, facts);
  const id = texts.length > 2 && texts[1] !== "*" ? Number(texts[1]) : undefined;
  return programsMatching(id, globMatcher(name), facts);
}
