/** The struct behind `args` of a tracepoint: fields of its format file with types from BTF (probes-and-cli.md 6). */
import type { KernelFacts, TracepointField } from "../facts.js";
import type { Member, StructSource } from "../types/struct-source.js";
import {
  type AddressSpace,
  array,
  int,
  type IntBytes,
  INT64,
  NONE,
  pointer,
  string,
  type Type,
  VOID,
} from "../types/type.js";
import type { ArgsAccess, ArgsRegistry, ContextUse } from "../language/provider.js";
import type { TracepointPoint } from "./tracepoint.js";

export function tracepointArgs(
  { category, event }: Pick<TracepointPoint, "category" | "event">,
  facts: KernelFacts,
  structs: StructSource & ArgsRegistry,
  { argsMembers }: ContextUse,
): ArgsAccess {
  const space: AddressSpace = category === "syscalls" ? "user" : "kernel";
  const common = commonTo(event, category, argsMembers);
  const name = `struct tracepoint:${category}:${common ?? event}_args`;
  const struct = structs.defineArgs(name, () => membersOf(category, event, space, facts, structs), space);
  return { kind: "context-struct", struct };
}

/** What the records of all system calls have in common is one struct for all, so that one body will do for them. */
function commonTo(event: string, category: string, members: ReadonlySet<string> | undefined): string | undefined {
  const direction = category === "syscalls" ? /^sys_(enter|exit)_/.exec(event)?.[1] : undefined;
  if (direction === undefined || members === undefined) return undefined;
  const isCommon = (name: string): boolean => name === "__syscall_nr" || (direction === "exit" && name === "ret");
  return [...members].every(isCommon) ? `sys_${direction}_*` : undefined;
}

function membersOf(
  category: string,
  event: string,
  space: AddressSpace,
  facts: KernelFacts,
  structs: StructSource,
): readonly Member[] {
  const fields = facts.tracepointFormat(category, event)?.fields ?? [];
  return fields
    .filter((field) => !field.isCommon)
    .map((field) => ({
      name: field.name,
      type: typeOf(field, space, structs),
      offsetBits: field.offsetBytes * 8,
      bitSize: undefined,
      isDataLoc: field.isDataLoc,
    }));
}

function typeOf(field: TracepointField, space: AddressSpace, structs: StructSource): Type {
  if (field.isDataLoc) return { ...INT64, space: "kernel" };
  if (field.arrayLength !== undefined) {
    if (field.typeText === "char") return string(field.arrayLength, "kernel");
    return array(namedType(field.typeText, space, structs), field.arrayLength, "kernel");
  }
  return resized(namedType(field.typeText, space, structs), field, space);
}

/** The format file's size and sign win over those of the type's name. */
function resized(type: Type, field: TracepointField, space: AddressSpace): Type {
  const isWidth = [1, 2, 4, 8].includes(field.sizeBytes);
  if ((type.kind === "int" || type.kind === "none") && isWidth) {
    return int(field.sizeBytes as IntBytes, field.isSigned, space);
  }
  if (type.kind === "enum" && isWidth) return { ...type, bytes: field.sizeBytes as IntBytes, isSigned: field.isSigned };
  return type;
}

const USER_TAG = '__attribute__((btf_type_tag("user")))';

function namedType(text: string, space: AddressSpace, structs: StructSource): Type {
  const clean = text
    .replace(/\s+/g, " ")
    .trim()
    .replace(/^const /, "")
    .replace(/ const$/, "")
    .replace(/\* ?const$/, "*");
  if (clean.endsWith("*")) {
    const inner = clean.slice(0, -1).trim();
    const isUser = inner.endsWith(USER_TAG);
    const to = namedType(isUser ? inner.slice(0, -USER_TAG.length) : inner.replace(/ __user$/, ""), space, structs);
    return pointer(to, isUser ? "user" : space);
  }
  if (clean === "void") return VOID;
  const basic = BASIC_TYPES.get(clean);
  if (basic !== undefined) return basic;
  const [, tag, tagged] = /^(struct|union|enum) (.+)$/.exec(clean) ?? [];
  if (tagged !== undefined) return structs.typeNamed(tagged, tag as "struct" | "union" | "enum") ?? NONE;
  return structs.typeNamed(BTF_NAMES.get(clean) ?? clean, undefined) ?? NONE;
}

/**
 * Types that mean the same in every kernel for 64-bit machines (asm-generic/int-ll64.h, posix_types.h): for scripts
 * that use no others, BTF need not be read.
 */
const BASIC_TYPES: ReadonlyMap<string, Type> = new Map(
  (
    [
      [1, true, "char", "signed char", "s8", "__s8", "int8_t"],
      [1, false, "unsigned char", "u8", "__u8", "uint8_t"],
      [2, true, "short", "short int", "s16", "__s16", "int16_t"],
      [2, false, "unsigned short", "short unsigned int", "u16", "__u16", "uint16_t", "umode_t"],
      [4, true, "int", "signed int", "s32", "__s32", "int32_t", "pid_t", "key_t", "clockid_t"],
      [4, false, "unsigned", "unsigned int", "u32", "__u32", "uint32_t", "uid_t", "gid_t", "qid_t", "dev_t"],
      [
        8,
        true,
        "long",
        "long int",
        "long long",
        "long long int",
        "s64",
        "__s64",
        "int64_t",
        "loff_t",
        "off_t",
        "ssize_t",
      ],
      [8, false, "unsigned long", "long unsigned int", "unsigned long long", "u64", "__u64", "uint64_t", "size_t"],
    ] as const
  ).flatMap(([bytes, isSigned, ...names]) => names.map((name) => [name, int(bytes, isSigned)] as const)),
);

/** The C compiler's names of integer types, as BTF has them. */
const BTF_NAMES: ReadonlyMap<string, string> = new Map([
  ["unsigned", "unsigned int"],
  ["short", "short int"],
  ["unsigned short", "short unsigned int"],
  ["short unsigned", "short unsigned int"],
  ["long", "long int"],
  ["unsigned long", "long unsigned int"],
  ["long unsigned", "long unsigned int"],
  ["long long", "long long int"],
  ["unsigned long long", "long long unsigned int"],
]);
