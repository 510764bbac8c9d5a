/** The pages that are published: those for users, with links that lead somewhere. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const PAGES = [
  "README.md",
  "CHANGELOG.md",
  "LICENSE",
  "docs/README.md",
  "docs/tutorial.md",
  "docs/recipes.md",
  "docs/command-line.md",
  "docs/from-bpftrace.md",
  "docs/reference.md",
  "docs/tsbt.8",
  "examples",
  "src/api/README.md",
];

/** Copies them, and turns links to what is only in a clone into plain text. */
export function copyPages(into: string): void {
  for (const page of PAGES) {
    mkdirSync(dirname(join(into, page)), { recursive: true });
    cpSync(page, join(into, page), { recursive: true });
  }
  for (const page of markdownBelow(into)) {
    const text = readFileSync(join(into, page), "utf8");
    writeFileSync(
      join(into, page),
      withoutDeadLinks(text, (target) => existsSync(join(into, dirname(page), target))),
    );
  }
}

/** Links in a page to files. @returns as they are written, without what follows # */
export function linksIn(text: string): readonly string[] {
  return Array.from(text.matchAll(LINK), ([, , target = ""]) => fileOf(target)).filter(isFile);
}

const LINK = /\[((?:`[^`]*`|[^\]`])*)\]\(([^()\s]+)\)/g;
const fileOf = (target: string): string => target.replace(/#.*/, "");
const isFile = (target: string): boolean => target !== "" && !/^[a-z]+:/.test(target);

export function withoutDeadLinks(text: string, exists: (target: string) => boolean): string {
  return text.replace(LINK, (link, words: string, target: string) =>
    !isFile(fileOf(target)) || exists(fileOf(target)) ? link : words,
  );
}

export function markdownBelow(dir: string, below = ""): readonly string[] {
  return readdirSync(join(dir, below)).flatMap((name) => {
    const path = normalize(join(below, name));
    if (name === "node_modules") return [];
    if (statSync(join(dir, path)).isDirectory()) return markdownBelow(dir, path);
    return name.endsWith(".md") ? [path] : [];
  });
}
