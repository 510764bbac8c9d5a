/** `*` in attach points matches any run of characters; nothing else is special (probes-and-cli.md 4). */
export const hasWildcard = (text: string): boolean => text.includes("*");

export function globMatcher(pattern: string): (text: string) => boolean {
  if (!hasWildcard(pattern)) return (text) => text === pattern;
  if (/^\*+$/.test(pattern)) return (text) => !text.includes(".part.");
  const source = pattern.split("*").map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const expression = new RegExp(`^${source.join(".*")}$`, "s");
  return (text) => expression.test(text) && !text.includes(".part.");
}
