/** The kernel lets no loop go on for ever: where it ends one, tsbt says so. */
import { expect } from "vitest";
import { kernelTest, runTsbt } from "../support/index.js";

const MANY_FORKS = Array.from({ length: 20 }, (_, i) => `if ($i == ${i}) { @n += 2; }`).join(" ");

const ENDLESS: Readonly<Record<string, string>> = {
  "a loop of jumps": "while (1) { @n++; }",
  "a loop of callbacks": `$i = 0; while (1) { $i++; ${MANY_FORKS} }`,
};

for (const [claim, loop] of Object.entries(ENDLESS)) {
  kernelTest(`${claim} without an end is ended with a warning`, {}, async () => {
    const { stdout, stderr, status } = await runTsbt(["-e", `begin { ${loop} print("over"); exit(); }`]);
    expect(stdout).toContain("over\n");
    expect(stderr).toContain("WARNING: Argument list too long\nAdditional Info - helper: loop, retcode: -7\n");
    expect(status).toBe(0);
  });
}

kernelTest("a loop that ends by itself warns of nothing", {}, async () => {
  const { stdout, stderr } = await runTsbt(["-e", "begin { for ($i : 0..1000) { @n = $i; } exit(); }"]);
  expect(stdout).toContain("@n: 999\n");
  expect(stderr).not.toContain("WARNING");
});
