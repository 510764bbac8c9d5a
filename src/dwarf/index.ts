/** Debug information in the DWARF format. */
export { AddressLines, type CodePlace, type InlinedFrame, type SourcePosition } from "./address-lines.js";
export { DebugInfo } from "./debug-info.js";
export { DwarfError } from "./dwarf-error.js";
export type { DebugSections, SectionSource } from "./sections.js";
export { findSourceLine } from "./source-lines.js";
export { findInlined } from "./inlined.js";
export { signatureOf } from "./functions.js";
export { constantNamed, typeNamed } from "./named-types.js";
export { membersOf } from "./types.js";
