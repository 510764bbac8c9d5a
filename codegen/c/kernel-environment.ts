/** The kernel's types as C text sees them that uses them without defining them. */
import {
  C_BOOL,
  C_VOID,
  type CEnvironment,
  type CTag,
  type CType,
  type FoundMember,
  integerOf,
} from "../../grammar/c/index.js";
import { sizeOf } from "../types/layout.js";
import type { Member, StructSource } from "../types/struct-source.js";
import { isIncomplete, type StructType, type Type, typeName } from "../types/type.js";

/** Of 16 bytes: scripts have no such type, and structs with such members. */
const WIDE_INTEGERS: ReadonlyMap<string, CType> = new Map([
  ["u128", integerOf(16, false)],
  ["__u128", integerOf(16, false)],
  ["s128", integerOf(16, true)],
  ["__s128", integerOf(16, true)],
]);

type External = Extract<CType, { kind: "external" }>;

export class KernelEnvironment implements CEnvironment {
  readonly #kernel: () => StructSource;
  /** Alignments that have been worked out. */
  readonly #alignments = new Map<string, number>();

  constructor(kernel: () => StructSource) {
    this.#kernel = kernel;
  }

  typeNamed(name: string, tag: CTag | undefined): CType | undefined {
    const wide = tag === undefined ? WIDE_INTEGERS.get(name) : undefined;
    if (wide !== undefined) return wide;
    const type = this.#kernel().typeNamed(name, tag);
    return type && this.#asC(type, name);
  }

  enumerator(name: string): bigint | undefined {
    return this.#kernel().enumerator(name)?.value;
  }

  member(container: External, name: string): FoundMember | undefined {
    const type = typeOfExternal(container);
    const found = type.kind === "struct" ? this.#kernel().member(type, name) : undefined;
    return found && { type: this.#asC(found.type, name), offsetBits: found.offsetBits };
  }

  /** Integers can be bit-fields; of everything else the layout is enough. */
  #asC(type: Type, name: string): CType {
    switch (type.kind) {
      case "void":
        return C_VOID;
      case "bool":
        return C_BOOL;
      case "int":
        return integerOf(type.bytes, type.isSigned);
      default:
        return {
          kind: "external",
          name: type.kind === "none" ? name : typeName(type),
          sizeBytes: type.kind === "none" || isIncomplete(type) ? undefined : sizeOf(type),
          alignBytes: this.#alignOf(type),
          handle: type,
        };
    }
  }

  #alignOf(type: Type): number {
    switch (type.kind) {
      case "array":
        return this.#alignOf(type.element);
      case "struct":
        return this.#alignOfStruct(type);
      case "string":
        return 1;
      default:
        return Math.max(1, sizeOf(type));
    }
  }

  /** BTF does not tell it: a struct is packed when a member does not lie where it otherwise would. */
  #alignOfStruct(type: StructType): number {
    const key = JSON.stringify(type.source);
    const known = this.#alignments.get(key);
    if (known !== undefined) return known;
    const members = this.#kernel().members(type);
    const wanted = members.reduce((most, member) => Math.max(most, this.#alignOf(member.type)), 1);
    const isPacked = type.sizeBytes % wanted !== 0 || members.some((member) => this.#isMisplaced(member));
    const align = isPacked ? 1 : wanted;
    this.#alignments.set(key, align);
    return align;
  }

  #isMisplaced({ type, offsetBits, bitSize }: Member): boolean {
    return bitSize === undefined && offsetBits % (this.#alignOf(type) * 8) !== 0;
  }
}

/** What this environment has given out. */
export const typeOfExternal = ({ handle }: External): Type => handle as Type;
