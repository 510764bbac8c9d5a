/**
 * `args` of a uprobe: the parameters of a function by the names and types that debug information has, from the registers
 * in which they are passed (probes-and-cli.md 8; System V ABI AMD64 3.2.3; AAPCS64 6.8).
 */
import type { Architecture, CodeFunction, DebugParameter, DebugType, Executable } from "../facts.js";
import { ARGUMENT_REGISTERS } from "../kernel/pt-regs.js";
import type { ArgsAccess, ArgsRegistry, ContextParts, ListEntry } from "../language/provider.js";
import { programType } from "../types/program-types.js";
import type { Member } from "../types/struct-source.js";
import { NONE } from "../types/type.js";

/** What there is of `args`, or why there is nothing. */
export function userArguments(
  provider: string,
  executable: Executable,
  entered: CodeFunction | undefined,
  arch: Architecture,
  structs: ArgsRegistry,
): Pick<ContextParts, "args" | "argsTrouble"> {
  const lookup = entered === undefined ? undefined : executable.parametersOf(entered);
  if (lookup?.kind === "no-debug-info")
    return { args: undefined, argsTrouble: { reason: `no debuginfo found for ${executable.path}` } };
  if (entered === undefined || lookup?.kind !== "found" || lookup.parameters.length === 0)
    return { args: undefined, argsTrouble: "no-parameters" };
  const passed = registersOf(lookup.parameters, lookup.result, executable, arch);
  if (passed === undefined)
    return {
      args: undefined,
      argsTrouble: { reason: "'args' builtin is not supported for probes with stack-passed arguments." },
    };
  structs.defineProgram(executable);
  const name = `struct ${provider}:${executable.path}:${entered.name}_args`;
  const struct = structs.defineArgs(name, () => passed.members, "user");
  const access: ArgsAccess = { kind: "registers", struct, registers: passed.registers };
  return { args: access };
}

/** Members lie behind each other in words, and each word comes from a register. */
interface Passed {
  readonly members: readonly Member[];
  readonly registers: readonly string[];
}

const WORD_BITS = 64;

/** Undefined: some come on the stack. */
function registersOf(
  parameters: readonly DebugParameter[],
  result: DebugType,
  executable: Executable,
  arch: Architecture,
): Passed | undefined {
  const free = [...ARGUMENT_REGISTERS[arch]];
  // The caller says where a large result goes; arm64 has a register for that alone.
  if (arch === "x86_64" && isLargeStruct(result)) free.shift();
  const members: Member[] = [];
  const registers: string[] = [];
  for (const { name, type } of parameters) {
    const { words, isWhole } = wordsOf(type, executable, arch);
    if (words > free.length) return undefined;
    const offsetBits = registers.length * WORD_BITS;
    members.push({
      name,
      type: isWhole ? programType(type, executable.path, "user") : NONE,
      offsetBits,
      bitSize: undefined,
    });
    registers.push(...free.splice(0, words));
  }
  return { members, registers };
}

const MAX_REGISTER_BYTES = 16;

const isLargeStruct = (type: DebugType): boolean => type.kind === "struct" && type.bytes > MAX_REGISTER_BYTES;

/** In how many general registers a value comes, and whether all of it does: floats have registers of their own. */
function wordsOf(
  type: DebugType,
  executable: Executable,
  arch: Architecture,
): { readonly words: number; readonly isWhole: boolean } {
  if (type.kind === "float") return { words: 0, isWhole: false };
  if (type.kind !== "struct" && type.kind !== "other") return { words: 1, isWhole: true };
  // On the stack; arm64 passes the address of a copy.
  if (type.bytes > MAX_REGISTER_BYTES) return { words: arch === "aarch64" ? 1 : 0, isWhole: false };
  const all = Math.max(1, Math.ceil(type.bytes / 8));
  if (type.kind === "other") return { words: all, isWhole: false };
  const general = new Set<number>();
  addGeneralWords(type, 0, executable, general);
  // A struct of floats alone has registers for floats; with anything else in it, arm64 treats it like numbers.
  const words = arch === "aarch64" && general.size > 0 ? all : general.size;
  return { words, isWhole: words === all };
}

/** The words of a struct in which there is something besides floats. */
function addGeneralWords(type: DebugType, offsetBytes: number, executable: Executable, found: Set<number>): void {
  if (type.kind === "struct") {
    for (const member of type.id === undefined ? [] : executable.debugMembers(type.id))
      addGeneralWords(member.type, offsetBytes + Math.floor(member.offsetBits / 8), executable, found);
  } else if (type.kind === "array") {
    const bytes = bytesOf(type.element);
    for (let i = 0; i < type.length && i * bytes < MAX_REGISTER_BYTES; i++)
      addGeneralWords(type.element, offsetBytes + i * bytes, executable, found);
  } else if (type.kind !== "float") found.add(Math.floor(offsetBytes / 8));
}

function bytesOf(type: DebugType): number {
  if (type.kind === "pointer") return 8;
  if (type.kind === "array") return bytesOf(type.element) * type.length;
  return type.kind === "void" ? 0 : type.bytes;
}

/** What `-lv` shows below a function. @param of - undefined: it is none that is entered there */
export const shownArguments = (
  executable: Executable,
  of: () => CodeFunction | undefined,
): Omit<ListEntry, "text"> => ({
  args: () => linesOf(executable, of()),
  lack: () =>
    executable.hasDebugInfo() ? undefined : `No DWARF found for "${executable.path}", cannot show parameter info`,
});

function linesOf(executable: Executable, of: CodeFunction | undefined): readonly string[] {
  const lookup = of === undefined ? undefined : executable.parametersOf(of);
  return lookup?.kind === "found" ? lookup.parameters.map(({ name, typeText }) => `${typeText} ${name}`) : [];
}
