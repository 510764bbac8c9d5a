import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Outcome } from "./outcome.js";
import { readRunRecord, RunRecord } from "./run-record.js";

const passed: Outcome = { file: "a.test.ts", claim: "it works", state: "passed" };

function freshPath(): string {
  const dir = mkdtempSync(join(tmpdir(), "tsbt-record."));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  return join(dir, "outcomes");
}

test("a run that ended has its outcomes and nothing unfinished", () => {
  const path = freshPath();
  const record = RunRecord.create(path);
  record.begin("a.test.ts");
  record.end("a.test.ts", [passed]);
  record.close();
  expect(readRunRecord(path)).toEqual({ outcomes: [passed], unfinished: [], closed: true });
});

test("a run that was killed tells which files it had begun", () => {
  const path = freshPath();
  const record = RunRecord.create(path);
  record.begin("a.test.ts");
  record.begin("b.test.ts");
  record.end("a.test.ts", [passed]);
  expect(readRunRecord(path)).toEqual({ outcomes: [passed], unfinished: ["b.test.ts"], closed: false });
});

test("a run that never began is not closed", () => {
  expect(readRunRecord(freshPath())).toEqual({ outcomes: [], unfinished: [], closed: false });
});
