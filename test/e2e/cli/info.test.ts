/** `--info` (probes-and-cli.md 17.1). */
import { release } from "node:os";
import { describe, expect } from "vitest";
import { presenceOf } from "../../support/features.js";
import { kernelTest, runTsbt } from "../../support/index.js";

const report = async (...args: readonly string[]): Promise<string> => {
  const { stdout, stderr, status } = await runTsbt([...args]);
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  return stdout;
};

describe("--info", () => {
  kernelTest("says what the kernel has, in two columns of 35", {}, async () => {
    const text = await report("--info");
    expect(text).toContain(`System\n  OS: Linux ${release()} `);
    expect(text).toMatch(/^ {2}loop: (yes|no) +tail_call: yes *$/m);
    expect(text).toContain(`${"  Instruction limit: 1000000".padEnd(35)}btf: yes`);
    for (const [name, feature] of [
      ["uprobe_multi", "uprobe-multi"],
      ["kprobe_multi", "kprobe-multi"],
      ["kprobe_session", "kprobe-session"],
      ["fentry", "fentry"],
    ] as const) {
      const value = presenceOf(feature).kind === "present" ? "yes" : "no";
      expect(text).toMatch(new RegExp(`\\b${name}: ${value}\\b`));
    }
    expect(text).toMatch(/\biter: yes\b/);
  });

  kernelTest("acts at once: what comes before it counts, what comes behind it does not", {}, async () => {
    const text = await report("--no-feature", "uprobe_multi", "--info", "--mode", "nonsense");
    expect(text).toMatch(/\buprobe_multi: no\b/);
  });
});
