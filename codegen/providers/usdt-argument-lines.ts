/** The arguments of a USDT probe as `-lv` shows them: notes know sizes and signs, and no names. */
import type { ArgumentPlace, ArgumentSite } from "../language/argument-place.js";

/** `int32 arg0`; with all types that an argument has, when the places of the probe do not agree. */
export function argumentLines(sites: readonly ArgumentSite[]): readonly string[] {
  const count = Math.max(0, ...sites.map(({ args }) => args.length));
  return Array.from({ length: count }, (_, i) => {
    const types = new Set(sites.flatMap(({ args }) => (args[i] === undefined ? [] : [typeText(args[i])])));
    return `${[...types].join(" or ")} arg${i}`;
  });
}

const typeText = (place: ArgumentPlace): string =>
  place.kind === "unreadable" ? place.text : `${place.isSigned ? "int" : "uint"}${8 * place.bytes}`;
