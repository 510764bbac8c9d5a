import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "./command-stage.js";
import type { Outcome } from "./outcome.js";
import type { Stage } from "./stage.js";

/** A stage that is one of the projects in vitest.config.ts. */
export function vitestStage(name: string, what: string, project: string, prepare?: () => void): Stage {
  const run: Stage["run"] = async () => {
    prepare?.();
    const dir = mkdtempSync(join(tmpdir(), "tsbt-outcomes."));
    const file = join(dir, "outcomes.json");
    try {
      const reporters = ["--reporter=dot", "--reporter=./test/rig/vitest-reporter.ts"];
      const command = [process.execPath, "node_modules/vitest/vitest.mjs", "run", "--project", project, ...reporters];
      const status = await runCommand(command, { TSBT_OUTCOMES: file });
      return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Outcome[]) : [neverBegan(name, status)];
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  };
  return { name, what, run };
}

function neverBegan(stage: string, status: number | null): Outcome {
  return { file: stage, claim: "vitest runs to its end", state: "failed", reason: `it ended with status ${status}` };
}
