/** `__attribute__((…))` and its relatives: only what changes sizes and layout is looked at. */
import type { CPlace } from "./failure.js";
import { NO_ATTRIBUTES, type LayoutAttributes } from "./layout.js";
import type { CParser } from "./parser.js";
import { isPunctuator } from "./token.js";
import { evaluateInt } from "./constant-expression.js";
import { alignOfC } from "./layout.js";
import { startsType } from "./specifier-words.js";

export interface Attributes extends LayoutAttributes {
  /** `mode(…)` makes another integer of the type. */
  readonly mode: string | undefined;
  /** Of `vector_size(…)`; 0: none. */
  readonly vectorBytes: number;
}

export const NONE: Attributes = { ...NO_ATTRIBUTES, mode: undefined, vectorBytes: 0 };

export const mergeAttributes = (a: Attributes, b: Attributes): Attributes => ({
  isPacked: a.isPacked || b.isPacked,
  alignBytes: Math.max(a.alignBytes, b.alignBytes),
  mode: b.mode ?? a.mode,
  vectorBytes: Math.max(a.vectorBytes, b.vectorBytes),
});

/** `aligned` alone. */
const BIGGEST_ALIGNMENT = 16;

const KEYWORDS: ReadonlySet<string> = new Set(["__attribute__", "__attribute", "_Alignas", "alignas"]);

export function startsAttribute(cx: CParser): boolean {
  const token = cx.tokens.peek();
  return (token.kind === "identifier" && KEYWORDS.has(token.text)) || startsBrackets(cx);
}

/** `[[…]]` of C23. */
const startsBrackets = ({ tokens }: CParser): boolean => tokens.is("[") && isPunctuator(tokens.peek(1), "[");

/** All that stand here. */
export function readAttributes(cx: CParser): Attributes {
  let all = NONE;
  while (startsAttribute(cx)) all = mergeAttributes(all, readOne(cx));
  return all;
}

function readOne(cx: CParser): Attributes {
  const { tokens } = cx;
  if (tokens.is("[")) {
    tokens.skipBalanced();
    return NONE;
  }
  const keyword = tokens.next();
  if (keyword.text.endsWith("lignas")) return { ...NONE, alignBytes: readAlignas(cx) };
  tokens.expect("(", "'(' after 'attribute'");
  tokens.expect("(", "'(' after '('");
  let all = NONE;
  while (!tokens.is(")") && tokens.peek().kind !== "end") {
    if (tokens.accept(",")) continue;
    all = mergeAttributes(all, readAttribute(cx));
  }
  tokens.expect(")");
  tokens.expect(")");
  return all;
}

function readAlignas(cx: CParser): number {
  const { tokens } = cx;
  const open = tokens.expect("(");
  const bytes = startsType(cx) ? alignOfC(cx.scope.completed(cx.readTypeName(), open)) : readAlignment(cx);
  tokens.expect(")");
  return bytes;
}

function readAlignment(cx: CParser): number {
  const place = cx.tokens.peek();
  return checkedAlignment(cx, place, evaluateInt(cx));
}

function checkedAlignment(cx: CParser, place: CPlace, value: bigint | undefined): number {
  if (value === undefined) cx.errors.error(place, "'aligned' attribute requires integer constant");
  else if (value <= 0n || (value & (value - 1n)) !== 0n)
    cx.errors.error(place, "requested alignment is not a power of 2");
  else if (value > 2n ** 28n) cx.errors.error(place, "requested alignment must be 268435456 bytes or smaller");
  else return Number(value);
  return 0;
}

/** `packed` and `__packed__` are the same. */
const bareName = (name: string): string => (/^__.+__$/.test(name) ? name.slice(2, -2) : name);

function readAttribute(cx: CParser): Attributes {
  const { tokens } = cx;
  const name = bareName(tokens.next().text);
  switch (name) {
    case "packed":
      return { ...NONE, isPacked: true };
    case "aligned":
      return { ...NONE, alignBytes: tokens.is("(") ? inParentheses(cx, () => readAlignment(cx)) : BIGGEST_ALIGNMENT };
    case "mode":
      return { ...NONE, mode: inParentheses(cx, () => bareName(tokens.next().text)) };
    case "vector_size":
      return { ...NONE, vectorBytes: inParentheses(cx, () => Number(evaluateInt(cx) ?? 0n)) };
    default:
      if (tokens.is("(")) tokens.skipBalanced();
      return NONE;
  }
}

function inParentheses<T>({ tokens }: CParser, read: () => T): T {
  tokens.expect("(");
  const found = read();
  tokens.expect(")");
  return found;
}
