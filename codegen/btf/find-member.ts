/** Members of structs and unions, with anonymous ones looked through. */
import type { Btf } from "./btf.js";
import type { BtfMember, TypeId } from "./btf-type.js";
import { decodeMember } from "./decode.js";
import { BtfError } from "./error.js";
import { KINDS, TYPE_WORDS, vlenOf } from "./kinds.js";
import { resolve } from "./resolve.js";

/** More members than any real struct has: beyond it, the BTF nests structs in each other without end. */
const MAX_MEMBERS = 65_536;

/**
 * Finds a struct member, looking through anonymous structs and unions. Decodes no other member.
 *
 * @param struct may be behind typedefs and qualifiers
 * @returns its type and offset in bits from the outermost struct, or `undefined`
 * @throws {@link BtfError} when the type section is broken
 */
export function findMember(btf: Btf, struct: TypeId, name: string): BtfMember | undefined {
  return name === "" ? undefined : search(btf, struct, name, 0, new Set());
}

/** @param searched structs that do not have the name: none is searched twice, so that circles end */
function search(btf: Btf, id: TypeId, name: string, baseBits: number, searched: Set<TypeId>): BtfMember | undefined {
  const struct = compositeId(btf, id);
  if (struct === undefined || searched.has(struct)) return undefined;
  searched.add(struct);
  const raw = btf.raw(struct);
  const count = vlenOf(raw.words[raw.at + 1] ?? 0);
  for (let i = 0, at = TYPE_WORDS; i < count; i++, at += KINDS.struct.each) {
    const nameOffset = raw.words[raw.at + at] ?? 0;
    if (btf.nameEquals(nameOffset, name)) return shifted(decodeMember(raw, at), baseBits);
    if (nameOffset !== 0) continue;
    const anonymous = decodeMember(raw, at);
    const found = search(btf, anonymous.type, name, baseBits + anonymous.bitOffset, searched);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * All members in order. Members of anonymous structs and unions take their place; padding bit-fields are left out.
 *
 * @throws {@link BtfError} when structs contain themselves
 */
export function membersOf(btf: Btf, struct: TypeId): readonly BtfMember[] {
  const found: BtfMember[] = [];
  collect(btf, struct, 0, [], found);
  return found;
}

function collect(btf: Btf, id: TypeId, baseBits: number, around: readonly TypeId[], found: BtfMember[]): void {
  const struct = compositeId(btf, id);
  if (struct === undefined) return;
  if (around.includes(struct)) throw new BtfError(`BTF struct ${struct} contains itself`);
  const inner = [...around, struct];
  for (const member of btf.typeOfKind(struct, "struct", "union")?.members ?? []) {
    if (member.name === "") collect(btf, member.type, baseBits + member.bitOffset, inner, found);
    else found.push(shifted(member, baseBits));
    if (found.length > MAX_MEMBERS) throw new BtfError(`BTF struct ${struct} has too many members`);
  }
}

/** The struct or union behind typedefs and qualifiers; `undefined` for anything else. */
function compositeId(btf: Btf, id: TypeId): TypeId | undefined {
  const { id: found, type } = resolve(btf, id);
  return type.kind === "struct" || type.kind === "union" ? found : undefined;
}

const shifted = (member: BtfMember, bits: number): BtfMember =>
  bits === 0 ? member : { ...member, bitOffset: member.bitOffset + bits };
