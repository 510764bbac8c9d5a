/** Text to tree: the entry of this folder. */
export type * from "./ast.js";
export * from "./source.js";
export * from "./diagnostic.js";
export { deepestNode, isStackOverflow } from "./parser/depth.js";
export { parse, parseExpression } from "./parser/index.js";
export { outline, type ItemKind, type ItemOutline, type Outline, type Word, type WordKind } from "./parser/outline.js";
export type { Comment } from "./parser/scanner.js";
export { parseIntegerText, parseSignedIntegerText } from "./literals.js";
export { didYouMean, inWords, nearestNames, suggestion } from "./nearest.js";
export { operationSpan } from "./operation-span.js";
export { isParserBuiltin } from "./tokens.js";
export { children, copy, forEachChild, mapChildren, rewrite, someNode, visit } from "./walk.js";
export {
  renderDiagnostics,
  renderHint,
  renderLocation,
  renderRecord,
  renderRecords,
  renderScriptMessage,
  type RenderOptions,
} from "./render.js";
export { format } from "./format/index.js";
