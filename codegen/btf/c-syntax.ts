/**
 * BTF types in C, as libbpf writes them: what `-lv` shows of functions and structs (probes-and-cli.md 16.3, 16.4).
 *
 * @see libbpf, src/btf_dump.c
 */
import type { Btf } from "./btf.js";
import type { BtfComposite, BtfEnum, BtfFuncProto, BtfType, TypeId } from "./btf-type.js";
import { BtfError } from "./error.js";
import { paddingBetween } from "./padding.js";
import { alignOf, isPacked, sizeOf } from "./resolve.js";

/**
 * A declaration: `struct file *file`, `int (*notify)(void)`, `char comm[16]`. Without a name only the type:
 * `struct file *`.
 */
export const declarationOf = (btf: Btf, id: TypeId, name: string): string => declare(btf, id, name, 0);

/** The whole of a struct, union or enum, anonymous ones inside of it expanded; `undefined` for other types. */
export function definitionOf(btf: Btf, id: TypeId): string | undefined {
  const type = btf.type(id);
  if (type.kind === "struct" || type.kind === "union") return compositeBody(btf, id, type, 0);
  return type.kind === "enum" ? enumBody(btf, id, type, 0) : undefined;
}

/** Deeper than any type that someone wrote: beyond it, the BTF goes in a circle. */
const MAX_DEPTH = 64;

const indent = (level: number): string => "\t".repeat(level);

function declare(btf: Btf, id: TypeId, name: string, level: number): string {
  if (level > MAX_DEPTH) throw new BtfError(`BTF type ${id} contains itself`);
  return writeChain(btf, chainOf(btf, id), name, level);
}

/** The type and what it is made of, up to something with a name or a body: pointer, const, int. */
function chainOf(btf: Btf, id: TypeId): TypeId[] {
  const chain = [id];
  for (let next = innerOf(btf.type(id)); next !== undefined; next = innerOf(btf.type(next))) {
    if (chain.push(next) > MAX_DEPTH) throw new BtfError(`BTF type ${id} refers to itself`);
  }
  return chain;
}

function innerOf(type: BtfType): TypeId | undefined {
  switch (type.kind) {
    case "ptr":
    case "const":
    case "volatile":
    case "restrict":
    case "type_tag":
      return type.target;
    case "array":
      return type.element;
    case "func_proto":
      return type.result;
    default:
      return undefined;
  }
}

/**
 * C writes a declaration from the inside out: the innermost type first, then pointers from inner to outer. Arrays and
 * functions put what is outside of them between themselves and the name, in parentheses.
 *
 * @param chain outermost first; it is used up
 */
function writeChain(btf: Btf, chain: TypeId[], name: string, level: number): string {
  let text = "";
  // A pointer that comes first, as in `(*name)(void)`, has no blank before it.
  let isAfterPointer = true;
  for (let id = chain.pop(); id !== undefined; id = chain.pop()) {
    const type = btf.type(id);
    switch (type.kind) {
      case "ptr":
        text += isAfterPointer ? "*" : " *";
        break;
      case "const":
      case "volatile":
      case "restrict":
        text += ` ${type.kind}`;
        break;
      case "type_tag":
        text += modifiers(btf, chain);
        text += type.isAttribute ? ` __attribute__((${type.name}))` : ` __attribute__((btf_type_tag("${type.name}")))`;
        break;
      case "array":
        return text + writeArray(btf, type.count, chain, { name, isAfterPointer, level });
      case "func_proto":
        return text + writeFunction(btf, type, chain, { name, isAfterPointer, level });
      default:
        text += modifiers(btf, chain) + baseName(btf, id, type, level);
    }
    isAfterPointer = type.kind === "ptr";
  }
  return text + separated(name, isAfterPointer);
}

const separated = (name: string, isAfterPointer: boolean): string =>
  name !== "" && !isAfterPointer ? ` ${name}` : name;

/** Where a chain has come to when it meets an array or a function. */
interface Place {
  readonly name: string;
  readonly isAfterPointer: boolean;
  readonly level: number;
}

function writeArray(btf: Btf, count: number, chain: TypeId[], { name, isAfterPointer, level }: Place): string {
  modifiers(btf, chain);
  const outer = chain.at(-1);
  if (outer === undefined) return `${separated(name, isAfterPointer)}[${count}]`;
  const blank = name !== "" && !isAfterPointer ? " " : "";
  const inside = writeChain(btf, chain, name, level);
  return btf.kindOf(outer) === "array" ? `${blank}${inside}[${count}]` : `${blank}(${inside})[${count}]`;
}

function writeFunction(btf: Btf, type: BtfFuncProto, chain: TypeId[], place: Place): string {
  const { name, isAfterPointer, level } = place;
  modifiers(btf, chain);
  const inside = chain.length > 0 ? ` (${writeChain(btf, chain, name, level)})` : separated(name, isAfterPointer);
  const params = type.params.map((param) => declare(btf, param.type, param.name, level + 1));
  const all = type.isVariadic ? [...params, "..."] : params;
  return `${inside}(${all.length === 0 ? "void" : all.join(", ")})`;
}

/** Takes the qualifiers of a type off the chain: they stand before it. */
function modifiers(btf: Btf, chain: TypeId[]): string {
  let text = "";
  for (;;) {
    const last = chain.at(-1);
    const kind = last === undefined ? undefined : btf.kindOf(last);
    if (kind !== "const" && kind !== "volatile" && kind !== "restrict") return text;
    text += `${kind} `;
    chain.pop();
  }
}

function baseName(btf: Btf, id: TypeId, type: BtfType, level: number): string {
  switch (type.kind) {
    case "void":
      return "void";
    case "struct":
    case "union":
      return type.name === "" ? compositeBody(btf, id, type, level) : `${type.kind} ${type.name}`;
    case "enum":
      return type.name === "" ? enumBody(btf, id, type, level) : `enum ${type.name}`;
    case "fwd":
      return `${type.isUnion ? "union" : "struct"} ${type.name}`;
    default:
      return "name" in type ? type.name : "";
  }
}

function compositeBody(btf: Btf, id: TypeId, type: BtfComposite, level: number): string {
  if (level > MAX_DEPTH) throw new BtfError(`BTF type ${id} contains itself`);
  const packed = type.kind === "struct" && isPacked(btf, id);
  const lines: string[] = [];
  let endBits = 0;
  let wasBitField = false;
  for (const { name, type: memberType, bitOffset, bitSize } of type.members) {
    const alignBytes = packed ? 1 : alignOf(btf, memberType);
    const isInBitField = wasBitField && bitSize > 0;
    lines.push(...paddingBetween({ endBits, nextBits: bitOffset, alignBytes, isInBitField }));
    lines.push(`${declare(btf, memberType, name, level + 1)}${bitSize > 0 ? `: ${bitSize}` : ""}`);
    endBits = bitOffset + (bitSize > 0 ? bitSize : sizeOf(btf, memberType) * 8);
    wasBitField = bitSize > 0;
  }
  if (type.kind === "struct") {
    const [nextBits, alignBytes] = [type.bytes * 8, alignOf(btf, id)];
    lines.push(...paddingBetween({ endBits, nextBits, alignBytes, isInBitField: false }));
  }
  const body = lines.map((line) => `\n${indent(level + 1)}${line};`).join("");
  const end = type.members.length > 0 || type.bytes > 0 ? `\n${indent(level)}}` : "}";
  return `${type.kind}${separated(type.name, false)} {${body}${end}${packed ? " __attribute__((packed))" : ""}`;
}

function enumBody(btf: Btf, id: TypeId, type: BtfEnum, level: number): string {
  const is64 = btf.kindOf(id) === "enum64";
  const suffix = is64 ? (type.isSigned ? "LL" : "ULL") : "";
  const values = type.values.map(({ name, value }) => `\n${indent(level + 1)}${name} = ${value}${suffix},`);
  const body = values.length === 0 ? "" : ` {${values.join("")}\n${indent(level)}}`;
  return `enum${separated(type.name, false)}${body}${modeOf(type, is64)}`;
}

/** What makes a compiler give an enum this size again. */
function modeOf(type: BtfEnum, is64: boolean): string {
  if (type.bytes === 1) return " __attribute__((mode(byte)))";
  const fitsWord = !is64 || type.values.every(({ value }) => BigInt.asUintN(64, value) >> 32n === 0n);
  return type.bytes === 8 && fitsWord ? " __attribute__((mode(word)))" : "";
}
