/** What could be written at a place. */
import { DEFAULT_CONFIG } from "../codegen/config.js";
import { typeName } from "../codegen/types/type.js";
import { type ItemOutline, outline, type Outline } from "../grammar/index.js";
import { completeAttachPoint } from "./complete-attach-point.js";
import {
  type Documentation,
  keywords,
  documentationOf,
  macroSignature,
  ofBuiltin,
  ofFunction,
  ofMacro,
  signatureOf,
} from "./documentation.js";
import { type ServiceFacts, sourceOf } from "./facts.js";
import { membersOf, memberText } from "./members.js";
import { type Place, placeAt, type Range } from "./place.js";
import { typeAt } from "./type-at.js";

export type CompletionKind =
  | "provider"
  | "category"
  | "probe"
  | "file"
  | "builtin"
  | "function"
  | "macro"
  | "keyword"
  | "variable"
  | "map"
  | "member"
  | "type"
  | "setting";

export interface Completion {
  /** What takes the place of {@link Completions.range}. */
  readonly text: string;
  readonly kind: CompletionKind;
  /** One line beside it. */
  readonly detail: string;
  readonly documentation: Documentation | undefined;
}

export interface Completions {
  readonly range: Range;
  /** The best first. */
  readonly items: readonly Completion[];
  /** Names are still being collected, or there are more than these. */
  readonly isIncomplete: boolean;
}

export const MAX_COMPLETIONS = 200;

export function complete(text: string, offset: number, facts: ServiceFacts): Completions {
  const known = outline(sourceOf(text));
  const place = placeAt(text, offset, known);
  switch (place.kind) {
    case "text":
      return { range: { start: offset, end: offset }, items: [], isIncomplete: false };
    case "attach-point":
      return startsItem(known, place, completeAttachPoint(place.typed, place.range, facts));
    case "setting":
      return ranked(place, settings());
    case "member":
      return ranked(place, members(text, place, facts));
    case "type":
      return types(place, facts);
    case "code":
      return ranked(place, [...namesOfScript(known, place), ...namesOfLanguage(known, facts)]);
  }
}

/** Where an item may begin, so may a word that begins one. */
function startsItem(
  { items }: Outline,
  { typed, range }: Extract<Place, { kind: "attach-point" }>,
  completions: Completions,
): Completions {
  const isFirst = !items.some(({ start, end }) => start < range.start && range.start <= end);
  if (!isFirst || typed === "" || typed.includes(":")) return completions;
  const words = ["config", "import", "macro", "prog", "let", "struct", "union", "enum"].filter((word) =>
    word.startsWith(typed),
  );
  return { ...completions, items: [...completions.items, ...words.map(keyword)] };
}

const keyword = (word: string): Completion => ({
  text: word,
  kind: "keyword",
  detail: "keyword",
  documentation: documentationOf(word, {
    functions: new Map(),
    builtins: new Map(),
    providers: new Map(),
    macros: [],
    typeWords: new Map(),
  })[0],
});

function settings(): readonly Completion[] {
  return Object.entries(DEFAULT_CONFIG).map(([name, value]) => ({
    text: name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    kind: "setting",
    detail: String(value),
    documentation: undefined,
  }));
}

function members(text: string, place: Extract<Place, { kind: "member" }>, facts: ServiceFacts): readonly Completion[] {
  const found = typeAt(text, place.item, place.object, facts);
  if (found === undefined) return [];
  return membersOf(found.type, found.structs).map((member) => ({
    text: member.name,
    kind: "member",
    detail: memberText(member),
    documentation: undefined,
  }));
}

function types({ tag, typed, range }: Extract<Place, { kind: "type" }>, { types: index }: ServiceFacts): Completions {
  const hits = index?.search(`${tag} `, typed, MAX_COMPLETIONS) ?? [];
  const items = hits.map(({ name }): Completion => {
    return { text: name.slice(tag.length + 1), kind: "type", detail: name, documentation: undefined };
  });
  return { range, items, isIncomplete: index === undefined || items.length === MAX_COMPLETIONS };
}

/** Variables of the item, and all maps. */
function namesOfScript(
  { items }: Outline,
  { item, range }: { item: ItemOutline; range: Range },
): readonly Completion[] {
  const isOther = ({ start }: Range): boolean => start !== range.start;
  const named = (kind: "variable" | "map", from: readonly ItemOutline[]): readonly string[] => [
    ...new Set(
      from.flatMap(({ words }) => words.filter((word) => word.kind === kind && isOther(word)).map((w) => w.text)),
    ),
  ];
  const completion =
    (kind: "variable" | "map") =>
    (text: string): Completion => ({
      text,
      kind,
      detail: kind,
      documentation: undefined,
    });
  return [
    ...named("variable", [item]).map(completion("variable")),
    ...named("map", items).map(completion("map")),
    ...items.flatMap(macrosIn),
    ...items.flatMap(programsIn),
  ];
}

function programsIn({ kind, words }: ItemOutline): readonly Completion[] {
  const name = words[1];
  if (kind !== "prog" || name === undefined) return [];
  return [{ text: name.text, kind: "function", detail: "program of this script", documentation: undefined }];
}

function macrosIn({ kind, words }: ItemOutline): readonly Completion[] {
  const name = words[1];
  if (kind !== "macro" || name === undefined) return [];
  return [{ text: name.text, kind: "macro", detail: "macro of this script", documentation: undefined }];
}

function namesOfLanguage(known: Outline, { language }: ServiceFacts): readonly Completion[] {
  const isShadowed = new Set(known.items.flatMap(macrosIn).map(({ text }) => text));
  const builtins = [...language.builtins.values()].map((definition): Completion => {
    const { name, type } = definition;
    const detail = typeof type === "function" ? "builtin" : typeName(type);
    return { text: name === "argN" ? "arg0" : name, kind: "builtin", detail, documentation: ofBuiltin(definition) };
  });
  const functions = [...language.functions.values()].map((definition): Completion => {
    const text = `${definition.name}(`;
    return { text, kind: "function", detail: signatureOf(definition), documentation: ofFunction(definition) };
  });
  const macros = language.macros
    .filter(({ name }, i, all) => !isShadowed.has(name) && all.findIndex((other) => other.name === name) === i)
    .map((macro): Completion => {
      return { text: macro.name, kind: "macro", detail: macroSignature(macro), documentation: ofMacro(macro) };
    });
  return [...builtins, ...functions, ...macros, ...keywords().map(keyword)];
}

/** Those that begin as typed come first, then those that have it somewhere; names of the script before the language's. */
function ranked({ typed, range }: { typed: string; range: Range }, all: readonly Completion[]): Completions {
  const begins = all.filter(({ text }) => text.startsWith(typed));
  const isPlain = typed.length > 1 && /^\w/.test(typed);
  const contains = isPlain ? all.filter(({ text }) => text.indexOf(typed) > 0) : [];
  const items = [...begins, ...contains];
  return { range, items: items.slice(0, MAX_COMPLETIONS), isIncomplete: items.length > MAX_COMPLETIONS };
}
