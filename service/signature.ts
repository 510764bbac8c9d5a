/** The call that a place is in, and which of its arguments. */
import { outline, type Word } from "../grammar/index.js";
import { macroSignature, ofFunction, ofMacro, parameterText, signatureOf } from "./documentation.js";
import { type ServiceFacts, sourceOf } from "./facts.js";
import { itemAt } from "./place.js";

export interface Signature {
  /** `hist(n: int[, bits: int])` */
  readonly label: string;
  readonly parameters: readonly string[];
  /** Index of the argument that is being written; the last one may stand for any number. */
  readonly active: number;
  readonly summary: string;
}

export function signature(text: string, offset: number, { language }: ServiceFacts): Signature | undefined {
  const item = itemAt(outline(sourceOf(text)), offset);
  if (item === undefined) return undefined;
  const call = callAround(item.words.filter(({ end }) => end <= offset));
  if (call === undefined) return undefined;
  const definition = language.functions.get(call.name);
  if (definition !== undefined) {
    const { params } = definition;
    const active = params.at(-1)?.isRest === true ? Math.min(call.argument, params.length - 1) : call.argument;
    const parameters = params.map((param) => parameterText(param, 0));
    return { label: signatureOf(definition), parameters, active, summary: ofFunction(definition).summary };
  }
  const macro = language.macros.find(({ name, params }) => name === call.name && params.length > call.argument);
  if (macro === undefined) return undefined;
  const parameters = macro.params.map(({ name }) => name);
  return { label: macroSignature(macro), parameters, active: call.argument, summary: ofMacro(macro).summary };
}

const OPENING = "([{";
const CLOSING = ")]}";

function callAround(words: readonly Word[]): { readonly name: string; readonly argument: number } | undefined {
  let depth = 0;
  let argument = 0;
  for (let i = words.length - 1; i > 0; i--) {
    const { text, kind } = words[i]!;
    if (kind !== "punctuation") continue;
    if (CLOSING.includes(text)) depth++;
    else if (OPENING.includes(text) && depth > 0) depth--;
    else if (text === "," && depth === 0) argument++;
    else if (text === "(") {
      const before = words[i - 1];
      if (before?.kind === "name") return { name: before.text, argument };
      argument = 0;
    } else if (OPENING.includes(text) || text === ";") return undefined;
  }
  return undefined;
}
