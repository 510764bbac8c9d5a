/**
 * A script as people are still writing it: its items and their words, whatever is wrong or missing. For colours, completion
 * and help; the compiler reads {@link parse}'s tree.
 */
import type { SourceFile } from "../source.js";
import * as t from "../tokens.js";
import type { Token } from "../tokens.js";
import { startsTypeDefinition } from "./c-definition.js";
import { Scanner, type Comment } from "./scanner.js";

export type ItemKind =
  "probe" | "prog" | "macro" | "config" | "import" | "map-declaration" | "c-definition" | "directive";

export type WordKind =
  | "comment"
  | "c-text"
  | "keyword"
  | "name"
  | "variable"
  | "map"
  | "positional"
  | "integer"
  | "string"
  /** It meets the end of its line. */
  | "open-string"
  | "attach-point"
  | "predicate-slash"
  | "operator"
  | "punctuation"
  | "unknown";

/** Byte offsets, half open. */
export interface Word {
  readonly kind: WordKind;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface ItemOutline {
  readonly kind: ItemKind;
  readonly start: number;
  readonly end: number;
  /** Where its `{` stands; undefined: it has none yet. */
  readonly bodyAt: number | undefined;
  /** Its braces are closed, or it needs none. */
  readonly isClosed: boolean;
  /** In order, comments left out. */
  readonly words: readonly Word[];
}

export interface Outline {
  readonly items: readonly ItemOutline[];
  readonly comments: readonly Word[];
}

export function outline(file: SourceFile): Outline {
  const comments: Comment[] = [];
  const scanner = new Scanner(file, comments);
  const items: ItemOutline[] = [];
  if (scanner.text.startsWith("#!")) scanner.at = scanner.lineEnd(0);
  for (scanner.skipLayout(); !scanner.isAtEnd; scanner.skipLayout()) items.push(readItem(scanner, file));
  return { items, comments: comments.map(({ text, start, end }) => ({ kind: "comment", text, start, end })) };
}

const ITEM_OF_WORD: ReadonlyMap<string, ItemKind> = new Map<string, ItemKind>([
  ["config", "config"],
  ["import", "import"],
  ["let", "map-declaration"],
  ["macro", "macro"],
  ["prog", "prog"],
  ["struct", "c-definition"],
  ["union", "c-definition"],
  ["enum", "c-definition"],
]);

function readItem(scanner: Scanner, file: SourceFile): ItemOutline {
  const kind = scanner.text.charAt(scanner.at) === "#" ? "directive" : ITEM_OF_WORD.get(scanner.peekWord());
  switch (kind) {
    case "directive":
      return readRaw(scanner, file, "directive", () => (scanner.at = scanner.lineEnd(scanner.at)));
    case "c-definition":
      if (!startsTypeDefinition(scanner)) break;
      return readRaw(scanner, file, "c-definition", () => skipDefinition(scanner));
    case "import":
    case "map-declaration":
      return readTokens(scanner, kind, (tokens) => (scanner.through(t.Semicolon, tokens), undefined));
    case "prog":
      if (!scanner.startsProg) break;
      return readBraced(scanner, kind);
    case "config":
    case "macro":
      return readBraced(scanner, kind);
  }
  return readTokens(scanner, "probe", (tokens) => {
    scanner.attachPoints(tokens);
    scanner.predicate(tokens);
    return scanner.block(tokens);
  });
}

const readBraced = (scanner: Scanner, kind: ItemKind): ItemOutline =>
  readTokens(scanner, kind, (tokens) => {
    scanner.through(t.EndOfFile, tokens);
    return scanner.block(tokens);
  });

/** @param read - takes the item's tokens, at least one; answers where its `{` stands, if it should have one */
function readTokens(scanner: Scanner, kind: ItemKind, read: (tokens: Token[]) => number | undefined): ItemOutline {
  const start = scanner.at;
  const tokens: Token[] = [];
  const bodyAt = read(tokens);
  // A brace that opens nothing is taken for itself, so that reading goes on.
  if (scanner.at === start) tokens.push(scanner.next());
  const words = tokens.filter((token) => token.tokenType !== t.EndOfFile).map(wordOf);
  const last = words.at(-1);
  return {
    kind,
    start,
    end: last?.end ?? start,
    bodyAt: bodyAt === Infinity ? undefined : bodyAt,
    isClosed: bodyAt === undefined ? last?.text === ";" || kind === "map-declaration" : isBalanced(words, bodyAt),
    words,
  };
}

function isBalanced(words: readonly Word[], bodyAt: number): boolean {
  let depth = 0;
  for (const { kind, text, start } of words) {
    if (kind !== "punctuation" || start < bodyAt) continue;
    if (text === "{") depth++;
    else if (text === "}") depth--;
  }
  return bodyAt !== Infinity && depth === 0;
}

function readRaw(scanner: Scanner, file: SourceFile, kind: ItemKind, skip: () => void): ItemOutline {
  const start = scanner.at;
  skip();
  const end = scanner.at;
  const text = file.text.slice(start, end);
  const isClosed = kind === "directive" || /[};]$/.test(text);
  return { kind, start, end, bodyAt: undefined, isClosed, words: [{ kind: "c-text", start, end, text }] };
}

function skipDefinition(scanner: Scanner): void {
  scanner.skipBraces();
  const rest = /[^;{\n]*;/y;
  rest.lastIndex = scanner.at;
  if (rest.test(scanner.text)) scanner.at = rest.lastIndex;
}

const KINDS: ReadonlyMap<t.Token["tokenType"], WordKind> = new Map<t.Token["tokenType"], WordKind>([
  [t.Identifier, "name"],
  [t.Builtin, "name"],
  [t.Variable, "variable"],
  [t.MapName, "map"],
  [t.Positional, "positional"],
  [t.PositionalCount, "positional"],
  [t.Integer, "integer"],
  [t.QuotedString, "string"],
  [t.UnterminatedString, "open-string"],
  [t.AttachPoint, "attach-point"],
  [t.PredicateStart, "predicate-slash"],
  [t.PredicateEnd, "predicate-slash"],
  [t.Unknown, "unknown"],
]);

const PUNCTUATION = new Set([t.LCurly, t.RCurly, t.LParen, t.RParen, t.LSquare, t.RSquare, t.Semicolon, t.Comma]);

const wordOf = ({ tokenType, image, startOffset, endOffset }: Token): Word => ({
  kind: kindOf(tokenType),
  start: startOffset,
  end: endOffset,
  text: image,
});

function kindOf(type: t.Token["tokenType"]): WordKind {
  const known = KINDS.get(type);
  if (known !== undefined) return known;
  if (type.CATEGORIES?.includes(t.Identifier) === true) return "keyword";
  return PUNCTUATION.has(type) ? "punctuation" : "operator";
}
