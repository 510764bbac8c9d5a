/** What the word at a place is. */
import { providerNamed } from "../codegen/language/language.js";
import { sizeOf } from "../codegen/types/layout.js";
import { inside } from "../codegen/types/spaces.js";
import { isIncomplete, type Type, typeName } from "../codegen/types/type.js";
import { type ItemOutline, outline, type Word } from "../grammar/index.js";
import { type Documentation, documentationOf, ofProvider } from "./documentation.js";
import { type ServiceFacts, sourceOf } from "./facts.js";
import { membersOf, memberText, offsetText } from "./members.js";
import { isAccess, itemAt, objectStart, type Range } from "./place.js";
import { typeAt } from "./type-at.js";

export interface Hover {
  readonly range: Range;
  /** The first line says what it is; then what is known of it. */
  readonly lines: readonly string[];
}

export function hover(text: string, offset: number, facts: ServiceFacts): Hover | undefined {
  const item = itemAt(outline(sourceOf(text)), offset + 1);
  const index = item?.words.findIndex(({ start, end }) => start <= offset && offset < end) ?? -1;
  const word = item?.words[index];
  if (item === undefined || word === undefined) return undefined;
  const range = { start: word.start, end: word.end };
  const lines = linesOf(text, item, index, word, facts);
  return lines.length === 0 ? undefined : { range, lines };
}

function linesOf(text: string, item: ItemOutline, index: number, word: Word, facts: ServiceFacts): readonly string[] {
  const [before, after] = [item.words[index - 1], item.words[index + 1]];
  if (word.kind === "attach-point") return attachPoint(word.text, facts);
  if (before !== undefined && isAccess(before)) return member(text, item, index, facts);
  if (before?.kind === "keyword" && /^(struct|union|enum)$/.test(before.text))
    return namedType(before.text, word.text, facts);
  if (word.kind === "variable" || word.kind === "map") {
    const end = after?.text === "[" && word.kind === "map" ? closing(item.words, index + 1) : word.end;
    const found = typeAt(text, item, { start: word.start, end }, facts, "finished");
    return found === undefined ? [] : [`${text.slice(word.start, end)}: ${typeName(found.type)}`];
  }
  if (word.kind !== "name" && word.kind !== "keyword") return [];
  const isCall = after?.text === "(";
  const documentation = documentationOf(word.text, facts.language).filter(
    ({ title }) => word.kind === "keyword" || isCall === title.includes("("),
  );
  const found = isCall ? undefined : typeAt(text, item, word, facts, "finished");
  const type = found === undefined ? [] : [`${word.text}: ${typeName(found.type)}`];
  return [...documentation.flatMap(documentationLines), ...type];
}

export const documentationLines = ({ title, summary, example }: Documentation): readonly string[] => [
  title,
  summary,
  ...(example === undefined ? [] : [`Example: ${example}`]),
];

function closing(words: readonly Word[], open: number): number {
  let depth = 0;
  for (const { text, end } of words.slice(open)) {
    if (text === "[") depth++;
    else if (text === "]" && --depth === 0) return end;
  }
  return words[open]?.start ?? 0;
}

/** The provider, and what the probe passes to programs. */
function attachPoint(text: string, { language, kernel }: ServiceFacts): readonly string[] {
  const [name = "", ...rest] = text.split(":");
  const provider = providerNamed(language, name);
  if (provider === undefined) return [];
  const file = sourceOf(rest.join(":"));
  const span = { file, start: 0, end: file.text.length };
  const parts = { all: rest.map((part) => ({ text: part, span, isQuoted: false })), span, provider: provider.name };
  const options = {
    isUnsafe: false,
    pid: undefined,
    runningPid: undefined,
    missingProbes: "ignore",
    arch: kernel.arch,
  } as const;
  const entries = rest.length === 0 ? [] : (provider.list?.(kernel, parts, options) ?? []);
  const [only] = entries;
  const found =
    only !== undefined && entries.length === 1
      ? [only.text, ...(only.args?.(only.text) ?? []).map((line) => `  ${line}`)]
      : entries.length > 1
        ? [`${entries.length} probes`]
        : [];
  return [...documentationLines(ofProvider(provider)), ...found];
}

function member(text: string, item: ItemOutline, index: number, facts: ServiceFacts): readonly string[] {
  const { words } = item;
  const [first, last, word] = [words[objectStart(words, index - 2)], words[index - 2], words[index]];
  if (first === undefined || last === undefined || word === undefined) return [];
  const found = typeAt(text, item, { start: first.start, end: last.end }, facts);
  const named = found && membersOf(found.type, found.structs).find(({ name }) => name === word.text);
  return named === undefined || found === undefined ? [] : [memberText(named), `in ${typeName(behind(found.type))}`];
}

function behind(type: Type): Type {
  return type.kind === "pointer" ? behind(inside(type.to, type.space)) : type;
}

function namedType(tag: string, name: string, facts: ServiceFacts): readonly string[] {
  return describeType(`${tag} ${name}`, facts).slice(0, 40);
}

/** A type of the kernel by its name, with its members, their offsets and sizes. */
export function describeType(name: string, facts: ServiceFacts): readonly string[] {
  const script = `BEGIN { _ = (${name} *)0; }`;
  const item = outline(sourceOf(script)).items[0];
  const start = script.indexOf("(");
  const found = item && typeAt(script, item, { start, end: script.indexOf(";") }, facts);
  if (found === undefined) return [];
  const type = behind(found.type);
  if (isIncomplete(type)) return [`${typeName(type)}: only declared`];
  if (type.kind === "enum") {
    return [
      `${typeName(type)}: ${type.bytes} bytes`,
      ...found.structs.enumerators(type).map((e) => `  ${e.name} = ${e.value}`),
    ];
  }
  const size = type.kind === "void" ? 0 : sizeOf(type);
  if (type.kind !== "struct") return [`${typeName(type)}: ${size} bytes`];
  const lines = found.structs.members(type).map((field) => {
    const bits =
      field.bitSize === undefined ? `${isIncomplete(field.type) ? "?" : sizeOf(field.type)}` : `${field.bitSize} bits`;
    return `  ${offsetText(field.offsetBits).padEnd(8)} ${bits.padStart(6)}  ${typeName(field.type)} ${field.name}`;
  });
  return [`${typeName(type)}: ${size} bytes`, ...lines];
}
