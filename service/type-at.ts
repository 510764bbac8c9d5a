/**
 * The type of an expression in a script that is still being written: it is made a statement of its own, and what the compiler
 * then finds wrong is left out, piece by piece.
 */
import { type ItemOutline, outline, visit, type Word } from "../grammar/index.js";
import type { TypedProbe, TypedProgram } from "../codegen/analysis/typed-program.js";
import type { StructSource } from "../codegen/types/struct-source.js";
import type { Type } from "../codegen/types/type.js";
import { check, type ServiceFacts, sourceOf } from "./facts.js";
import type { Range } from "./place.js";

export interface TypeFound {
  readonly type: Type;
  readonly structs: StructSource;
}

/** So many mistakes are left out. */
const MAX_ROUNDS = 12;

/** What becomes of the statement that the expression is in: its rest is still to be written, or it counts as well. */
export type Around = "unfinished" | "finished";

/** @param item - that the expression is in */
export function typeAt(
  text: string,
  item: ItemOutline,
  expression: Range,
  facts: ServiceFacts,
  around: Around = "unfinished",
): TypeFound | undefined {
  if (item.kind !== "probe") return undefined;
  const isInBody = item.bodyAt !== undefined && expression.start > item.bodyAt;
  const repaired =
    around === "finished" && isInBody && item.isClosed
      ? beside(text, item, expression)
      : repair(text, item, expression);
  let script = repaired.script;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { typed, diagnostics } = check(script, facts);
    if (typed !== undefined) return found(typed, repaired.marker);
    const error = diagnostics.find(({ severity, span }) => severity === "error" && span?.file.text === script);
    const at = error?.span?.start;
    if (at === undefined) return undefined;
    const shorter = without(script, at, repaired.marker);
    if (shorter === undefined) return undefined;
    script = shorter;
  }
  return undefined;
}

interface Repaired {
  readonly script: string;
  /** The statement whose value is the expression. */
  readonly marker: Range;
}

function repair(text: string, item: ItemOutline, { start, end }: Range): Repaired {
  const value = `_ = (${text.slice(start, end)});`;
  const isInBody = item.bodyAt !== undefined && start > item.bodyAt;
  // Of a predicate nothing is left but its probe.
  const from = isInBody ? statementStart(item, start) : headEnd(item);
  const head = text.slice(0, from) + (isInBody ? "" : " {");
  const open = isInBody ? openBraces(item, from) : 1;
  const rest = text.slice(Math.max(item.isClosed ? item.end : text.length, end));
  const marker = { start: head.length, end: head.length + value.length };
  return { script: `${head}${value}${" }".repeat(open)}\n${rest}`, marker };
}

/** The expression stands behind the statement that it is in, or at the start of the block that this begins. */
function beside(text: string, { words }: ItemOutline, { start, end }: Range): Repaired {
  const value = `_ = (${text.slice(start, end)});`;
  const last = words.find((word) => word.start >= end && endsStatement(word));
  const at = last === undefined ? text.length : last.text === "}" ? last.start : last.end;
  const before = text.slice(0, at) + (last?.text === "}" ? ";" : "");
  const marker = { start: before.length, end: before.length + value.length };
  return { script: before + value + text.slice(at), marker };
}

/** Before a predicate, or the body. */
function headEnd({ words, end, bodyAt }: ItemOutline): number {
  return words.find(({ kind }) => kind === "predicate-slash")?.start ?? bodyAt ?? end;
}

const endsStatement = ({ text, kind }: Word): boolean => kind === "punctuation" && /^[;{}]$/.test(text);

/** One past the last `;` or brace in front of it that is not inside of parentheses. */
function statementStart({ words }: ItemOutline, before: number): number {
  return words.findLast((word) => word.end <= before && endsStatement(word))?.end ?? before;
}

function openBraces({ words, bodyAt = 0 }: ItemOutline, before: number): number {
  const own = words.filter(({ start, end, kind }) => kind === "punctuation" && start >= bodyAt && end <= before);
  return own.reduce((depth, { text }) => depth + (text === "{" ? 1 : text === "}" ? -1 : 0), 0);
}

/** The script with blanks for the statement, or else the item, that has a mistake at this place. */
function without(script: string, at: number, marker: Range): string | undefined {
  const { items } = outline(sourceOf(script));
  const item = items.find(({ start, end }) => start <= at && at < Math.max(end, start + 1));
  if (item === undefined) return undefined;
  const isOwn = item.start <= marker.start && marker.start < item.end;
  const range = isOwn ? statementAround(item, at) : item;
  const isNeeded = range === undefined || (range.start < marker.end && marker.start < range.end);
  if (isNeeded) return undefined;
  return script.slice(0, range.start) + " ".repeat(range.end - range.start) + script.slice(range.end);
}

function statementAround({ words, bodyAt }: ItemOutline, at: number): Range | undefined {
  if (bodyAt === undefined || at <= bodyAt) return undefined;
  const start = words.findLast((word) => word.end <= at && endsStatement(word))?.end;
  const last = words.find((word) => word.start >= at && endsStatement(word));
  if (start === undefined || last === undefined) return undefined;
  return { start, end: last.text === ";" ? last.end : last.start };
}

function found(typed: TypedProgram, marker: Range): TypeFound | undefined {
  for (const probe of typed.probes) {
    const type = typeIn(probe, typed, marker);
    if (type !== undefined) return { type, structs: typed.structs };
  }
  return undefined;
}

function typeIn({ body }: TypedProbe, typed: TypedProgram, marker: Range): Type | undefined {
  let type: Type | undefined;
  visit(body, (node) => {
    if (node.kind === "discard" && node.span.start === marker.start) type = typed.typeOf(node.value);
  });
  return type;
}
