/** Debug information in the DWARF format. */
export { AddressLines, type CodePlace, type InlinedFrame, type SourcePosition } from "./address-lines.js";
export { DebugInfo } from "./debug-info.js";
export { DwarfError } from "./dwarf-error.js";
export type { DebugSections } from "./sections.js";
export { findSourceLine } from "./source-lines.js";
export { findInlined } from "./inlined.js";
export { signatureOf, typeNamed } from "./functions.js";
export { membersOf } from "./types.js";
