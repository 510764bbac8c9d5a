/** What stands at an offset of a script that is still being written. */
import { type ItemOutline, outline, type Outline, type Word } from "../grammar/index.js";
import { sourceOf } from "./facts.js";

export interface Range {
  readonly start: number;
  readonly end: number;
}

export type Place =
  /** In a comment, a string or C text. */
  | { readonly kind: "text" }
  /** `typed` is the part of the attach point in front of the cursor. */
  | { readonly kind: "attach-point"; readonly typed: string; readonly range: Range }
  | { readonly kind: "setting"; readonly typed: string; readonly range: Range }
  /** Behind a `.` or `->`: of the object that ends in front of it. */
  | {
      readonly kind: "member";
      readonly item: ItemOutline;
      readonly object: Range;
      readonly typed: string;
      readonly range: Range;
    }
  /** The name of a type, behind `struct` and the like. */
  | { readonly kind: "type"; readonly tag: string; readonly typed: string; readonly range: Range }
  /** Anywhere else in a predicate or a body. */
  | { readonly kind: "code"; readonly item: ItemOutline; readonly typed: string; readonly range: Range };

export function placeAt(text: string, offset: number, known: Outline = outline(sourceOf(text))): Place {
  const inside = ({ start, end }: Range): boolean => start < offset && offset < end;
  if (known.comments.some((word) => inside(word) || (word.end === offset && !word.text.endsWith("*/")))) {
    return { kind: "text" };
  }
  const item = itemAt(known, offset);
  if (item === undefined) return { kind: "attach-point", typed: "", range: { start: offset, end: offset } };
  const index = item.words.findLastIndex(({ start }) => start < offset);
  const word = item.words[index];
  if (word !== undefined && isTextual(word, offset)) return { kind: "text" };
  if (item.kind === "probe" && isInHead(item, offset)) return headPlace(text, word, offset);
  return codePlace(text, item, index, offset);
}

/** An item goes on until the next one starts, unless its braces are closed. */
export function itemAt({ items }: Outline, offset: number): ItemOutline | undefined {
  const item = items.findLast(({ start }) => start < offset);
  return item !== undefined && (offset < item.end || !item.isClosed) ? item : undefined;
}

const isTextual = ({ kind, start, end }: Word, offset: number): boolean =>
  (kind === "string" && start < offset && offset < end) ||
  (kind === "open-string" && offset <= end) ||
  (kind === "c-text" && start < offset && offset <= end);

/** Before the predicate or the body. */
function isInHead({ words, bodyAt }: ItemOutline, offset: number): boolean {
  const predicate = words.find(({ kind }) => kind === "predicate-slash");
  return offset <= Math.min(predicate?.start ?? Infinity, bodyAt ?? Infinity);
}

function headPlace(text: string, word: Word | undefined, offset: number): Place {
  const isTouching = word?.kind === "attach-point" && offset <= word.end;
  const start = isTouching ? word.start : offset;
  return {
    kind: "attach-point",
    typed: text.slice(start, offset),
    range: { start, end: isTouching ? word.end : offset },
  };
}

const NAMES: ReadonlySet<Word["kind"]> = new Set<Word["kind"]>([
  "name",
  "keyword",
  "variable",
  "map",
  "unknown",
  "positional",
]);

function codePlace(text: string, item: ItemOutline, index: number, offset: number): Place {
  const word = item.words[index];
  const isTouching = word !== undefined && NAMES.has(word.kind) && offset <= word.end;
  const range = isTouching ? { start: word.start, end: word.end } : { start: offset, end: offset };
  const typed = text.slice(range.start, offset);
  if (item.kind === "config") return { kind: "setting", typed, range };
  const before = isTouching ? index - 1 : index;
  const previous = item.words[before];
  if (previous !== undefined && isAccess(previous)) {
    const first = objectStart(item.words, before - 1);
    const [start, end] = [item.words[first]?.start, item.words[before - 1]?.end];
    if (start !== undefined && end !== undefined && start < end) {
      return { kind: "member", item, object: { start, end }, typed, range };
    }
  }
  if (previous?.kind === "keyword" && /^(struct|union|enum)$/.test(previous.text)) {
    return { kind: "type", tag: previous.text, typed, range };
  }
  return { kind: "code", item, typed, range };
}

export const isAccess = ({ text }: Word): boolean => text === "." || text === "->";

const PARTNERS: ReadonlyMap<string, string> = new Map([
  [")", "("],
  ["]", "["],
]);

/** The first word of the operand (with all its fields, elements and arguments) that ends with the word at `last`. */
export function objectStart(words: readonly Word[], last: number): number {
  let at = last;
  for (;;) {
    const word = words[at];
    const opening = word === undefined ? undefined : PARTNERS.get(word.text);
    if (opening !== undefined) {
      at = partnerOf(words, at, word?.text ?? "", opening);
      // Of a call or an element: what it is of comes before.
      if (isOperandEnd(words[at - 1])) {
        at--;
        continue;
      }
    }
    const access = words[at - 1];
    if (access === undefined || !isAccess(access)) return at;
    at -= 2;
  }
}

const isOperandEnd = (word: Word | undefined): boolean =>
  word !== undefined && (NAMES.has(word.kind) || word.text === ")" || word.text === "]") && !STATEMENTS.has(word.text);

const STATEMENTS: ReadonlySet<string> = new Set(["if", "while", "for", "unroll", "return", "else"]);

function partnerOf(words: readonly Word[], last: number, close: string, open: string): number {
  let depth = 0;
  for (let at = last; at > 0; at--) {
    if (words[at]?.text === close) depth++;
    else if (words[at]?.text === open && --depth === 0) return at;
  }
  return 0;
}
