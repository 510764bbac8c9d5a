/**
 * Writes BTF: for the functions and lines of programs, for keys and values of maps, and for saved kernel facts.
 *
 * Types that are equal in every word are one type, strings are written once, and both are numbered in the order in
 * which they were first asked for; so the same calls give the same bytes.
 */
import type { Btf } from "./btf.js";
import type { BtfEnumerator, BtfMember, BtfParam, BtfSectionVar, Linkage, TypeId } from "./btf-type.js";
import { BtfError } from "./error.js";
import { BTF_MAGIC, BTF_VERSION, HEADER_BYTES, INT_BOOL, INT_CHAR, INT_SIGNED, KINDS, type BtfKind } from "./kinds.js";

const LINKAGE_NUMBERS: { readonly [L in Linkage]: number } = { static: 0, global: 1, extern: 2 };

export interface IntEncoding {
  readonly isSigned?: boolean;
  readonly isChar?: boolean;
  readonly isBool?: boolean;
}

/** The parts of a struct or union; a member without `bitSize` is no bit-field. */
export interface CompositeParts {
  readonly name: string;
  readonly bytes: number;
  readonly members: readonly MemberParts[];
}
export type MemberParts = Omit<BtfMember, "bitSize"> & { readonly bitSize?: number };

export interface EnumParts {
  readonly name: string;
  readonly bytes: number;
  readonly isSigned: boolean;
  readonly values: readonly BtfEnumerator[];
}

export class BtfBuilder {
  readonly #firstId: TypeId;
  /** The offset of the first own string. */
  readonly #firstString: number;
  /** The words of each own type in order; `undefined` where an id is reserved only. */
  readonly #types: (readonly number[] | undefined)[] = [];
  readonly #idByWords = new Map<string, TypeId>();
  readonly #offsetByText = new Map<string, number>();
  #stringBytes = 0;

  /** @param base makes it a split BTF, whose types may refer to those of the base */
  constructor(base?: Btf) {
    this.#firstId = base?.endId ?? 1;
    this.#firstString = base?.endOfStrings ?? 0;
    if (base === undefined) this.string("");
  }

  /** The offset of a text in the string section, for `line_info` too. */
  string(text: string): number {
    if (text === "" && this.#firstString > 0) return 0;
    const known = this.#offsetByText.get(text);
    if (known !== undefined) return known;
    if (text.includes("\0")) throw new BtfError(`BTF cannot hold a string with NUL: ${JSON.stringify(text)}`);
    const offset = this.#firstString + this.#stringBytes;
    this.#offsetByText.set(text, offset);
    this.#stringBytes += text.length + 1;
    return offset;
  }

  int(name: string, bytes: number, encoding: IntEncoding = {}): TypeId {
    const flags =
      (encoding.isSigned === true ? INT_SIGNED : 0) |
      (encoding.isChar === true ? INT_CHAR : 0) |
      (encoding.isBool === true ? INT_BOOL : 0);
    return this.#add("int", name, 0, bytes, [(flags << 24) | (bytes * 8)]);
  }

  ptr(target: TypeId): TypeId {
    return this.#add("ptr", "", 0, target);
  }

  /** @param index type of the subscripts; the kernel asks for an integer type */
  array(element: TypeId, index: TypeId, count: number): TypeId {
    return this.#add("array", "", 0, 0, [element, index, count]);
  }

  struct(parts: CompositeParts): TypeId {
    return this.#composite("struct", parts, undefined);
  }

  union(parts: CompositeParts): TypeId {
    return this.#composite("union", parts, undefined);
  }

  /** An id for a struct or union that refers to itself. Give it its parts with {@link define}. */
  reserve(): TypeId {
    return this.#push(undefined);
  }

  define(id: TypeId, kind: "struct" | "union", parts: CompositeParts): void {
    this.#composite(kind, parts, id);
  }

  fwd(name: string, isUnion = false): TypeId {
    return this.#add("fwd", name, flagged(isUnion, 0), 0);
  }

  typedef(name: string, target: TypeId): TypeId {
    return this.#add("typedef", name, 0, target);
  }

  const(target: TypeId): TypeId {
    return this.#add("const", "", 0, target);
  }

  volatile(target: TypeId): TypeId {
    return this.#add("volatile", "", 0, target);
  }

  restrict(target: TypeId): TypeId {
    return this.#add("restrict", "", 0, target);
  }

  typeTag(name: string, target: TypeId, isAttribute = false): TypeId {
    return this.#add("type_tag", name, flagged(isAttribute, 0), target);
  }

  float(name: string, bytes: number): TypeId {
    return this.#add("float", name, 0, bytes);
  }

  /** @param component number of the tagged member or parameter, or -1 for the whole */
  declTag(name: string, target: TypeId, component = -1): TypeId {
    return this.#add("decl_tag", name, 0, target, [component >>> 0]);
  }

  /** An enum of up to 4 bytes becomes `BTF_KIND_ENUM`, a larger one `BTF_KIND_ENUM64` (kernel 6.0). */
  enum(parts: EnumParts): TypeId {
    const is64 = parts.bytes > 4;
    const words = parts.values.flatMap(({ name, value }) => {
      const low = Number(BigInt.asUintN(32, value));
      return [this.string(name), low, ...(is64 ? [Number(BigInt.asUintN(32, value >> 32n))] : [])];
    });
    const vlen = checkedCount(parts.name, parts.values.length);
    return this.#add(is64 ? "enum64" : "enum", parts.name, flagged(parts.isSigned, vlen), parts.bytes, words);
  }

  funcProto(result: TypeId, params: readonly BtfParam[], isVariadic = false): TypeId {
    const words = params.flatMap((param) => [this.string(param.name), param.type]);
    if (isVariadic) words.push(0, 0);
    return this.#add("func_proto", "", checkedCount("", words.length / 2), result, words);
  }

  func(name: string, proto: TypeId, linkage: Linkage = "static"): TypeId {
    return this.#add("func", name, LINKAGE_NUMBERS[linkage], proto);
  }

  variable(name: string, target: TypeId, linkage: Linkage = "static"): TypeId {
    return this.#add("var", name, 0, target, [LINKAGE_NUMBERS[linkage]]);
  }

  datasec(name: string, bytes: number, vars: readonly BtfSectionVar[]): TypeId {
    const words = vars.flatMap((v) => [v.type, v.offset, v.bytes]);
    return this.#add("datasec", name, checkedCount(name, vars.length), bytes, words);
  }

  /** Header, types and strings as one blob. @throws {@link BtfError} when a reserved id was never defined */
  encode(): Uint8Array {
    const typeWords = this.#types.reduce((sum, words) => sum + (words?.length ?? 0), 0);
    const bytes = new Uint8Array(HEADER_BYTES + typeWords * 4 + this.#stringBytes);
    const view = new DataView(bytes.buffer);
    view.setUint16(0, BTF_MAGIC, true);
    view.setUint8(2, BTF_VERSION);
    const header = [HEADER_BYTES, 0, typeWords * 4, typeWords * 4, this.#stringBytes];
    header.forEach((word, i) => view.setUint32(4 + i * 4, word, true));
    this.#writeStrings(bytes, this.#writeTypes(view));
    return bytes;
  }

  #writeTypes(view: DataView): number {
    let at = HEADER_BYTES;
    for (const [row, words] of this.#types.entries()) {
      if (words === undefined) throw new BtfError(`BTF type ${this.#firstId + row} was reserved, but not defined`);
      for (const word of words) {
        view.setUint32(at, word, true);
        at += 4;
      }
    }
    return at;
  }

  #writeStrings(bytes: Uint8Array, start: number): void {
    for (const [text, offset] of this.#offsetByText) {
      for (let i = 0; i < text.length; i++) bytes[start + offset - this.#firstString + i] = text.charCodeAt(i);
    }
  }

  #composite(kind: "struct" | "union", parts: CompositeParts, id: TypeId | undefined): TypeId {
    const hasBitFields = parts.members.some((m) => (m.bitSize ?? 0) > 0);
    const words = parts.members.flatMap((member) => {
      const { bitOffset, bitSize = 0 } = member;
      if (hasBitFields && bitOffset > 0xffffff)
        throw new BtfError(`BTF struct ${parts.name} is too large for bit-fields`);
      return [this.string(member.name), member.type, ((bitSize << 24) | bitOffset) >>> 0];
    });
    const vlen = checkedCount(parts.name, parts.members.length);
    return this.#add(kind, parts.name, flagged(hasBitFields, vlen), parts.bytes, words, id);
  }

  /**
   * @param flagAndVlen bits 31 and 15..0 of `info`
   * @param id a reserved one; types that have one are never shared
   */
  #add(
    kind: BtfKind,
    name: string,
    flagAndVlen: number,
    third: number,
    rest: readonly number[] = [],
    id?: TypeId,
  ): TypeId {
    const words = [this.string(name), ((KINDS[kind].number << 24) | flagAndVlen) >>> 0, third, ...rest];
    if (id !== undefined) {
      this.#types[id - this.#firstId] = words;
      return id;
    }
    const key = words.join();
    const known = this.#idByWords.get(key);
    if (known !== undefined) return known;
    const fresh = this.#push(words);
    this.#idByWords.set(key, fresh);
    return fresh;
  }

  #push(words: readonly number[] | undefined): TypeId {
    return this.#firstId + this.#types.push(words) - 1;
  }
}

const flagged = (flag: boolean, vlen: number): number => (flag ? 1 << 31 : 0) | vlen;

function checkedCount(name: string, count: number): number {
  if (count > 0xffff) throw new BtfError(`BTF type ${name} has ${count} parts, more than 65535`);
  return count;
}
