/** Types that a script defines in C: structs, unions, enums and the typedefs of its headers (language.md 4.3, 4.4). */
import {
  type CEnum,
  type CMember,
  type CRecord,
  type CType,
  type CUnit,
  isOfKernel,
  plain,
  sizeOfC,
} from "../../grammar/c/index.js";
import { positionOf } from "../../grammar/index.js";
import { sizeOf } from "../types/layout.js";
import { asHeld, type Member, type StructSource } from "../types/struct-source.js";
import { inside, withSpace } from "../types/spaces.js";
import {
  type AddressSpace,
  array,
  type EnumType,
  int,
  type IntBytes,
  NONE,
  pointer,
  string,
  type StructType,
  type Type,
  UINT8,
  VOID,
} from "../types/type.js";
import { typeOfExternal } from "./kernel-environment.js";

type Definition = CRecord | CEnum;

export class UserStructs implements StructSource {
  readonly #unit: CUnit;
  readonly #kernel: () => StructSource;
  /** By the index in their types' source, in order of first use. */
  readonly #definitions: Definition[] = [];
  readonly #indexes = new Map<Definition, number>();

  /** @param kernel what is only declared in the C text is looked for there */
  constructor(unit: CUnit, kernel: () => StructSource) {
    this.#unit = unit;
    this.#kernel = kernel;
  }

  member(struct: StructType, name: string): Member | undefined {
    return name === "" ? undefined : this.members(struct).find((member) => member.name === name);
  }

  members(struct: StructType): readonly Member[] {
    const record = this.#definitionOf(struct);
    return record?.kind === "record" ? this.#membersOf(record, struct.space, 0) : [];
  }

  typeNamed(name: string, tag: "struct" | "union" | "enum" | undefined): Type | undefined {
    if (tag !== undefined) return this.#tagged(name, tag);
    const type = this.#unit.typedefs.get(name);
    if (type !== undefined) return this.#isBetterKnown(type, name) ? undefined : this.#typeOf(type, "none");
    const found = this.#unit.tags.get(name);
    return found?.body === undefined ? undefined : this.#tagged(name, found.kind === "enum" ? "enum" : found.tag);
  }

  enumerator(name: string): { readonly value: bigint; readonly type: EnumType } | undefined {
    const found = this.#unit.enumerators.get(name);
    if (found === undefined) return undefined;
    if (isOfKernel(found.place.file) && this.#kernel().enumerator(name) !== undefined) return undefined;
    return { value: found.constant.value, type: this.#constantType(found.type) };
  }

  enumerators(type: EnumType): readonly { readonly name: string; readonly value: bigint }[] {
    const definition = this.#definitionOf(type);
    if (definition?.kind !== "enum") return [];
    return (definition.body?.enumerators ?? []).map(({ name, value }) => ({ name, value: asHeld(type, value) }));
  }

  *typeNames(tag: "struct" | "union" | "enum" | undefined): Generator<string> {
    if (tag === undefined) yield* this.#unit.typedefs.keys();
    for (const [name, definition] of this.#unit.tags) {
      const own = definition.kind === "enum" ? "enum" : definition.tag;
      if (tag === undefined || tag === own) yield name;
    }
  }

  enumeratorNames(): Iterable<string> {
    return this.#unit.enumerators.keys();
  }

  // ---------------------------------------------------------------- names

  /** What the C text only declares is the kernel's, or there are only pointers to it. */
  #tagged(name: string, tag: "struct" | "union" | "enum"): Type | undefined {
    const found = this.#unit.tags.get(name);
    if (found === undefined) return undefined;
    if (found.body !== undefined && this.#ofRunningKernel(found) !== undefined) return undefined;
    if (found.kind === "enum") return tag === "enum" && found.body ? this.#constantType(found) : undefined;
    return found.tag === tag ? this.#structType(found, "none") : undefined;
  }

  /** A header tells what the kernel was when it was built; its BTF tells what it is. */
  #isBetterKnown(type: CType, typedefName: string): boolean {
    const bare = plain(type);
    if (bare.kind !== "record" && bare.kind !== "enum") return false;
    return isOfKernel(bare.place.file) && this.#kernel().typeNamed(typedefName, undefined) !== undefined;
  }

  /** What the C text leaves to the kernel: only declared there, or read from one of its headers. */
  #ofRunningKernel(definition: Definition): Type | undefined {
    const { name, body, place } = definition;
    if (name === undefined || (body !== undefined && !isOfKernel(place.file))) return undefined;
    return this.#kernel().typeNamed(name, definition.kind === "enum" ? "enum" : definition.tag);
  }

  #definitionOf({ source }: StructType | EnumType): Definition | undefined {
    return source.origin === "user" ? this.#definitions[source.index] : undefined;
  }

  #indexOf(definition: Definition): number {
    let index = this.#indexes.get(definition);
    if (index === undefined) {
      index = this.#definitions.push(definition) - 1;
      this.#indexes.set(definition, index);
    }
    return index;
  }

  // ---------------------------------------------------------------- members

  #membersOf(record: CRecord, space: AddressSpace, baseBits: number): readonly Member[] {
    return (record.body?.members ?? []).flatMap((member) => {
      const offsetBits = baseBits + member.offsetBits;
      const type = plain(member.type);
      if (member.name === undefined && type.kind === "record") return this.#membersOf(type, space, offsetBits);
      return [this.#memberOf(member, member.name ?? "", space, offsetBits)];
    });
  }

  #memberOf({ type, bitSize }: CMember, name: string, space: AddressSpace, offsetBits: number): Member {
    const charBytes = charArrayLength(type);
    const member = { name, type: this.#typeOf(type, space), offsetBits, bitSize };
    return charBytes === undefined ? member : { ...member, charBytes };
  }

  // ---------------------------------------------------------------- types

  #typeOf(type: CType, space: AddressSpace): Type {
    switch (type.kind) {
      case "void":
        return VOID;
      case "bool":
        return UINT8;
      case "integer":
        return type.bytes === 16 ? NONE : int(type.bytes, type.isSigned, space);
      case "pointer":
        // What it points to lies in the same memory.
        return pointer(this.#typeOf(type.to, space), space);
      case "array":
        return this.#arrayType(type.element, type.length ?? 0, space);
      case "record":
        return this.#structType(type, space);
      case "enum":
        return this.#enumType(type);
      case "aligned":
        return this.#typeOf(type.type, space);
      case "external":
        return inside(typeOfExternal(type), space);
      case "function":
        return VOID;
      case "opaque":
      case "unknown":
        return NONE;
    }
  }

  /** A char array is a string, one byte longer than it is in memory. */
  #arrayType(element: CType, length: number, space: AddressSpace): Type {
    if (isChar(element) && length > 0) return string(length + 1, space);
    const type = array(this.#typeOf(element, space), length, space);
    const strideBytes = sizeOfC(element);
    return strideBytes === undefined || strideBytes === sizeOf(type.element) ? type : { ...type, strideBytes };
  }

  #structType(record: CRecord, space: AddressSpace): Type {
    const known = this.#ofRunningKernel(record);
    if (known !== undefined) return withSpace(known, space);
    const { name = record.typedefName } = record;
    return {
      kind: "struct",
      tag: record.tag,
      name: name ?? unnamed(record),
      ...(record.name === undefined && record.typedefName !== undefined ? { isUntagged: true } : {}),
      sizeBytes: record.body?.sizeBytes ?? 0,
      ...(record.body === undefined ? { isIncomplete: true } : {}),
      source: { origin: "user", index: this.#indexOf(record) },
      space,
    };
  }

  /** Of fields: as large as C has it. */
  #enumType(definition: CEnum): Type {
    const known = this.#ofRunningKernel(definition);
    if (known !== undefined) return known;
    if (definition.body === undefined && definition.name !== undefined) return NONE;
    const { bytes = 4, isSigned = false } = definition.body ?? {};
    return this.#enumOf(definition, bytes, isSigned);
  }

  /** Of enumerators and of the type's name: 8 bytes. */
  #constantType(definition: CEnum): EnumType {
    return this.#enumOf(definition, 8, false);
  }

  #enumOf(definition: CEnum, bytes: IntBytes, isSigned: boolean): EnumType {
    const name = definition.name ?? definition.typedefName ?? unnamed(definition);
    return { kind: "enum", name, bytes, isSigned, source: { origin: "user", index: this.#indexOf(definition) } };
  }
}

const isChar = (type: CType): boolean => {
  const bare = plain(type);
  return bare.kind === "integer" && bare.name === "char";
};

/** Undefined for anything but `char[N]`. */
function charArrayLength(type: CType): number | undefined {
  const bare = plain(type);
  if (bare.kind !== "array" || !isChar(bare.element)) return undefined;
  const bytes = sizeOfC(bare) ?? 0;
  return bytes > 0 ? bytes : undefined;
}

/** As the C compiler of bpftrace calls it: `s::(unnamed at definitions.h:2:12)`. */
function unnamed({ outer, place }: Definition): string {
  const { line, column } = positionOf(place.file, place.at);
  const around = outer === undefined ? "" : `${outer.name ?? outer.typedefName ?? unnamed(outer)}::`;
  return `${around}(unnamed at ${place.file.name}:${line}:${column})`;
}
