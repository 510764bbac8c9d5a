/** Walks over what stands between a use of a type and the type itself. */
import type { Btf } from "./btf.js";
import type { BtfComposite, BtfType, TypeId } from "./btf-type.js";
import { BtfError } from "./error.js";

/** As deep as the kernel follows (MAX_RESOLVE_DEPTH); a longer chain goes in a circle. */
const MAX_DEPTH = 32;

export interface Resolved {
  readonly id: TypeId;
  readonly type: BtfType;
  /** The texts of `btf_type_tag`s on the way: `user`, `rcu`, `percpu` … */
  readonly tags: readonly string[];
  /** The first typedef on the way, by which people know a struct without a tag. */
  readonly typedef: string | undefined;
}

const NO_TAGS: readonly string[] = [];

/**
 * Looks through `typedef`, `const`, `volatile`, `restrict` and type tags.
 *
 * @throws {@link BtfError} when they go in a circle
 */
export function resolve(btf: Btf, id: TypeId): Resolved {
  let tags = NO_TAGS;
  let typedef: string | undefined;
  for (let depth = 0; depth <= MAX_DEPTH; depth++) {
    const type = btf.type(id);
    switch (type.kind) {
      case "typedef":
        typedef ??= type.name;
        break;
      case "type_tag":
        if (!type.isAttribute) tags = [...tags, type.name];
        break;
      case "const":
      case "volatile":
      case "restrict":
        break;
      default:
        return { id, type, tags, typedef };
    }
    id = type.target;
  }
  throw new BtfError(`BTF type ${id} refers to itself`);
}

/**
 * The size of a type in bytes; 0 for `void`, functions and structs of which only the name is known.
 *
 * @throws {@link BtfError} for arrays of themselves and arrays larger than 4 GiB
 */
export function sizeOf(btf: Btf, id: TypeId): number {
  let factor = 1;
  for (let depth = 0; depth <= MAX_DEPTH; depth++) {
    const { type } = resolve(btf, id);
    if (type.kind !== "array") {
      const size = factor * elementSize(type);
      if (size > 0xffffffff) throw new BtfError(`BTF type ${id} is too large`);
      return size;
    }
    factor *= type.count;
    id = type.element;
  }
  throw new BtfError(`BTF array type ${id} contains itself`);
}

function elementSize(type: BtfType): number {
  if (type.kind === "ptr") return 8;
  return "bytes" in type ? type.bytes : 0;
}

const MAX_ALIGN = 8;

/**
 * The alignment that a compiler gives a type, in bytes. Alignment attributes are not in BTF; a struct whose members
 * are not where they would be by themselves is packed, with alignment 1.
 */
export function alignOf(btf: Btf, id: TypeId): number {
  return alignWithin(btf, id, 0);
}

/** Whether a struct's members are not all at multiples of their alignment, or its size is not one. */
export function isPacked(btf: Btf, id: TypeId): boolean {
  const struct = btf.typeOfKind(id, "struct", "union");
  return struct !== undefined && layoutAlign(btf, struct, 0) === undefined;
}

function alignWithin(btf: Btf, id: TypeId, depth: number): number {
  if (depth > MAX_DEPTH) throw new BtfError(`BTF type ${id} contains itself`);
  const { type } = resolve(btf, id);
  switch (type.kind) {
    case "int":
    case "enum":
    case "float":
      return Math.min(MAX_ALIGN, Math.max(1, type.bytes));
    case "ptr":
      return MAX_ALIGN;
    case "array":
      return alignWithin(btf, type.element, depth + 1);
    case "struct":
    case "union":
      return layoutAlign(btf, type, depth) ?? 1;
    default:
      return 1;
  }
}

/** The largest alignment of its members; `undefined` when it must be packed. */
function layoutAlign(btf: Btf, type: BtfComposite, depth: number): number | undefined {
  let largest = 1;
  for (const member of type.members) {
    const align = alignWithin(btf, member.type, depth + 1);
    if (member.bitSize === 0 && member.bitOffset % (align * 8) !== 0) return undefined;
    largest = Math.max(largest, align);
  }
  return type.bytes % largest === 0 ? largest : undefined;
}
