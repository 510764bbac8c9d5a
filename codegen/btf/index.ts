/** Kernel types: reading BTF, writing BTF, and what of it becomes our own types. */
export { Btf, type EnumConstant } from "./btf.js";
export * from "./btf-type.js";
export { BtfBuilder, type CompositeParts, type EnumParts, type IntEncoding, type MemberParts } from "./builder.js";
export { BtfError } from "./error.js";
export { findMember, membersOf } from "./find-member.js";
export { findFunction, protoOfTypedef, type BtfFunction } from "./functions.js";
export { isReturnKfunc } from "./session-kfunc.js";
export type { BtfKind } from "./kinds.js";
export { resolve, sizeOf, type Resolved } from "./resolve.js";
export { BtfStructSource } from "./btf-struct-source.js";
export { toType, type NamedBtf } from "./to-type.js";
export { walkTypes, type WalkTypes } from "./type-index.js";
export { subsetOf, type SubsetNames } from "./subset.js";
export { declarationOf, definitionOf } from "./c-syntax.js";
