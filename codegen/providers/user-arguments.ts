/**
 * `args` of a uprobe: the parameters of a function by the names and types that debug information has, from where they are
 * at the probed instruction (probes-and-cli.md 8). Where debug information says that, it is right: compilers pass things
 * otherwise than the platform has it when they see all callers. Where it does not, they are as the platform has it.
 */
import type {
  Architecture,
  CodeFunction,
  DebugFunction,
  DebugParameter,
  DebugPart,
  DebugType,
  Executable,
  ParameterPlace,
} from "../facts.js";
import { dwarfRegister, STACK_ARGUMENTS } from "../kernel/pt-regs.js";
import type { ArgsAccess, ArgsRegistry, ContextParts, ListEntry } from "../language/provider.js";
import type { PartSource, ValuePart, ValuePlace } from "../language/value-place.js";
import { alignUp, sizeOf } from "../types/layout.js";
import { programType, whyNot } from "../types/program-types.js";
import type { Member } from "../types/struct-source.js";
import { NONE } from "../types/type.js";
import { bytesOf } from "./value-classes.js";
import { isCovered } from "./value-coverage.js";
import { isGo, passed } from "./calling-conventions.js";

/** What there is of `args`, or why there is nothing. */
export function userArguments(
  name: string,
  executable: Executable,
  place: ParameterPlace | undefined,
  arch: Architecture,
  structs: ArgsRegistry,
): Pick<ContextParts, "args" | "argsTrouble"> {
  const lookup = place === undefined ? undefined : executable.parametersOf(place);
  if (lookup?.kind === "no-debug-info")
    return { args: undefined, argsTrouble: trouble(`no debuginfo found for ${executable.path}`) };
  if (lookup?.kind === "broken") return { args: undefined, argsTrouble: trouble(lookup.reason) };
  if (lookup?.kind !== "found" || lookup.parameters.length === 0)
    return { args: undefined, argsTrouble: "no-parameters" };
  structs.defineProgram(executable);
  const { members, places } = placed(lookup, executable, arch);
  // Copies that have everything in the same places share a body.
  const where = place?.copy === undefined ? "" : ` ${JSON.stringify([...places], wide)}`;
  const struct = structs.defineArgs(`struct ${name}_args${where}`, () => members, "user");
  const access: ArgsAccess = { kind: "placed", struct, places };
  return { args: access };
}

const wide = (_: string, value: unknown): unknown => (typeof value === "bigint" ? String(value) : value);

const trouble = (reason: string): { readonly reason: string } => ({ reason });

interface Placed {
  readonly members: readonly Member[];
  /** By where they begin in `args`, in bits. */
  readonly places: ReadonlyMap<number, ValuePlace>;
}

function placed(fn: DebugFunction, executable: Executable, arch: Architecture): Placed {
  const members: Member[] = [];
  const places = new Map<number, ValuePlace>();
  const found = placesOf(fn, executable, arch);
  let offsetBytes = 0;
  fn.parameters.forEach(({ name, type }, i) => {
    const place = found[i] ?? { trouble: NOWHERE };
    const reason = "trouble" in place ? place.trouble : (whyNot(type) ?? floatIn(place));
    const ofProgram = programType(type, executable.path, "user");
    const offsetBits = offsetBytes * 8;
    if (reason === undefined && !("trouble" in place)) {
      members.push({ name, type: ofProgram, offsetBits, bitSize: undefined });
      places.set(offsetBits, place);
      offsetBytes += Math.max(8, alignUp(sizeOf(ofProgram), 8));
    } else {
      const inRegister = "trouble" in place ? undefined : floatRegister(place);
      const trouble =
        inRegister === undefined
          ? (reason ?? NOWHERE)
          : `it is in the register ${inRegister}, and programs in the kernel cannot read those of floating-point numbers`;
      members.push({ name, type: NONE, offsetBits, bitSize: undefined, trouble });
      // No other begins there.
      offsetBytes += 8;
    }
  });
  return { members, places };
}

type FoundPlace = ValuePlace | { readonly trouble: string };

const NOWHERE = "debug information does not say where it is here";
const OPTIMISED_OUT = "the compiler has optimised it out";
const OF_ENTRY = "it is only known at the entry of the function: a probe there can read it";
const COMPUTED = "debug information has a computation for it that is not followed";
const NOT_STORED =
  "the function puts it where debug information has it later than at its entry: a probe on one of its lines (@FILE:LINE) can read it";

function placesOf(fn: DebugFunction, executable: Executable, arch: Architecture): readonly FoundPlace[] {
  const { parameters, isEntry, isPlain } = fn;
  const isAsPassed =
    isEntry && (isPlain || parameters.every((parameter) => isInFrame(parameter, arch) || isOfCaller(parameter.parts)));
  const byConvention = isAsPassed ? passed(fn, executable, arch) : [];
  const said = parameters.map((parameter) => {
    const parts = isInFrame(parameter, arch) ? fromCaller(parameter.parts, arch) : parameter.parts;
    return { parts, place: parts && placeOf(parts, parameter, { fn, executable, arch }) };
  });
  // Who lists them in another order than they are passed in says so of those whose place is known.
  const isOtherwise = said.some(({ place }, i) => areElsewhere(place, byConvention[i]));
  return parameters.map((parameter, i) => {
    const { parts, place } = said[i] ?? { parts: undefined, place: undefined };
    const isPassed =
      fn.isPassedAll || parameters[i]?.isStored === true || isAllComputed(parts, parameters[i]?.type, executable);
    const passed = isOtherwise || !isPassed ? undefined : byConvention[i];
    return place ?? passed ?? { trouble: whyNowhere(fn, parameter, parts) };
  });
}

const isComputed = (parts: readonly DebugPart[] | undefined): boolean =>
  parts?.some(({ kind }) => kind === "computed") ?? false;

/** All of it is known by a computation, so that it has been passed. */
function isAllComputed(
  parts: readonly DebugPart[] | undefined,
  type: DebugType | undefined,
  executable: Executable,
): boolean {
  if (parts === undefined || type === undefined || !isComputed(parts)) return false;
  let at = 0;
  const known = parts.flatMap((part) => {
    const bytes = part.bytes ?? bytesOf(type);
    at += bytes;
    return part.kind === "lost" ? [] : [{ at: at - bytes, bytes }];
  });
  return isCovered(type, known, executable);
}

/** Both are on the stack, but not at the same place. */
const areElsewhere = (said: ValuePlace | undefined, passed: ValuePlace | undefined): boolean =>
  said?.kind === "memory" && passed?.kind === "memory" && said.base === passed.base && said.offset !== passed.offset;

function whyNowhere(
  { isEntry, isPlain, isPassedAll }: DebugFunction,
  { isStored }: DebugParameter,
  parts: readonly DebugPart[] | undefined,
): string {
  if (isEntry && isStored) return NOT_STORED;
  if (parts?.some((part) => part.kind === "computed" && part.isOfEntry) === true) return OF_ENTRY;
  if (isComputed(parts)) return COMPUTED;
  return isEntry && parts === undefined && isPlain && isPassedAll ? NOWHERE : OPTIMISED_OUT;
}

/** Above a frame pointer and the address to return to lies what the caller has put there. */
const FRAME_POINTER = { number: 6, bytesBelowCaller: 16n } as const;

/** Pointers of frame and stack: from there functions count when they have made their frame. */
const FRAME_REGISTERS: { readonly [A in Architecture]: ReadonlySet<number | string | undefined> } = {
  x86_64: new Set(["frame", 6, 7]),
  aarch64: new Set(["frame", 29, 31]),
};

function isInFrame({ parts, isStored }: DebugParameter, arch: Architecture): boolean {
  const [first] = parts ?? [];
  return isStored && first?.kind === "memory" && FRAME_REGISTERS[arch].has(first.base);
}

function fromCaller(parts: readonly DebugPart[] | undefined, arch: Architecture): readonly DebugPart[] | undefined {
  const [only] = parts ?? [];
  if (arch !== "x86_64" || only?.kind !== "memory" || only.base !== FRAME_POINTER.number) return undefined;
  const offset = only.offset - FRAME_POINTER.bytesBelowCaller;
  return offset < 0n || only.isIndirect ? undefined : [{ ...only, base: "frame", offset }];
}

const isOfCaller = (parts: readonly DebugPart[] | undefined): boolean =>
  parts?.every((part) => part.kind === "memory" && part.base === "frame") ?? false;

interface Asked {
  readonly fn: DebugFunction;
  readonly executable: Executable;
  readonly arch: Architecture;
}

/** Undefined: it is where programs cannot look, or not all of it is anywhere. */
function placeOf(
  parts: readonly DebugPart[],
  { type }: DebugParameter,
  { fn, executable, arch }: Asked,
): ValuePlace | undefined {
  const [first] = parts;
  if (parts.length === 1 && first?.kind === "memory") {
    const from = baseOf(first, fn, arch);
    return from && { kind: "memory", base: from.register, offset: from.offset, isIndirect: first.isIndirect };
  }
  const size = Math.max(1, type.kind === "pointer" ? 8 : "bytes" in type ? type.bytes : 8);
  const found: ValuePart[] = [];
  let at = 0;
  for (const part of parts) {
    const bytes = part.bytes ?? size - at;
    // Go's compiler leaves out what lies between them.
    if (isGo(fn.language)) at = alignUp(at, Math.max(1, bytes));
    if (part.kind !== "lost") {
      const from = part.kind === "computed" ? undefined : sourceOf(part, fn, arch);
      if (from === undefined) return undefined;
      found.push({ from, at, bytes });
    }
    at += bytes;
  }
  return isCovered(type, found, executable) ? { kind: "parts", parts: found } : undefined;
}

function sourceOf(
  part: Exclude<DebugPart, { kind: "lost" | "computed" }>,
  fn: DebugFunction,
  arch: Architecture,
): PartSource | undefined {
  switch (part.kind) {
    case "register": {
      const found = dwarfRegister(arch, part.register);
      return found && { kind: found.isFloat ? "float-register" : "register", register: found.name };
    }
    case "memory": {
      const from = part.isIndirect ? undefined : baseOf(part, fn, arch);
      return from && { kind: "memory", ...from };
    }
    case "value": {
      const from = baseOf(part, fn, arch);
      return from && { kind: "sum", ...from };
    }
  }
}

/** Where the caller's stack ended is known only where the function begins. */
function baseOf(
  { base, offset }: Pick<Extract<DebugPart, { kind: "memory" }>, "base" | "offset">,
  { isEntry }: DebugFunction,
  arch: Architecture,
): { readonly register: string | undefined; readonly offset: bigint } | undefined {
  if (base === undefined) return { register: undefined, offset };
  if (base === "frame") {
    const { register, offset: above } = STACK_ARGUMENTS[arch];
    return isEntry ? { register, offset: offset + BigInt(above) } : undefined;
  }
  const found = dwarfRegister(arch, base);
  return found?.isFloat === false ? { register: found.name, offset } : undefined;
}

/** A number alone that is in such a register; what else is in one has nothing that scripts could read. */
const floatRegister = (place: ValuePlace): string | undefined => {
  const [first] = place.kind === "parts" ? place.parts : [];
  return first?.from.kind === "float-register" ? first.from.register : undefined;
};

/** Numbers are in general registers, if they are what they say. */
function floatIn(place: ValuePlace): string | undefined {
  const isFloat = place.kind === "parts" && place.parts.length === 1 && floatRegister(place) !== undefined;
  return isFloat ? NOWHERE : undefined;
}

/** What `-lv` shows below a function. @param of - undefined: it is none that is entered there */
export const shownArguments = (
  executable: Executable,
  of: () => CodeFunction | undefined,
  place?: ParameterPlace,
): Omit<ListEntry, "text"> => ({
  args: () => linesOf(executable, place ?? entryOf(of())),
  lack: () =>
    executable.hasDebugInfo() ? undefined : `No DWARF found for "${executable.path}", cannot show parameter info`,
});

const entryOf = (of: CodeFunction | undefined): ParameterPlace | undefined =>
  of && { entered: of, address: of.address };

function linesOf(executable: Executable, place: ParameterPlace | undefined): readonly string[] {
  const lookup = place === undefined ? undefined : executable.parametersOf(place);
  return lookup?.kind === "found" ? lookup.parameters.map(({ name, typeText }) => `${typeText} ${name}`) : [];
}
