import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Outcome } from "./outcome.js";

type Entry =
  | { readonly kind: "begin"; readonly file: string }
  | { readonly kind: "end"; readonly file: string; readonly outcomes: readonly Outcome[] }
  | { readonly kind: "outcome"; readonly outcome: Outcome }
  | { readonly kind: "close" };

/** What a run of tests has come to, in a file to which it is added as it happens: it outlives a run that is killed. */
export class RunRecord {
  private readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static create(path: string): RunRecord {
    writeFileSync(path, "");
    return new RunRecord(path);
  }

  begin(file: string): void {
    this.append({ kind: "begin", file });
  }

  end(file: string, outcomes: readonly Outcome[]): void {
    this.append({ kind: "end", file, outcomes });
  }

  add(outcome: Outcome): void {
    this.append({ kind: "outcome", outcome });
  }

  close(): void {
    this.append({ kind: "close" });
  }

  private append(entry: Entry): void {
    appendFileSync(this.path, `${JSON.stringify(entry)}\n`);
  }
}

export interface RecordedRun {
  readonly outcomes: readonly Outcome[];
  /** Test files that began and did not end. */
  readonly unfinished: readonly string[];
  readonly closed: boolean;
}

/** @returns an empty run that is not closed where there is no such file */
export function readRunRecord(path: string): RecordedRun {
  const outcomes: Outcome[] = [];
  const running = new Set<string>();
  let closed = false;
  for (const line of existsSync(path) ? readFileSync(path, "utf8").split("\n") : []) {
    if (line === "") continue;
    const entry = JSON.parse(line) as Entry;
    if (entry.kind === "begin") running.add(entry.file);
    if (entry.kind === "close") closed = true;
    if (entry.kind === "outcome") outcomes.push(entry.outcome);
    if (entry.kind === "end") {
      running.delete(entry.file);
      outcomes.push(...entry.outcomes);
    }
  }
  return { outcomes, unfinished: [...running], closed };
}
