/** What was typed before, in a file that only its owner may read: one line for each entry. */
import { appendFileSync, chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const MAX_ENTRIES = 10_000;
/** A file that has grown to more than that is written anew. */
const MAX_LINES = 2 * MAX_ENTRIES;
/** Larger pastes are not kept. */
const MAX_LENGTH = 100_000;

/** `$XDG_STATE_HOME/tsbt/history`; undefined where there is no home. */
export function historyPath(get: (name: string) => string | undefined): string | undefined {
  const state = get("XDG_STATE_HOME");
  if (state?.startsWith("/") === true) return join(state, "tsbt", "history");
  const home = get("HOME");
  return home?.startsWith("/") === true ? join(home, ".local/state/tsbt/history") : undefined;
}

export class History {
  readonly #path: string | undefined;
  readonly #entries: string[];

  /** Without a file, or one that cannot be read, it begins empty. */
  constructor(path: string | undefined) {
    this.#path = path;
    const lines = readLines(path);
    this.#entries = lines.slice(-MAX_ENTRIES).map(unescape);
    if (lines.length > MAX_LINES) this.#rewrite();
  }

  /** The oldest first. */
  get entries(): readonly string[] {
    return this.#entries;
  }

  /** Written at once, so that nothing is lost whatever happens to us. What begins with a blank is not kept. */
  add(entry: string): void {
    const text = entry.trimEnd();
    if (text === "" || /^\s/.test(text) || text.length > MAX_LENGTH || text === this.#entries.at(-1)) return;
    this.#entries.push(text);
    this.#write((path) => appendFileSync(path, `${escape(text)}\n`, { mode: 0o600 }));
  }

  #rewrite(): void {
    this.#write((path) => {
      const fresh = `${path}.${process.pid}`;
      writeFileSync(fresh, this.#entries.map((entry) => `${escape(entry)}\n`).join(""), { mode: 0o600 });
      renameSync(fresh, path);
    });
  }

  /** A history that cannot be kept is no reason to stop. */
  #write(write: (path: string) => void): void {
    if (this.#path === undefined) return;
    try {
      mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
      write(this.#path);
      chmodSync(this.#path, 0o600);
    } catch {
      // It lives as long as we do.
    }
  }
}

function readLines(path: string | undefined): readonly string[] {
  if (path === undefined) return [];
  try {
    return readFileSync(path, "utf8")
      .split("\n")
      .filter((line) => line !== "");
  } catch {
    return [];
  }
}

const escape = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
const unescape = (line: string): string => line.replaceAll(/\\(.)/g, (_, char: string) => (char === "n" ? "\n" : char));
