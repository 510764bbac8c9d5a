/** The language service at the prompt: colours, signatures and completion of what is being typed. */
import {
  type Completion,
  complete,
  type ServiceFacts,
  signature,
  tokens,
  type TokenKind,
} from "../../service/index.js";
import { FULL_LANGUAGE } from "../../codegen/full-language.js";
import { COMMANDS } from "./commands/index.js";
import { byteOffset, fromBytes, textRange, toBytes } from "./typed/bytes.js";
import type { Colored, Style } from "./editor/layout.js";
import { offer } from "./editor/menu.js";
import type { EditorState, MenuItem } from "./editor/state.js";
import { isFinished, readEntry } from "./typed/entry.js";
import type { Helper } from "./face/terminal.js";
import type { Names } from "./names/names.js";

const STYLES: Readonly<Record<TokenKind, Style>> = {
  comment: "comment",
  keyword: "keyword",
  provider: "provider",
  probe: "plain",
  builtin: "name",
  function: "function",
  macro: "function",
  type: "provider",
  member: "plain",
  name: "plain",
  variable: "variable",
  map: "variable",
  number: "number",
  string: "string",
  operator: "plain",
  "c-text": "comment",
  wrong: "wrong",
};

/** An expression is one in a probe. */
const FRAME = "BEGIN { ";

/** Longer texts have no colours: pastes. */
const MAX_COLORED = 20_000;

export interface HelperOptions {
  readonly facts: () => ServiceFacts;
  readonly names: Names;
  readonly mapNames: () => readonly string[];
}

export function makeHelper({ facts, names, mapNames }: HelperOptions): Helper {
  const language = FULL_LANGUAGE;
  const isExpression = (bytes: string): boolean => readEntry(bytes, language).kind === "expression";
  return {
    isFinished: (text) => isFinished(toBytes(text), language),

    colors(text) {
      if (text.length > MAX_COLORED) return [];
      if (text.startsWith(":")) return [{ start: 0, end: /^:\S*/.exec(text)?.[0].length ?? 1, style: "keyword" }];
      const bytes = toBytes(text);
      const before = isExpression(bytes) ? FRAME : "";
      return tokens(before + bytes, { language })
        .filter(({ start }) => start >= before.length)
        .map(({ kind, start, end }): Colored => {
          const range = textRange(text, { start: start - before.length, end: end - before.length });
          return { ...range, style: STYLES[kind] };
        });
    },

    note({ text, cursor }) {
      if (text.length > MAX_COLORED || !text.includes("(")) return "";
      const bytes = toBytes(text);
      const before = isExpression(bytes) ? FRAME : "";
      const found = signature(before + bytes, before.length + byteOffset(text, cursor), facts());
      return found === undefined ? "" : `${found.label}  ${found.summary}`;
    },

    complete(state) {
      const { start, end, items, isWaiting } = completionsOf(state, facts(), mapNames());
      const next = offer(state, { start, end }, items);
      return isWaiting ? { state: next, waiting: { note: "indexing…", until: names.collect() } } : { state: next };
    },
  };
}

interface Offer {
  readonly start: number;
  readonly end: number;
  readonly items: readonly MenuItem[];
  readonly isWaiting: boolean;
}

const itemOf = ({ text, detail, documentation }: Completion): MenuItem => ({
  text: fromBytes(text),
  detail: documentation === undefined ? detail : `${detail}  ${documentation.summary}`,
});

export function completionsOf(state: EditorState, facts: ServiceFacts, maps: readonly string[]): Offer {
  const { text, cursor } = state;
  if (text.startsWith(":")) return completeCommand(text, cursor, facts, maps);
  const found = completeCode(text, cursor, facts, "");
  const isScript = readEntry(toBytes(text), facts.language).kind !== "expression";
  if (isScript) return withMaps(found, text, maps);
  const inside = completeCode(text, cursor, facts, FRAME);
  const isFirstWord = /^\w*$/.test(text.slice(0, cursor));
  if (!isFirstWord) return withMaps(inside, text, maps);
  return { ...inside, items: [...found.items.filter((item) => !inside.items.includes(item)), ...inside.items] };
}

/** @param before - what the text is put behind */
function completeCode(text: string, cursor: number, facts: ServiceFacts, before: string): Offer {
  const bytes = before + toBytes(text);
  const { range, items, isIncomplete } = complete(bytes, before.length + byteOffset(text, cursor), facts);
  const shifted = textRange(text, { start: range.start - before.length, end: range.end - before.length });
  const isWaiting = isIncomplete && items.length === 0 && facts.probes === undefined;
  return { ...shifted, items: items.map(itemOf), isWaiting };
}

/** Maps of earlier entries. */
function withMaps(offered: Offer, text: string, maps: readonly string[]): Offer {
  const typed = text.slice(offered.start, offered.end);
  if (!typed.startsWith("@")) return offered;
  const known = new Set(offered.items.map((item) => item.text));
  const more = maps.filter((name) => name.startsWith(typed) && !known.has(name));
  return { ...offered, items: [...offered.items, ...more.map((name) => ({ text: name, detail: "map" }))] };
}

function completeCommand(text: string, cursor: number, facts: ServiceFacts, maps: readonly string[]): Offer {
  const [, name = "", gap = ""] = /^:(\S*)(\s*)/.exec(text.slice(0, cursor)) ?? [];
  if (gap === "") {
    const items = COMMANDS.filter((command) => command.name.startsWith(name)).map((command) => {
      return { text: `:${command.name}${command.argument === "" ? "" : " "}`, detail: command.summary };
    });
    return { start: 0, end: cursor, items, isWaiting: false };
  }
  const at = name.length + 1 + gap.length;
  const typed = text.slice(at, cursor);
  const plain = (items: readonly string[], detail = ""): Offer => ({
    start: at,
    end: cursor,
    items: items.filter((item) => item.startsWith(typed)).map((item) => ({ text: item, detail })),
    isWaiting: false,
  });
  switch (COMMANDS.find((command) => command.name === name)?.completes) {
    case "probe":
      return shift(completeCode(typed, typed.length, facts, ""), at);
    case "expression":
      return shift(completeCode(typed, typed.length, facts, FRAME), at);
    case "type":
      return shift(
        completeCode(typed, typed.length, facts, /^(struct|union|enum) /.test(typed) ? FRAME : `${FRAME}struct `),
        at,
      );
    case "map":
      return plain(maps, "map");
    case "name":
      return plain([
        ...COMMANDS.map((command) => `:${command.name}`),
        ...facts.language.functions.keys(),
        ...facts.language.builtins.keys(),
        ...facts.language.providers.keys(),
      ]);
    case "file":
      return plain(facts.files(toBytes(typed)).map(fromBytes));
    case undefined:
      return plain([]);
  }
}

const shift = (offered: Offer, by: number): Offer => ({ ...offered, start: offered.start + by, end: offered.end + by });
