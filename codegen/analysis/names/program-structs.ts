/**
 * All structs that a script can name: those of its C definitions, those made for `args`, the kernel's and those of its
 * modules, then those of traced programs. BTF is read when first asked for.
 */
import { BtfStructSource, type NamedBtf } from "../../btf/index.js";
import type { Executable, KernelFacts } from "../../facts.js";
import type { ArgsRegistry } from "../../language/provider.js";
import { alignUp, sizeOf } from "../../types/layout.js";
import { asWritten } from "../../types/named-types.js";
import { ProgramTypes } from "../../types/program-types.js";
import type { Member, StructSource } from "../../types/struct-source.js";
import { type AddressSpace, type EnumType, PROGRAM, type StructType, type Type } from "../../types/type.js";

/** What `args` is. Its members are made when something asks for them, or for its size. */
class ArgsStruct {
  readonly type: StructType;
  readonly #make: () => readonly Member[];
  #members: readonly Member[] | undefined;

  constructor(name: string, index: number, make: () => readonly Member[], space: AddressSpace) {
    const sizeBytes = (): number => endOf(this.members);
    this.#make = make;
    this.type = {
      kind: "struct",
      tag: "struct",
      name,
      get sizeBytes() {
        return sizeBytes();
      },
      source: { origin: "args", index },
      space,
    };
  }

  get members(): readonly Member[] {
    return (this.#members ??= this.#make());
  }
}

/** In whole words, like the records and slots that they describe. */
const endOf = (members: readonly Member[]): number =>
  alignUp(Math.max(0, ...members.map(({ offsetBits, type }) => offsetBits / 8 + sizeOf(type))), 8);

export class ProgramStructs implements StructSource, ArgsRegistry {
  readonly #facts: KernelFacts;
  readonly #args: ArgsStruct[] = [];
  readonly #argsByName = new Map<string, ArgsStruct>();
  readonly #programs = new ProgramTypes();
  readonly #kernel = new BtfStructSource({ [Symbol.iterator]: () => this.#objects() });
  readonly #views = new Map<string, StructSource>();
  #modules = (): readonly string[] => [];
  #user: StructSource | undefined;
  #programNames: readonly string[] = [];

  constructor(facts: KernelFacts) {
    this.#facts = facts;
  }

  /** The script's own types win over the kernel's (language.md 4.1). */
  define(user: StructSource): void {
    this.#user = user;
  }

  /** Programs that the script puts into arrays: their names are constants of a type of their own. */
  definePrograms(names: readonly string[]): void {
    this.#programNames = names;
  }

  /** Modules whose types can be named as well, after the kernel's own. */
  addModules(modules: () => readonly string[]): void {
    let known: readonly string[] | undefined;
    this.#modules = () => (known ??= modules());
  }

  /** Without the script's own types. */
  get kernel(): StructSource {
    return this.#kernel;
  }

  defineProgram(program: Executable): void {
    this.#programs.add(program);
  }

  defineArgs(name: string, make: () => readonly Member[], space: AddressSpace): StructType {
    const known = this.#argsByName.get(name);
    if (known !== undefined) return known.type;
    const index = this.#args.length;
    const args = new ArgsStruct(name, index, make, space);
    this.#args.push(args);
    this.#argsByName.set(name, args);
    return args.type;
  }

  member(struct: StructType, name: string): Member | undefined {
    if (struct.source.origin === "args") return this.members(struct).find((member) => member.name === name);
    return this.#sourceOf(struct).member(struct, name);
  }

  members(struct: StructType): readonly Member[] {
    if (struct.source.origin !== "args") return this.#sourceOf(struct).members(struct);
    return this.#args[struct.source.index]?.members ?? [];
  }

  typeNamed(name: string, tag: "struct" | "union" | "enum" | undefined): Type | undefined {
    return this.#user?.typeNamed(name, tag) ?? this.#kernel.typeNamed(name, tag) ?? this.#programs.typeNamed(name, tag);
  }

  enumerator(name: string): { readonly value: bigint; readonly type: EnumType } | undefined {
    const program = this.#programNumbers().find((other) => other.name === name);
    if (program !== undefined) return { value: program.value, type: PROGRAM };
    const found = this.#user?.enumerator(name) ?? this.#kernel.enumerator(name);
    return found && { ...found, type: asWritten(found.type) };
  }

  seenFrom(program: string): StructSource {
    let view = this.#views.get(program);
    if (view === undefined) this.#views.set(program, (view = this.#viewFrom(program)));
    return view;
  }

  /** The script's own types first, then the program's. */
  #viewFrom(path: string): StructSource {
    return {
      member: (struct, name) => this.member(struct, name),
      members: (struct) => this.members(struct),
      typeNamed: (name, tag) =>
        this.#user?.typeNamed(name, tag) ?? this.#programs.typeIn(path, name, tag) ?? this.typeNamed(name, tag),
      typeNames: (tag) => this.typeNames(tag),
      enumerator: (name) => this.enumerator(name),
      constant: (name) =>
        this.#user?.enumerator(name) === undefined ? this.#programs.constantIn(path, name) : undefined,
      enumeratorNames: () => this.enumeratorNames(),
      enumerators: (type) => this.enumerators(type),
    };
  }

  *typeNames(tag: "struct" | "union" | "enum" | undefined): Generator<string> {
    if (this.#user !== undefined) yield* this.#user.typeNames(tag);
    yield* this.#kernel.typeNames(tag);
  }

  *enumeratorNames(): Generator<string> {
    if (this.#user !== undefined) yield* this.#user.enumeratorNames();
    yield* this.#kernel.enumeratorNames();
  }

  enumerators(type: EnumType): readonly { readonly name: string; readonly value: bigint }[] {
    if (type.source.origin === "script") return this.#programNumbers();
    return this.#sourceOf(type).enumerators(type);
  }

  #programNumbers(): readonly { readonly name: string; readonly value: bigint }[] {
    return this.#programNames.map((name, i) => ({ name, value: BigInt(i + 1) }));
  }

  #sourceOf({ source }: StructType | EnumType): StructSource {
    if (source.origin === "program") return this.#programs;
    return source.origin === "user" && this.#user !== undefined ? this.#user : this.#kernel;
  }

  *#objects(): Generator<NamedBtf> {
    const { btf } = this.#facts;
    if (btf === undefined) return;
    yield { btf, module: "vmlinux" };
    for (const module of this.#modules()) {
      const btf = this.#facts.moduleBtf(module);
      if (btf !== undefined) yield { btf, module };
    }
  }
}
