/** The language service: what editors and the prompt ask of a script that is still being written. */
export { complete, type Completion, type CompletionKind, type Completions } from "./complete.js";
export { definition } from "./definition.js";
export { diagnostics, type Findings } from "./diagnostics.js";
export { documentationOf, type Documentation } from "./documentation.js";
export type { ServiceFacts } from "./facts.js";
export { format, type Formatted } from "./format.js";
export { describeType, documentationLines, hover, type Hover } from "./hover.js";
export { NameIndex, type NameList, packNames } from "./name-index.js";
export { placeAt, type Place, type Range } from "./place.js";
export { referencesAt, type References } from "./references.js";
export { rename, type Renaming } from "./rename.js";
export { signature, type Signature } from "./signature.js";
export { tokens, type SemanticToken, type TokenKind } from "./tokens.js";
export { typeAt } from "./type-at.js";
