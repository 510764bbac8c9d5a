/** Tables by which stacks are unwound without frame pointers. */
export { type FrameSection, type FrameTable, readCallFrames } from "./call-frames.js";
export { frameEndsOf } from "./frame-ends.js";
export { frameSections } from "./frame-sections.js";
export { ModuleTables, type TableMaps } from "./module-tables.js";
export { ProcessSpaces } from "./process-spaces.js";
export { buildTree, type FrameTree } from "./frame-tree.js";
