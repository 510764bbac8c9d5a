import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { LiveFacts, saveSnapshot, SnapshotFacts } from "../../../src/kernel/index.js";
import { FACTS_SELECTION } from "../../fixtures/facts-selection.js";
import { FACTS_DIRECTORY } from "../../fixtures/facts.js";

const live = new LiveFacts();
const canSave = live.btf !== undefined && live.tracepoints().length > 0;
const scratch = mkdtempSync(join(tmpdir(), "tsbt-facts-"));
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

/** A kernel that lacks one of the names cannot be saved. */
const selection = {
  ...FACTS_SELECTION,
  types: { struct: ["task_struct", "list_head"], func: ["vfs_read"] },
  tracepoints: ["sched:sched_switch"],
};

describe.skipIf(!canSave)("saving facts", () => {
  it("gives the same files each time", () => {
    const files = ["facts.json", "vmlinux.btf", "available_filter_functions", "events/sched/sched_switch/format"];
    const [first, second] = ["first", "second"].map((name) => {
      saveSnapshot(join(scratch, name), live, selection);
      return files.map((file) => readFileSync(join(scratch, name, file), "latin1"));
    });
    expect(first).toEqual(second);
  });

  it("gives facts that answer as the kernel does", () => {
    saveSnapshot(join(scratch, "facts"), live, selection);
    const saved = new SnapshotFacts(join(scratch, "facts"));
    expect(saved.release).toEqual(live.release);
    expect(saved.tracepoints()).toEqual(["sched:sched_switch"]);
    expect(saved.tracepointFormat("sched", "sched_switch")).toEqual(live.tracepointFormat("sched", "sched_switch"));
  });

  /** Rewrites the fixture from the kernel that runs: UPDATE_FACTS=1. */
  if (process.env["UPDATE_FACTS"] === "1") {
    it("rewrites test/fixtures/facts", () => {
      saveSnapshot(FACTS_DIRECTORY, live, FACTS_SELECTION);
      expect(new SnapshotFacts(FACTS_DIRECTORY).btf).toBeDefined();
    });
  }
});
