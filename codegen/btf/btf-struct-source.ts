import { asHeld, type Member, type StructSource } from "../types/struct-source.js";
import type { AddressSpace, EnumType, StructType, Type } from "../types/type.js";
import type { BtfKind } from "./kinds.js";
import type { BtfMember, TypeId } from "./btf-type.js";
import { findMember, membersOf } from "./find-member.js";
import { pointerTags, toType, type NamedBtf } from "./to-type.js";

/** Pointers with any other tag cannot be read through. */
const READABLE_TAGS: ReadonlySet<string> = new Set(["user", "rcu"]);

/** Where a name without tag is looked for, in this order. */
const UNTAGGED_KINDS: readonly BtfKind[] = ["int", "typedef", "struct", "union", "enum", "float"];

/**
 * Structs, unions and enums of vmlinux and of modules.
 *
 * Types that it names lie in no particular memory; members get the address space of their struct.
 */
export class BtfStructSource implements StructSource {
  /** In the order in which names are looked for: each is asked for when those before do not know one. */
  readonly #objects: Iterable<NamedBtf>;

  constructor(objects: Iterable<NamedBtf>) {
    this.#objects = objects;
  }

  member(struct: StructType, name: string): Member | undefined {
    return this.#in(struct, (from, id) => {
      const found = findMember(from.btf, id, name);
      return found && memberOf(from, found, struct.space);
    });
  }

  members(struct: StructType): readonly Member[] {
    return this.#in(struct, (from, id) => membersOf(from.btf, id).map((m) => memberOf(from, m, struct.space))) ?? [];
  }

  typeNamed(name: string, tag: "struct" | "union" | "enum" | undefined): Type | undefined {
    const kinds = tag === undefined ? UNTAGGED_KINDS : [tag];
    for (const from of this.#objects) {
      for (const kind of kinds) {
        const id = from.btf.find(kind, name);
        if (id !== undefined) return toType(from, id, "none");
      }
    }
    return undefined;
  }

  enumerator(name: string): { readonly value: bigint; readonly type: EnumType } | undefined {
    for (const from of this.#objects) {
      const found = from.btf.findEnumConstant(name);
      if (found === undefined) continue;
      const type = toType(from, found.enumId, "none");
      return type.kind === "enum" ? { value: found.value, type } : undefined;
    }
    return undefined;
  }

  *typeNames(tag: "struct" | "union" | "enum" | undefined): Generator<string> {
    const kinds = tag === undefined ? UNTAGGED_KINDS : [tag];
    for (const { btf } of this.#objects) for (const kind of kinds) yield* btf.namesOf(kind);
  }

  *enumeratorNames(): Generator<string> {
    for (const { btf } of this.#objects) {
      for (const id of btf.idsOf("enum")) for (const { name } of btf.typeOfKind(id, "enum")?.values ?? []) yield name;
    }
  }

  enumerators(type: EnumType): readonly { readonly name: string; readonly value: bigint }[] {
    const values = this.#in(type, (from, id) => from.btf.typeOfKind(id, "enum")?.values) ?? [];
    return values.map(({ name, value }) => ({ name, value: asHeld(type, value) }));
  }

  /** Runs `read` on the BTF object that a type came from; `undefined` when it came from elsewhere. */
  #in<T>(type: StructType | EnumType, read: (from: NamedBtf, id: TypeId) => T | undefined): T | undefined {
    const { source } = type;
    if (source.origin !== "btf") return undefined;
    for (const from of this.#objects) if (from.module === source.module) return read(from, source.id);
    return undefined;
  }
}

function memberOf(from: NamedBtf, member: BtfMember, space: AddressSpace): Member {
  const unsupportedTag = pointerTags(from.btf, member.type).find((tag) => !READABLE_TAGS.has(tag));
  return {
    name: member.name,
    type: toType(from, member.type, space),
    offsetBits: member.bitOffset,
    bitSize: member.bitSize === 0 ? undefined : member.bitSize,
    ...(unsupportedTag === undefined ? {} : { unsupportedTag }),
  };
}
