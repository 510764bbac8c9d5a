/**
 * Copies a part of a BTF object: for saved kernel facts, which need some fifty types of a hundred thousand.
 *
 * A copied type brings along all that lies in it by value. Behind pointers only the structs that were asked for are
 * copied; of others only the name is left (`BTF_KIND_FWD`).
 */
import type { Btf } from "./btf.js";
import { VOID_ID, type BtfType, type TypeId } from "./btf-type.js";
import { BtfBuilder } from "./builder.js";
import { BtfError } from "./error.js";
import { resolve } from "./resolve.js";
import type { BtfKind } from "./kinds.js";

/** Types by kind and name; `enumerators` stand for the enums that they are of, which often have no name. */
export type SubsetNames = Partial<Readonly<Record<BtfKind | "enumerators", readonly string[]>>>;

/** @throws {@link BtfError} when a name is not in `btf` */
export function subsetOf(btf: Btf, names: SubsetNames): Uint8Array {
  const wanted = Object.entries(names).flatMap(([kind, list]) =>
    list.map((name) => idOf(btf, kind as keyof SubsetNames, name)),
  );
  const copier = new Copier(btf, new Set(wanted));
  for (const id of wanted) copier.copy(id);
  return copier.builder.encode();
}

function idOf(btf: Btf, kind: keyof SubsetNames, name: string): TypeId {
  const id = kind === "enumerators" ? btf.findEnumConstant(name)?.enumId : btf.find(kind, name);
  if (id === undefined) throw new BtfError(`BTF has no ${kind} ${name}`);
  return id;
}

class Copier {
  readonly builder = new BtfBuilder();
  readonly #btf: Btf;
  readonly #wanted: ReadonlySet<TypeId>;
  readonly #copies = new Map<TypeId, TypeId>();

  constructor(btf: Btf, wanted: ReadonlySet<TypeId>) {
    this.#btf = btf;
    this.#wanted = wanted;
  }

  copy(id: TypeId): TypeId {
    if (id === VOID_ID) return VOID_ID;
    const known = this.#copies.get(id);
    if (known !== undefined) return known;
    const type = this.#btf.type(id);
    if (type.kind === "struct" || type.kind === "union") return this.#copyComposite(id, type);
    const copied = COPIERS[type.kind](this, type as never);
    this.#copies.set(id, copied);
    return copied;
  }

  /** What a pointer points to: of structs that nobody asked for, only the name, with the qualifiers before it. */
  copyPointee(id: TypeId): TypeId {
    const { type: behind, id: behindId } = resolve(this.#btf, id);
    const isWhole = (behind.kind !== "struct" && behind.kind !== "union") || this.#wanted.has(behindId);
    if (isWhole || behind.name === "") return this.copy(id);
    return this.#nameOnly(id);
  }

  #nameOnly(id: TypeId): TypeId {
    const type = this.#btf.type(id);
    switch (type.kind) {
      case "const":
      case "volatile":
      case "restrict":
        return this.builder[type.kind](this.#nameOnly(type.target));
      case "type_tag":
        return this.builder.typeTag(type.name, this.#nameOnly(type.target), type.isAttribute);
      case "typedef":
        return this.builder.typedef(type.name, this.#nameOnly(type.target));
      case "struct":
      case "union":
        return this.builder.fwd(type.name, type.kind === "union");
      default:
        throw new BtfError(`BTF type ${id} is no struct`);
    }
  }

  /** Structs may refer to themselves: their number is given out before their members are copied. */
  #copyComposite(id: TypeId, type: Extract<BtfType, { kind: "struct" | "union" }>): TypeId {
    const copied = this.builder.reserve();
    this.#copies.set(id, copied);
    const members = type.members.map((member) => ({ ...member, type: this.copy(member.type) }));
    this.builder.define(copied, type.kind, { name: type.name, bytes: type.bytes, members });
    return copied;
  }
}

type Leaf = Exclude<BtfType["kind"], "struct" | "union">;

const COPIERS: { readonly [K in Leaf]: (copier: Copier, type: Extract<BtfType, { kind: K }>) => TypeId } = {
  void: () => VOID_ID,
  int: ({ builder }, type) => builder.int(type.name, type.bytes, type),
  float: ({ builder }, type) => builder.float(type.name, type.bytes),
  ptr: (copier, type) => copier.builder.ptr(copier.copyPointee(type.target)),
  array: (copier, type) => copier.builder.array(copier.copy(type.element), copier.copy(type.index), type.count),
  enum: ({ builder }, type) => builder.enum(type),
  fwd: ({ builder }, type) => builder.fwd(type.name, type.isUnion),
  typedef: (copier, type) => copier.builder.typedef(type.name, copier.copy(type.target)),
  const: (copier, type) => copier.builder.const(copier.copy(type.target)),
  volatile: (copier, type) => copier.builder.volatile(copier.copy(type.target)),
  restrict: (copier, type) => copier.builder.restrict(copier.copy(type.target)),
  type_tag: (copier, type) => copier.builder.typeTag(type.name, copier.copy(type.target), type.isAttribute),
  decl_tag: (copier, type) => copier.builder.declTag(type.name, copier.copy(type.target), type.component),
  func: (copier, type) => copier.builder.func(type.name, copier.copy(type.proto), type.linkage),
  func_proto: (copier, type) =>
    copier.builder.funcProto(
      copier.copy(type.result),
      type.params.map((param) => ({ name: param.name, type: copier.copy(param.type) })),
      type.isVariadic,
    ),
  var: (copier, type) => copier.builder.variable(type.name, copier.copy(type.target), type.linkage),
  datasec: (copier, type) =>
    copier.builder.datasec(
      type.name,
      type.bytes,
      type.vars.map((v) => ({ ...v, type: copier.copy(v.type) })),
    ),
};
