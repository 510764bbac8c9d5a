import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PROJECT_DIR, TIME_FACTOR } from "../support/index.js";

/** Node leaves out some of JavaScript there (`src/start-up/lent.ts`), so that what works elsewhere may fail. */
test(
  "what is rehearsed while the start-up snapshot is made goes through",
  () => {
    const dir = mkdtempSync(join(tmpdir(), "tsbt-rehearsal-"));
    const args = ["--snapshot-blob", join(dir, "blob"), "--build-snapshot", join(PROJECT_DIR, "dist/tsbt.cjs")];
    const { status, stderr } = spawnSync(process.execPath, ["--stack-size=17500", ...args], { encoding: "utf8" });
    rmSync(dir, { recursive: true });
    expect({ status, errors: stderr.split("\n").filter((line) => line.includes("ERROR")) }).toEqual({
      status: 0,
      errors: [],
    });
  },
  60_000 * TIME_FACTOR,
);
