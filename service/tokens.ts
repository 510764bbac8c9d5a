/** Words with their meaning, for colours. Fast enough for every keystroke: nothing is asked of the kernel. */
import { builtinNamed, providerNamed } from "../codegen/language/language.js";
import { type ItemOutline, outline, type Word } from "../grammar/index.js";
import { type ServiceFacts, sourceOf } from "./facts.js";
import { isAccess } from "./place.js";

export type TokenKind =
  | "comment"
  | "keyword"
  | "provider"
  | "probe"
  | "builtin"
  | "function"
  | "macro"
  | "type"
  | "member"
  | "name"
  | "variable"
  | "map"
  | "number"
  | "string"
  | "operator"
  | "c-text"
  | "wrong";

/** Byte offsets, half open. */
export interface SemanticToken {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
}

/** In order. What no token covers is layout or punctuation. */
export function tokens(text: string, { language }: Pick<ServiceFacts, "language">): readonly SemanticToken[] {
  const { items, comments } = outline(sourceOf(text));
  const macros = new Set(items.filter(({ kind }) => kind === "macro").map(({ words }) => words[1]?.text));
  const programs = new Set(items.filter(({ kind }) => kind === "prog").map(({ words }) => words[1]?.text));
  const found = items.flatMap((item) => tokensOf(item, { macros, programs }, language));
  for (const { start, end } of comments) found.push({ kind: "comment", start, end });
  return found.sort((a, b) => a.start - b.start);
}

const PLAIN: Readonly<Partial<Record<Word["kind"], TokenKind>>> = {
  "c-text": "c-text",
  keyword: "keyword",
  variable: "variable",
  map: "map",
  positional: "variable",
  integer: "number",
  string: "string",
  "open-string": "wrong",
  operator: "operator",
  unknown: "wrong",
  "predicate-slash": "operator",
};

/** Of macros and programs of the script. */
interface OwnNames {
  readonly macros: ReadonlySet<string | undefined>;
  readonly programs: ReadonlySet<string | undefined>;
}

function tokensOf(
  { words, kind: item }: ItemOutline,
  own: OwnNames,
  language: ServiceFacts["language"],
): SemanticToken[] {
  return words.flatMap((word, i): SemanticToken[] => {
    const { kind, start, end } = word;
    if (kind === "attach-point") return attachPoint(word, language);
    if (kind === "name") return [{ kind: nameKind(words, i, own, language, item), start, end }];
    const plain = PLAIN[kind];
    return plain === undefined ? [] : [{ kind: plain, start, end }];
  });
}

function attachPoint({ text, start, end }: Word, language: ServiceFacts["language"]): SemanticToken[] {
  const colon = text.indexOf(":");
  const name = colon < 0 ? text : text.slice(0, colon);
  const isKnown = name.includes("*") || providerNamed(language, name) !== undefined;
  const provider: SemanticToken = { kind: isKnown ? "provider" : "name", start, end: start + name.length };
  return colon < 0 ? [provider] : [provider, { kind: "probe", start: start + colon + 1, end }];
}

function nameKind(
  words: readonly Word[],
  index: number,
  own: OwnNames,
  language: ServiceFacts["language"],
  item: ItemOutline["kind"],
): TokenKind {
  const [before, word, after] = [words[index - 1], words[index], words[index + 1]];
  const name = word?.text ?? "";
  if (before !== undefined && isAccess(before)) return "member";
  if (before?.kind === "keyword" && /^(struct|union|enum)$/.test(before.text)) return "type";
  if (own.macros.has(name) || (item === "macro" && index === 1)) return "macro";
  if (own.programs.has(name)) return "function";
  if (after?.text === "(" && language.functions.has(name)) return "function";
  if (builtinNamed(language, name) !== undefined) return "builtin";
  if (language.macros.some((macro) => macro.name === name)) return "macro";
  if (/^u?int(8|16|32|64)$|^(string|buffer|void|bool|char|short|int|long|unsigned|signed)$|_t$/.test(name))
    return "type";
  return "name";
}
