/** What was typed: a command, a map, a script, or an expression. */
import { type Language, providerNamed } from "../../../codegen/language/language.js";
import { type ItemOutline, outline, type Word } from "../../../grammar/index.js";

export type Entry =
  | { readonly kind: "nothing" }
  | { readonly kind: "command"; readonly name: string; readonly argument: string }
  /** `@x` alone. */
  | { readonly kind: "map"; readonly name: string }
  | {
      readonly kind: "script";
      readonly text: string;
      /** `… &` */
      readonly isBackground: boolean;
      /** `… !`: however many attach points it has. */
      readonly isForced: boolean;
    }
  | { readonly kind: "expression"; readonly text: string };

/** @param typed - a byte string */
export function readEntry(typed: string, language: Language): Entry {
  const text = typed.trim();
  if (text === "") return { kind: "nothing" };
  const [, name, argument = ""] = /^:(\S*)\s*([^]*)$/.exec(text) ?? [];
  if (name !== undefined) return { kind: "command", name, argument };
  if (/^@\w*$/.test(text)) return { kind: "map", name: text };
  const { text: rest, marks } = withoutMarks(text);
  if (!isScript(rest, language)) return { kind: "expression", text: text.replace(/;$/, "") };
  return { kind: "script", text: rest, isBackground: marks.includes("&"), isForced: marks.includes("!") };
}

/** `&` and `!` behind the last brace belong to the prompt. */
function withoutMarks(text: string): { readonly text: string; readonly marks: string } {
  const [, rest, marks] = /^([^]*\})\s*([&!\s]+)$/.exec(text) ?? [];
  return rest === undefined || marks === undefined ? { text, marks: "" } : { text: rest, marks };
}

function isScript(text: string, language: Language): boolean {
  const { items, comments } = outline({ name: "stdin", text });
  const [first] = items;
  if (first === undefined) return comments.length > 0;
  return first.kind === "probe" ? isProbe(first, language) : true;
}

function isProbe({ words, bodyAt }: ItemOutline, language: Language): boolean {
  const [first] = words;
  if (first?.kind !== "attach-point") return false;
  const name = first.text.split(":")[0] ?? "";
  const provider = providerNamed(language, name);
  if (first.text.includes(":") && (provider !== undefined || name.includes("*"))) return true;
  if (provider?.partCounts.includes(0) === true) return true;
  return provider !== undefined && bodyAt !== undefined;
}

/** Whether Enter sends it; a blank line at the end sends anything. */
export function isFinished(typed: string, language: Language): boolean {
  if (/^\s*(:|$)/.test(typed) || /\n[ \t]*\n[ \t]*$/.test(typed)) return true;
  const { text } = withoutMarks(typed.trim());
  if (!isScript(text, language))
    return isBalanced(outline({ name: "stdin", text: `BEGIN { ${text}` }).items[0]?.words ?? []);
  const { items } = outline({ name: "stdin", text });
  return items.every(({ isClosed, kind }) => isClosed && kind !== "directive") || !/[{([,]/.test(text);
}

/** But for the brace in front. */
function isBalanced(words: readonly Word[]): boolean {
  let depth = -1;
  for (const { kind, text } of words) {
    if (kind !== "punctuation") continue;
    if ("({[".includes(text)) depth++;
    else if (")}]".includes(text)) depth--;
  }
  return depth <= 0;
}
