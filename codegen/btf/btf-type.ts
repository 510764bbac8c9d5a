/**
 * Decoded BTF types. References to other types are ids, so that decoding one type never decodes another.
 */

/** A type's number. 0 is `void`. */
export type TypeId = number;
export const VOID_ID: TypeId = 0;

export interface BtfInt {
  readonly kind: "int";
  readonly name: string;
  readonly bytes: number;
  /** Less than `bytes * 8` only in bit-fields as old compilers wrote them. */
  readonly bits: number;
  readonly bitOffset: number;
  readonly isSigned: boolean;
  readonly isBool: boolean;
  readonly isChar: boolean;
}

export interface BtfPtr {
  readonly kind: "ptr";
  readonly target: TypeId;
}

export interface BtfArray {
  readonly kind: "array";
  readonly element: TypeId;
  readonly index: TypeId;
  readonly count: number;
}

export interface BtfMember {
  /** Empty for anonymous structs and unions, and for padding bit-fields. */
  readonly name: string;
  readonly type: TypeId;
  readonly bitOffset: number;
  /** Width of a bit-field in bits, or 0. */
  readonly bitSize: number;
}

export interface BtfComposite<K extends "struct" | "union" = "struct" | "union"> {
  readonly kind: K;
  /** Empty when it has no tag. */
  readonly name: string;
  readonly bytes: number;
  readonly members: readonly BtfMember[];
}

export interface BtfEnumerator {
  readonly name: string;
  readonly value: bigint;
}

/** Both `enum` and `enum64`. */
export interface BtfEnum {
  readonly kind: "enum";
  readonly name: string;
  readonly bytes: number;
  readonly isSigned: boolean;
  readonly values: readonly BtfEnumerator[];
}

/** A struct or union of which only the name is known. */
export interface BtfFwd {
  readonly kind: "fwd";
  readonly name: string;
  readonly isUnion: boolean;
}

export interface BtfTypedef {
  readonly kind: "typedef";
  readonly name: string;
  readonly target: TypeId;
}

export interface BtfQualifier<K extends "const" | "volatile" | "restrict"> {
  readonly kind: K;
  readonly target: TypeId;
}

/** `__attribute__((btf_type_tag("user")))`: stands between a pointer and its pointee. */
export interface BtfTypeTag {
  readonly kind: "type_tag";
  readonly name: string;
  /** The name is a whole attribute, such as `address_space(1)`, and not the text of a `btf_type_tag`. */
  readonly isAttribute: boolean;
  readonly target: TypeId;
}

export interface BtfDeclTag {
  readonly kind: "decl_tag";
  readonly name: string;
  readonly isAttribute: boolean;
  readonly target: TypeId;
  /** Number of the member or parameter that is tagged, or -1 for the whole. */
  readonly component: number;
}

export type Linkage = "static" | "global" | "extern";

export interface BtfFunc {
  readonly kind: "func";
  readonly name: string;
  readonly proto: TypeId;
  readonly linkage: Linkage;
}

export interface BtfParam {
  readonly name: string;
  readonly type: TypeId;
}

export interface BtfFuncProto {
  readonly kind: "func_proto";
  readonly result: TypeId;
  readonly params: readonly BtfParam[];
  /** Ends in `...`, which is not among `params`. */
  readonly isVariadic: boolean;
}

export interface BtfVar {
  readonly kind: "var";
  readonly name: string;
  readonly target: TypeId;
  readonly linkage: Linkage;
}

export interface BtfSectionVar {
  readonly type: TypeId;
  readonly offset: number;
  readonly bytes: number;
}

export interface BtfDatasec {
  readonly kind: "datasec";
  readonly name: string;
  readonly bytes: number;
  readonly vars: readonly BtfSectionVar[];
}

export interface BtfFloat {
  readonly kind: "float";
  readonly name: string;
  readonly bytes: number;
}

export interface BtfVoid {
  readonly kind: "void";
}

export type BtfType =
  | BtfVoid
  | BtfInt
  | BtfPtr
  | BtfArray
  | BtfComposite<"struct">
  | BtfComposite<"union">
  | BtfEnum
  | BtfFwd
  | BtfTypedef
  | BtfQualifier<"const">
  | BtfQualifier<"volatile">
  | BtfQualifier<"restrict">
  | BtfTypeTag
  | BtfDeclTag
  | BtfFunc
  | BtfFuncProto
  | BtfVar
  | BtfDatasec
  | BtfFloat;
