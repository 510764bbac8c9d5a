/** Why there is no such tracepoint, and which one is meant. */
import { didYouMean, type Help, nearestNames, suggestion } from "../../grammar/index.js";
import type { KernelFacts } from "../facts.js";
import { hasWildcard } from "../language/glob.js";
import { helpOnPattern } from "./pattern-help.js";
import { originOfCategory, otherNames, sinceWhen } from "./tracepoint-origins.js";

interface Name {
  readonly category: string;
  readonly event: string;
}

export const isCategory = (category: string, facts: KernelFacts): boolean =>
  facts.tracepoints().some((name) => name.startsWith(`${category}:`));

export function helpOnTracepoint({ category, event }: Name, facts: KernelFacts): Help {
  const all = facts.tracepoints();
  const known = new Set(all);
  const [other] = otherNames(category, event).filter((name) => known.has(name));
  if (other !== undefined) return { hints: suggestion([`tracepoint:${other}`]) };
  const hints = isCategory(category, facts)
    ? eventHints({ category, event }, all)
    : categoryHints({ category, event }, all);
  if (hints.length > 0) return { hints };
  const version = sinceWhen(category, event);
  return {
    hints:
      version === undefined
        ? []
        : [
            `\`${category}:${event}\` came with Linux ${version}; this is ${facts.release.major}.${facts.release.minor}.`,
          ],
  };
}

function eventHints({ category, event }: Name, all: readonly string[]): readonly string[] {
  if (sinceWhen(category, event) !== undefined) return [];
  const own = all.flatMap((name) => (name.startsWith(`${category}:`) ? [name.slice(category.length + 1)] : []));
  // `openat` of the system calls, `rq_issue` of the block layer.
  const whole = own.filter((name) => name.endsWith(`_${event}`) && /^(?:sys_(?:enter|exit)|[a-z0-9]+)_/.test(name));
  if (whole.length > 0 && event.length > 2) return suggestion(whole.sort().slice(0, 2));
  const near = hasWildcard(event) ? helpOnPattern(event, own) : didYouMean(event, own);
  return near.length > 0 ? near : elsewhere(event, all);
}

function categoryHints({ category, event }: Name, all: readonly string[]): readonly string[] {
  const categories = new Set(all.map((name) => name.slice(0, name.indexOf(":"))));
  const near = nearestNames(category, categories);
  const whole = near.filter((name) => all.includes(`${name}:${event}`));
  if (near.length > 0) return suggestion((whole.length > 0 ? whole : near).map((name) => `${name}:${event}`));
  const origin = originOfCategory(category);
  return origin === undefined ? elsewhere(event, all) : [origin];
}

/** The event of another category. */
const elsewhere = (event: string, all: readonly string[]): readonly string[] =>
  suggestion(
    all
      .filter((name) => name.endsWith(`:${event}`))
      .slice(0, 2)
      .map((name) => `tracepoint:${name}`),
  );

/** Of a tracepoint without its category, or without colons. */
export function helpOnParts(texts: readonly string[], facts: KernelFacts): Help {
  const all = facts.tracepoints();
  const [only = ""] = texts;
  if (texts.length > 1) return {};
  const found = all.filter((name) => name.endsWith(`:${only}`) || name.replace(":", "_") === only);
  if (found.length > 0) return { hints: suggestion(found.slice(0, 2).map((name) => `tracepoint:${name}`)) };
  const [near] = nearestNames(
    only,
    all.map((name) => name.slice(name.indexOf(":") + 1)),
  );
  return near === undefined ? {} : helpOnParts([near], facts);
}
