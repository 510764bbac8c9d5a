import { readFileSync } from "node:fs";

export interface Recorded {
  readonly script: string;
  readonly said: string[];
}

/** `test/fixtures/language/diagnostics.txt`: a script, then what the reference says of it, indented. */
export function readRecorded(): readonly Recorded[] {
  const text = readFileSync(new URL("../../fixtures/language/diagnostics.txt", import.meta.url), "latin1");
  const recorded: Recorded[] = [];
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("# ")) continue;
    if (line.startsWith("    ")) recorded.at(-1)?.said.push(line.slice(4));
    else recorded.push({ script: line, said: [] });
  }
  return recorded;
}
