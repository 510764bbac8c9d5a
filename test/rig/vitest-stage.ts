import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "./command-stage.js";
import type { Outcome } from "./outcome.js";
import { readRunRecord } from "./run-record.js";
import type { Stage } from "./stage.js";

/** Many times what the longer of them takes on a machine that does nothing else. */
const TIMEOUT_MS = 40 * 60_000;

/** A stage that is one of the projects in vitest.config.ts. */
export function vitestStage(name: string, what: string, project: string, prepare?: () => void): Stage {
  const run: Stage["run"] = async () => {
    prepare?.();
    const dir = mkdtempSync(join(tmpdir(), "tsbt-outcomes."));
    const file = join(dir, "outcomes");
    try {
      const command = [process.execPath, "node_modules/vitest/vitest.mjs", "run", "--project", project];
      const status = await runCommand([...command, "--reporter=./test/rig/vitest-reporter.ts"], {
        env: { TSBT_OUTCOMES: file },
        timeoutMs: TIMEOUT_MS,
      });
      const { outcomes, unfinished, closed } = readRunRecord(file);
      return closed ? outcomes : [...outcomes, cutShort(name, status, unfinished)];
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  };
  return { name, what, run };
}

function cutShort(stage: string, status: number | string, unfinished: readonly string[]): Outcome {
  const running = unfinished.length === 0 ? "" : `; it was running ${unfinished.join(", ")}`;
  const reason = `it ended with ${typeof status === "number" ? `status ${status}` : status}${running}`;
  return { file: stage, claim: "vitest runs to its end", state: "failed", reason };
}
