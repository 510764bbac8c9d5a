import { type Kernel, kernelNamed } from "../matrix/kernels.js";
import { runSuiteUnder } from "../matrix/run-suite.js";
import { findTools } from "../matrix/tools.js";
import { missingPrivileges } from "../support/privileges.js";
import { type Outcome, testName } from "./outcome.js";
import { notTried, type Stage } from "./stage.js";

const SLOWEST_SHOWN = 5;

/**
 * What these tests say of a language or a command is the same on each kernel that has what they need, and half an hour
 * of emulation says it again; `npm run test:matrix` does. What a verifier or a table of facts says is not.
 */
const SAME_EVERYWHERE = /^test\/e2e\//;

/**
 * A stage that runs the tests of the kernel and of the command under another kernel. After those of the running kernel it
 * leaves out end-to-end tests that have passed there, so it runs what that kernel could not.
 */
export function machineStage(version: string): Stage {
  const kernel: Kernel = kernelNamed(version);
  const name = `vm-${version}`;
  const run: Stage["run"] = async (before) => {
    const claim = `the suite passes under Linux ${version}`;
    if (process.arch !== "x64") return [notTried(name, claim, "the virtual machines are x86_64, this machine is not")];
    const found = findTools();
    if ("missing" in found) return [notTried(name, claim, `not installed: ${found.missing.join(", ")}`)];
    if (missingPrivileges().length > 0) return [notTried(name, claim, "not root: virtiofsd and the tests need it")];
    const { outcomes, durations } = await runSuiteUnder(kernel, found.tools, testsToLeaveOut(before));
    for (const [test, seconds] of durations.slice(0, SLOWEST_SHOWN)) console.log(`  ${seconds.toFixed(1)} s  ${test}`);
    return outcomes;
  };
  return { name, what: `test/kernel and test/e2e under Linux ${version}: ${kernel.why}`, run };
}

/** The tests among these that need not run under another kernel, as `testName` names them. */
export function testsToLeaveOut(outcomes: readonly Outcome[]): readonly string[] {
  const passed = outcomes.filter(({ state, file }) => state === "passed" && SAME_EVERYWHERE.test(file));
  return passed.map(testName);
}
