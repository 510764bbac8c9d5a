import type {
  CodeFunction,
  DebugFunction,
  DebugMember,
  DebugPart,
  DebugType,
  Executable,
  InlinedCopies,
  ParameterLookup,
  ParameterPlace,
  ProgramArchitecture,
  SourceLineLookup,
  SourcePlace,
  UsdtNotes,
} from "../../codegen/facts.js";
import {
  constantNamed,
  type DebugInfo,
  DwarfError,
  findInlined,
  findSourceLine,
  membersOf,
  signatureOf,
  typeNamed,
} from "../dwarf/index.js";
import { throwScarcity } from "../files/index.js";
import { splitMemberPath } from "./archive.js";
import { Binary, type BinaryOptions } from "./binary.js";
import { ElfError } from "./elf-error.js";
import type { ElfFile } from "./elf-file.js";
import { programArchitecture } from "./elf-machines.js";
import { fileIdentity } from "./file-identity.js";
import type { ElfSymbol } from "./symbol-table.js";

export interface ExecutableOptions extends BinaryOptions {
  /** Is told what is missing of debug information. */
  readonly onWarning?: ((message: string) => void) | undefined;
  /** Reads call frame information. */
  readonly frameEndsOf?: ((elf: ElfFile) => FrameEnds) | undefined;
}

/** Where the caller's stack ended: so far from what a register has. */
export interface FrameEnd {
  readonly register: number;
  readonly offset: bigint;
}

type FrameEnds = (address: bigint) => FrameEnd | undefined;

/** A probe's target as the compiler sees it. The file is open until all questions of one turn are answered. */
export class ExecutableFile implements Executable {
  readonly path: string;
  readonly #options: ExecutableOptions;
  #functions: readonly string[] | undefined;
  #identity: string | undefined;
  #usdt: UsdtNotes | undefined;
  #open: Binary | undefined;
  /** Of what is open. */
  #frameEnds: FrameEnds | undefined;
  readonly #warned = new Set<string>();
  /** Asked for again and again while types are inferred. */
  readonly #types = new Map<string, DebugType | undefined>();
  readonly #constants = new Map<string, bigint | undefined>();
  readonly #members = new Map<number, readonly DebugMember[]>();

  constructor(path: string, options: ExecutableOptions = {}) {
    this.path = path;
    this.#options = options;
  }

  get filePath(): string {
    return splitMemberPath(this.path)?.archive ?? this.path;
  }

  identity(): string {
    return (this.#identity ??= fileIdentity(this.path));
  }

  functions(): readonly string[] {
    return (this.#functions ??= this.#ask((binary) => [...new Set(binary.functionNames())].sort(), []));
  }

  trouble(): string | undefined {
    return orElse<string | undefined>(
      (reason) => reason,
      () => void this.#binary().functionNames(),
    );
  }

  functionsNamed(name: string): readonly CodeFunction[] {
    return this.#ask((binary) => binary.functionsNamed(name).map(codeFunction), []);
  }

  functionsMatching(matches: (name: string) => boolean): readonly CodeFunction[] {
    return this.#ask((binary) => binary.functionsMatching(matches).map(codeFunction), []);
  }

  clonesOf(name: string): readonly string[] {
    return this.#ask((binary) => binary.clonesOf(name), []);
  }

  functionAt(address: bigint): CodeFunction | undefined {
    return this.#ask((binary) => binary.functionAt(address), undefined);
  }

  symbol(name: string): { readonly address: bigint; readonly bytes: bigint } | undefined {
    const found = this.#ask((binary) => binary.findSymbol(name), undefined);
    return found === undefined ? undefined : { address: found.address, bytes: found.size };
  }

  code(address: bigint, length: number): Uint8Array | undefined {
    return this.#ask((binary) => binary.elf.codeAt(address, length), undefined);
  }

  /** A flat file has its code where it lies. */
  fileOffset(address: bigint): bigint | undefined {
    const offset = this.#ask((binary) => binary.fileOffsetOf(address), Number(address));
    return offset === undefined ? undefined : BigInt(offset);
  }

  addressOf(fileOffset: bigint): bigint | undefined {
    return this.#ask((binary) => binary.addressOf(Number(fileOffset)), fileOffset);
  }

  /** Broken debug information is as good as none. */
  sourceLine(place: SourcePlace): SourceLineLookup {
    return orElse<SourceLineLookup>(
      (trouble) => ({ kind: "no-debug-info", buildId: undefined, trouble }),
      () => {
        const binary = this.#binary();
        const info = binary.debugInfo();
        if (info === undefined) return { kind: "no-debug-info", buildId: binary.elf.buildId(), trouble: undefined };
        const found = findSourceLine(info, place);
        if (found.kind !== "found") return found;
        // The linker leaves the lines of functions that it leaves out.
        const addresses = found.addresses.filter((address) => binary.fileOffsetOf(address) !== undefined);
        return addresses.length > 0 ? { kind: "found", addresses } : { kind: "no-line", lines: [], columns: [] };
      },
    );
  }

  hasDebugInfo(): boolean {
    return this.#ask((binary) => binary.debugInfo() !== undefined, false);
  }

  parametersOf(place: ParameterPlace): ParameterLookup {
    return orElse<ParameterLookup>(
      (reason) => ({ kind: "broken", reason }),
      () => {
        const binary = this.#binary();
        const info = binary.debugInfo();
        if (info === undefined) return { kind: "no-debug-info" };
        const signature = signatureOf(info, place);
        this.#warnOfMissing(binary);
        if (signature === undefined) return { kind: "no-function" };
        return { kind: "found", ...(signature.isEntry ? signature : this.#inFrame(signature, place.address, binary)) };
      },
    );
  }

  /** At its entry a function has the end of the caller's stack at a place that all have. */
  #inFrame(signature: DebugFunction, address: bigint, { elf }: Binary): DebugFunction {
    const isCounted = (part: DebugPart): boolean => "base" in part && part.base === "frame";
    if (!signature.parameters.some(({ parts }) => parts?.some(isCounted))) return signature;
    const end = (this.#frameEnds ??= this.#options.frameEndsOf?.(elf))?.(address);
    if (end === undefined) return signature;
    const known = (part: DebugPart): DebugPart =>
      "base" in part && part.base === "frame"
        ? { ...part, base: end.register, offset: part.offset + end.offset }
        : part;
    const parameters = signature.parameters.map((parameter) => ({ ...parameter, parts: parameter.parts?.map(known) }));
    return { ...signature, parameters };
  }

  /** With little effort: of very large files nothing is said. */
  inlined(name: string, effort?: "little"): InlinedCopies | undefined {
    return this.#ask((binary) => {
      const info = binary.debugInfo();
      return info === undefined || (effort === "little" && info.isLarge) ? undefined : findInlined(info, name);
    }, undefined);
  }

  debugMembers(id: number): readonly DebugMember[] {
    let members = this.#members.get(id);
    if (members === undefined) this.#members.set(id, (members = this.#askDebugInfo((info) => membersOf(info, id), [])));
    return members;
  }

  debugTypeNamed(name: string, tag: "struct" | "union" | "enum" | undefined): DebugType | undefined {
    const key = `${tag ?? ""} ${name}`;
    if (!this.#types.has(key))
      this.#types.set(
        key,
        this.#askDebugInfo((info) => typeNamed(info, name, tag), undefined),
      );
    return this.#types.get(key);
  }

  debugConstant(name: string): bigint | undefined {
    if (!this.#constants.has(name))
      this.#constants.set(
        name,
        this.#askDebugInfo((info) => constantNamed(info, name), undefined),
      );
    return this.#constants.get(name);
  }

  #askDebugInfo<T>(question: (info: DebugInfo) => T, otherwise: T): T {
    return this.#ask((binary) => {
      const info = binary.debugInfo();
      const answer = info === undefined ? otherwise : question(info);
      this.#warnOfMissing(binary);
      return answer;
    }, otherwise);
  }

  entry(): bigint | undefined {
    return this.#ask(({ elf }) => (elf.entry === 0n ? undefined : elf.entry), undefined);
  }

  architecture(): ProgramArchitecture | undefined {
    return this.#ask(({ elf }) => programArchitecture(elf.machine), undefined);
  }

  isGo(): boolean {
    return this.#ask(({ elf }) => elf.sections.some(({ name }) => GO_SECTIONS.has(name)), false);
  }

  isAtFixedAddress(): boolean {
    return this.#ask((binary) => binary.elf.type === "executable", false);
  }

  /** Often the only question, to very many files: they do not stay open. */
  usdt(): UsdtNotes {
    return (this.#usdt ??= orElse(
      (reason) => ({ architecture: undefined, places: [], problems: [reason] }),
      () => Binary.with(this.path, (binary) => binary.usdt()),
    ));
  }

  /** What is no ELF file answers nothing, nor does what is gone: of a pattern there may be others. */
  #ask<T>(question: (binary: Binary) => T, otherwise: T): T {
    return orElse(
      () => otherwise,
      () => question(this.#binary()),
    );
  }

  #binary(): Binary {
    if (this.#open !== undefined) return this.#open;
    const binary = Binary.open(this.path, this.#options);
    this.#open = binary;
    setImmediate(() => {
      this.#open = undefined;
      this.#frameEnds = undefined;
      binary.close();
    });
    return binary;
  }

  /** Each file once. */
  #warnOfMissing(binary: Binary): void {
    for (const name of binary.missingSplitFiles()) {
      if (this.#warned.has(name)) continue;
      this.#warned.add(name);
      this.#options.onWarning?.(
        `Unable to find split debug file '${name}' or '${this.filePath}.dwp' for '${this.path}', debugging information may be incomplete!`,
      );
    }
  }
}

/** The linker of Go puts one of them into every program, also into a stripped one. */
const GO_SECTIONS: ReadonlySet<string> = new Set([
  ".gopclntab",
  ".data.rel.ro.gopclntab",
  ".go.buildinfo",
  ".note.go.buildid",
]);

const codeFunction = ({ name, address, size }: ElfSymbol): CodeFunction => ({ name, address, bytes: size });

/** The answer of files that are no ELF files, broken or gone. */
function orElse<T>(otherwise: (reason: string) => T, ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    if (error instanceof ElfError) return otherwise(error.reason);
    if (error instanceof DwarfError) return otherwise(`its debug information is broken: ${error.message}`);
    throwScarcity(error);
    if (error instanceof Error && "code" in error) return otherwise("cannot be read");
    throw error;
  }
}
