/** `*` in attach points matches any run of characters; nothing else is special (probes-and-cli.md 4). */
export const hasWildcard = (text: string): boolean => text.includes("*");

/** Of what the compiler has split off a function: no pattern matches it. */
export const NEVER_MATCHED = ".part.";

export const isEverything = (pattern: string): boolean => /^\*+$/.test(pattern);

export function globMatcher(pattern: string): (text: string) => boolean {
  if (!hasWildcard(pattern)) return (text) => text === pattern;
  if (isEverything(pattern)) return (text) => !text.includes(NEVER_MATCHED);
  const source = pattern.split("*").map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const expression = new RegExp(`^${source.join(".*")}$`, "s");
  return (text) => expression.test(text) && !text.includes(NEVER_MATCHED);
}
