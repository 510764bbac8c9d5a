/** All structs that a script can name: those made for `args`, then the kernel's. BTF is read when first asked for. */
import { BtfStructSource, type NamedBtf } from "../btf/index.js";
import type { KernelFacts } from "../facts.js";
import type { ArgsRegistry } from "../providers/define.js";
import type { Member, StructSource } from "../types/struct-source.js";
import type { AddressSpace, EnumType, StructType, Type } from "../types/type.js";

interface ArgsStruct {
  readonly type: StructType;
  readonly make: () => readonly Member[];
  members: readonly Member[] | undefined;
}

export class ProgramStructs implements StructSource, ArgsRegistry {
  readonly #facts: KernelFacts;
  readonly #args: ArgsStruct[] = [];
  readonly #argsByName = new Map<string, ArgsStruct>();
  #kernel: BtfStructSource | undefined;

  constructor(facts: KernelFacts) {
    this.#facts = facts;
  }

  defineArgs(name: string, make: () => readonly Member[], space: AddressSpace): StructType {
    const known = this.#argsByName.get(name);
    if (known !== undefined) return known.type;
    const source = { origin: "args", index: this.#args.length } as const;
    const args: ArgsStruct = { type: { kind: "struct", tag: "struct", name, sizeBytes: 0, source, space }, make, members: undefined };
    this.#args.push(args);
    this.#argsByName.set(name, args);
    return args.type;
  }

  member(struct: StructType, name: string): Member | undefined {
    if (struct.source.origin === "args") return this.members(struct).find((member) => member.name === name);
    return this.#btf().member(struct, name);
  }

  members(struct: StructType): readonly Member[] {
    if (struct.source.origin !== "args") return this.#btf().members(struct);
    const args = this.#args[struct.source.index];
    if (args === undefined) return [];
    return (args.members ??= args.make());
  }

  typeNamed(name: string, tag: "struct" | "union" | "enum" | undefined): Type | undefined {
    return this.#btf().typeNamed(name, tag);
  }

  enumerator(name: string): { readonly value: bigint; readonly type: EnumType } | undefined {
    return this.#btf().enumerator(name);
  }

  enumerators(type: EnumType): readonly { readonly name: string; readonly value: bigint }[] {
    return this.#btf().enumerators(type);
  }

  #btf(): BtfStructSource {
    this.#kernel ??= new BtfStructSource(this.#objects());
    return this.#kernel;
  }

  #objects(): readonly NamedBtf[] {
    const { btf } = this.#facts;
    return btf === undefined ? [] : [{ btf, module: "vmlinux" }];
  }
}
