/** BTF types as types of the language (language.md 4.4). */
import { BOOL, NONE, VOID, array, int, pointer, string } from "../types/type.js";
import type { AddressSpace, IntBytes, StructSourceId, StructType, Type } from "../types/type.js";
import type { Btf } from "./btf.js";
import type { BtfArray, BtfComposite, BtfEnum, BtfFwd, BtfInt, BtfPtr, BtfType, TypeId } from "./btf-type.js";
import { BtfError } from "./error.js";
import { resolve } from "./resolve.js";

/** One BTF object with the name by which struct sources refer to it. */
export interface NamedBtf {
  readonly btf: Btf;
  /** `vmlinux` or a module. */
  readonly module: string;
}

/** What else a converter may need of the use that led to a type. */
interface Use {
  readonly id: TypeId;
  readonly typedef: string | undefined;
  readonly space: AddressSpace;
  /** Of pointers and arrays around it. */
  readonly depth: number;
}

/** Deeper than any type that someone wrote: beyond it, the BTF goes in a circle. */
const MAX_DEPTH = 32;

/**
 * The type of a value of BTF type `id` that lies in memory of `space`. Pointees and members are not followed
 * further than their names, so that lists which point to themselves end.
 *
 * @returns `none` for what the language has no type for: floats, functions, integers of 16 bytes
 */
export function toType(from: NamedBtf, id: TypeId, space: AddressSpace): Type {
  return convertType(from, id, space, 0);
}

function convertType(from: NamedBtf, id: TypeId, space: AddressSpace, depth: number): Type {
  if (depth > MAX_DEPTH) throw new BtfError(`BTF type ${id} refers to itself`);
  const found = resolve(from.btf, id);
  const convert = CONVERTERS[found.type.kind] as Converter<BtfType["kind"]>;
  return convert(from, found.type, { id: found.id, typedef: found.typedef, space, depth });
}

/** The type tags of a pointer's pointee: `user`, `rcu`, `percpu` … */
export function pointerTags(btf: Btf, id: TypeId): readonly string[] {
  const { type } = resolve(btf, id);
  return type.kind === "ptr" ? resolve(btf, type.target).tags : [];
}

type Converter<K extends BtfType["kind"]> = (from: NamedBtf, type: Extract<BtfType, { kind: K }>, use: Use) => Type;

const none = (): Type => NONE;

const CONVERTERS: { readonly [K in BtfType["kind"]]: Converter<K> } = {
  void: () => VOID,
  int: (_, type, use) => intType(type, use.space),
  ptr: pointerType,
  array: arrayType,
  struct: structType,
  union: structType,
  fwd: incompleteType,
  enum: enumType,
  float: none,
  func: none,
  // The language knows nothing of functions but where they are: a pointer to one is like `void *`.
  func_proto: () => VOID,
  var: none,
  datasec: none,
  decl_tag: none,
  // resolve() has looked through these.
  typedef: none,
  const: none,
  volatile: none,
  restrict: none,
  type_tag: none,
};

const isIntBytes = (bytes: number): bytes is IntBytes => bytes === 1 || bytes === 2 || bytes === 4 || bytes === 8;

function intType(type: BtfInt, space: AddressSpace): Type {
  if (type.isBool) return BOOL;
  return isIntBytes(type.bytes) ? int(type.bytes, type.isSigned, space) : NONE;
}

/** What a pointer out of some memory points to lies in the same memory, unless a tag says `user`. */
function pointerType(from: NamedBtf, type: BtfPtr, use: Use): Type {
  const target = resolve(from.btf, type.target);
  const space = target.tags.includes("user") ? "user" : use.space;
  return pointer(convertType(from, type.target, space, use.depth + 1), space);
}

/** An array of 1-byte integers of any sign is a string; `T[]` is `T[0]`. */
function arrayType(from: NamedBtf, type: BtfArray, use: Use): Type {
  const element = convertType(from, type.element, use.space, use.depth + 1);
  if (element.kind === "int" && element.bytes === 1 && type.count > 0) return string(type.count, use.space);
  return array(element, type.count, use.space);
}

function structType(from: NamedBtf, type: BtfComposite, use: Use): StructType {
  return {
    kind: "struct",
    tag: type.kind,
    name: type.name === "" ? (use.typedef ?? "") : type.name,
    sizeBytes: type.bytes,
    source: sourceOf(from, use.id),
    space: use.space,
  };
}

/** A struct that is only declared is the one of that name, if there is one; else it has no size and no members. */
function incompleteType(from: NamedBtf, type: BtfFwd, use: Use): StructType {
  const tag = type.isUnion ? "union" : "struct";
  const id = from.btf.find(tag, type.name);
  const full = id === undefined ? undefined : from.btf.typeOfKind(id, tag);
  if (id !== undefined && full !== undefined) return structType(from, full, { ...use, id });
  const source = sourceOf(from, use.id);
  return { kind: "struct", tag, name: type.name, sizeBytes: 0, isIncomplete: true, source, space: use.space };
}

function enumType(from: NamedBtf, type: BtfEnum, use: Use): Type {
  if (!isIntBytes(type.bytes)) return NONE;
  const name = type.name === "" ? (use.typedef ?? "") : type.name;
  return { kind: "enum", name, bytes: type.bytes, isSigned: type.isSigned, source: sourceOf(from, use.id) };
}

/** Types of vmlinux are its own also when a module's BTF leads to them: then equal types have equal sources. */
function sourceOf(from: NamedBtf, id: TypeId): StructSourceId {
  const isBase = from.btf.base !== undefined && id < from.btf.firstId;
  return { origin: "btf", module: isBase ? "vmlinux" : from.module, id };
}
