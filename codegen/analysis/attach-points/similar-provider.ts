/** What was meant where an attach point begins with no provider: a misspelt one, or one that was left out. */
import { didYouMean, type Help, suggestion } from "../../../grammar/index.js";
import type { KernelFacts } from "../../facts.js";
import type { Language } from "../../language/language.js";
import type { Part } from "../../language/provider.js";

export function similarProvider(parts: readonly Part[], { providers }: Language, facts: KernelFacts): Help {
  const texts = parts.map(({ text }) => text);
  const word = texts[0]?.toLowerCase() ?? "";
  if (word === "") return {};
  const all = [...providers.values()];
  const elsewhere = all.filter(({ otherWords = [] }) => otherWords.includes(word)).map(({ name }) => name);
  if (elsewhere.length > 0) return { hints: suggestion(elsewhere) };
  const near = didYouMean(
    word,
    all.map(({ name }) => name),
  );
  if (near.length > 0) return { hints: near };
  for (const { name, recognise } of all) {
    const own = recognise?.(texts, facts) ?? [];
    if (own.length > 0) return { hints: suggestion(own.slice(0, MAX_SHOWN).map((text) => `${name}:${text}`)) };
  }
  return {};
}

const MAX_SHOWN = 2;
