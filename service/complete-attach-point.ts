/** Providers, and what they can be attached to, part by part. */
import { providerNamed } from "../codegen/language/language.js";
import type { ProviderDefinition } from "../codegen/language/provider.js";
import type { Completion, Completions } from "./complete.js";
import { ofProvider } from "./documentation.js";
import type { ServiceFacts } from "./facts.js";
import type { NameHit, NameIndex } from "./name-index.js";
import { packNames, NameIndex as Index } from "./name-index.js";
import type { Range } from "./place.js";

const MAX_NAMES = 200;

/** @param typed - the attach point in front of the cursor */
export function completeAttachPoint(typed: string, range: Range, facts: ServiceFacts): Completions {
  const colon = typed.indexOf(":");
  if (colon < 0) return { range, items: providers(typed, facts), isIncomplete: false };
  const provider = providerNamed(facts.language, typed.slice(0, colon));
  if (provider === undefined) return { range, items: [], isIncomplete: false };
  const rest = typed.slice(colon + 1);
  const written = typed.slice(0, colon + 1);
  if (provider.wildcard === "user") return userProbes(provider, rest, { written, range, facts });
  const index = facts.probes?.get(provider.name);
  if (index === undefined) return { range, items: [], isIncomplete: facts.probes === undefined };
  return probes(index, rest, written, range);
}

function providers(typed: string, { language }: ServiceFacts): readonly Completion[] {
  const all = [...language.providers.values()];
  const begins = all.filter(({ name }) => name.startsWith(typed.toLowerCase()));
  const contains = typed === "" ? [] : all.filter(({ name }) => name.indexOf(typed) > 0);
  return [...begins, ...contains].map((provider): Completion => {
    const text = needsNothing(provider) ? provider.name : `${provider.name}:`;
    return { text, kind: "provider", detail: provider.doc.summary, documentation: ofProvider(provider) };
  });
}

const needsNothing = ({ partCounts }: ProviderDefinition): boolean => partCounts.includes(0);

function probes(index: NameIndex, rest: string, written: string, range: Range): Completions {
  const cut = rest.lastIndexOf(":") + 1;
  const [scope, typed] = [rest.slice(0, cut), rest.slice(cut)];
  const children = index.children(rest, ":", MAX_NAMES);
  const shown = new Set(children);
  const hits = typed === "" ? [] : index.search(scope, typed, MAX_NAMES).filter(({ name }) => !shown.has(name));
  const all: NameHit[] = [...children.map((name) => ({ name, match: "prefix" as const })), ...hits];
  // Of `category:event` only the category is asked for, as long as none is written; deeper hits follow.
  const items = all.filter(({ name, match }) => match !== "prefix" || shown.has(name)).slice(0, MAX_NAMES);
  return {
    range,
    items: items.map(({ name }) => completion(index, name, written)),
    isIncomplete: all.length >= MAX_NAMES,
  };
}

function completion(index: NameIndex, name: string, written: string): Completion {
  const isGroup = name.endsWith(":") && !index.has(name);
  const detail = isGroup ? `${index.count(name)} probes` : "";
  return { text: written + name, kind: isGroup ? "category" : "probe", detail, documentation: undefined };
}

interface Cursor {
  readonly written: string;
  readonly range: Range;
  readonly facts: ServiceFacts;
}

/** `PATH:FUNCTION`, `PATH:GROUP:NAME`: first the file, then what is in it. */
function userProbes(provider: ProviderDefinition, rest: string, { written, range, facts }: Cursor): Completions {
  const colon = rest.indexOf(":");
  if (colon < 0) {
    const items = facts
      .files(rest)
      .slice(0, MAX_NAMES)
      .map((path): Completion => {
        const text = `${written}${path}${path.endsWith("/") ? "" : ":"}`;
        return { text, kind: "file", detail: "", documentation: undefined };
      });
    return { range, items, isIncomplete: false };
  }
  const path = rest.slice(0, colon + 1);
  return probes(namesIn(provider, path.slice(0, -1), facts), rest.slice(colon + 1), written + path, range);
}

/** The names of the last file that was asked for: one is completed letter by letter. */
let last: { readonly key: string; readonly names: Index } | undefined;

function namesIn({ name }: ProviderDefinition, path: string, { kernel }: ServiceFacts): Index {
  const key = `${name}:${path}`;
  if (last?.key === key) return last.names;
  const lookup = kernel.executables(path, { pid: undefined });
  const files = lookup.kind === "found" ? lookup.executables : [];
  const found = files.flatMap((file) =>
    name === "usdt" ? file.usdt().places.map((place) => `${place.provider}:${place.name}`) : file.functions(),
  );
  last = { key, names: new Index(packNames(found)) };
  return last.names;
}
