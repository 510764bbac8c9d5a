/** Walks over what stands between a use of a type and the type itself. */
import type { Btf } from "./btf.js";
import type { BtfType, TypeId } from "./btf-type.js";
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

/** Like {@link resolve} for callers who want the id only. */
export const stripped = (btf: Btf, id: TypeId): TypeId => resolve(btf, id).id;

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
