/** Where the members of structs come from: kernel BTF, the script's C definitions, or a probe's `args`. */
import type { EnumType, StructType, Type } from "./type.js";

export interface Member {
  readonly name: string;
  /** With the address space of pointers that carry a `__user` tag. */
  readonly type: Type;
  /** From the outermost struct, anonymous ones looked through. */
  readonly offsetBits: number;
  /** Only of bit-fields. */
  readonly bitSize: number | undefined;
  /** Of a char array in the script's C definitions: its bytes, one fewer than its type has (language.md 4.4). */
  readonly charBytes?: number;
  /** `__data_loc` of a tracepoint: the member holds an offset, its value is an address. */
  readonly isDataLoc?: boolean;
  /** Why nobody can read it: what follows "Can't read …: ". */
  readonly trouble?: string;
  /** A BTF type tag that forbids reading through (`percpu` …). */
  readonly unsupportedTag?: string;
}

export interface StructSource {
  /** The same as a body sees it that runs in a program: its types come before those of the kernel. */
  seenFrom?(program: string): StructSource;
  /** A constant of an enum of that program: debug information has numbers for enums, and so have scripts. */
  constant?(name: string): bigint | undefined;
  /** Looks through anonymous members. */
  member(struct: StructType, name: string): Member | undefined;
  /** In order; anonymous structs and unions are flattened. */
  members(struct: StructType): readonly Member[];
  /** By C name, without its tag: user definitions first, then BTF. Typedefs are resolved. */
  typeNamed(name: string, tag: "struct" | "union" | "enum" | undefined): Type | undefined;
  /** All names that `typeNamed` knows, for hints. */
  typeNames(tag: "struct" | "union" | "enum" | undefined): Iterable<string>;
  /** All names that `enumerator` knows, for hints. */
  enumeratorNames(): Iterable<string>;
  /** An enumerator of any enum: its value, and its type as an expression. */
  enumerator(name: string): { readonly value: bigint; readonly type: EnumType } | undefined;
  /** All enumerators in order, with the values that memory of the type holds: see {@link asHeld}. */
  enumerators(type: EnumType): readonly { readonly name: string; readonly value: bigint }[];
}

/** @param program - path of the one that a body runs in, if its types can be named there */
export const seenFrom = (structs: StructSource, program: string | undefined): StructSource =>
  program === undefined ? structs : (structs.seenFrom?.(program) ?? structs);

/** The constant as an integer of the enum's size and sign, which is another one where a script names it. */
export const asHeld = (type: EnumType, value: bigint): bigint =>
  (type.isSigned ? BigInt.asIntN : BigInt.asUintN)(type.bytes * 8, value);
