import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_DIR } from "./project.js";

export interface PageScript {
  /** From the project's directory. */
  readonly page: string;
  /** Where the script begins, counted from 1. */
  readonly line: number;
  readonly text: string;
}

/** The scripts in the pages for people: blocks of code in the language, and what stands in single quotes behind `-e`. */
export const pageScripts = (): readonly PageScript[] => pages().flatMap(scriptsIn);

/** Its rows are run as they are, mistakes too, by the test that it is made from. */
const ROWS = "command-line.md";

function pages(): readonly string[] {
  const names = readdirSync(join(PROJECT_DIR, "docs")).filter((name) => name.endsWith(".md") && name !== ROWS);
  return ["README.md", ...names.map((name) => `docs/${name}`)];
}

const SCRIPT = /^```bpftrace\n([^]*?)^```$|\btsbt [^'\n]*-e '([^']+)'/gm;

function scriptsIn(page: string): readonly PageScript[] {
  const text = readFileSync(join(PROJECT_DIR, page), "latin1");
  return [...text.matchAll(SCRIPT)].flatMap((found) => {
    const script = found[1] ?? found[2] ?? "";
    const line = text.slice(0, found.index).split("\n").length;
    // `'...'` stands for any script; a mistake is shown to show what is said of it.
    return script === "..." || text.slice(found.index).split("\n", 2)[1]?.includes("ERROR") === true
      ? []
      : [{ page, line, text: script }];
  });
}
