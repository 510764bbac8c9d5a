/** `-l PATTERN`. */
import type { KernelFacts } from "../../codegen/facts.js";
import type { Console } from "./console.js";
import { type ListOptions, patternText } from "./list.js";

export function printMatches(pattern: string, facts: KernelFacts, options: ListOptions, console: Console): void {
  warnOfMissingFile(pattern, console);
  const text = patternText(pattern, facts, options);
  console.out(text);
  // Megabytes are not copied for that.
  if (text !== "") console.out("\n");
}

function warnOfMissingFile(pattern: string, console: Console): void {
  if (!pattern.includes(".") || pattern.includes(":") || pattern.includes("*")) return;
  console.warning(
    `It appears that '${pattern}' is a filename but the file does not exist. Treating '${pattern}' as a search pattern.`,
  );
}
