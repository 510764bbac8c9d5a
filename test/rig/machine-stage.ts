import { type Kernel, kernelNamed } from "../matrix/kernels.js";
import { runSuiteUnder } from "../matrix/run-suite.js";
import { findTools } from "../matrix/tools.js";
import { missingPrivileges } from "../support/privileges.js";
import { notTried, type Stage } from "./stage.js";

const SLOWEST_SHOWN = 5;

/** A stage that runs the tests of the kernel and of the command under another kernel. */
export function machineStage(version: string): Stage {
  const kernel: Kernel = kernelNamed(version);
  const name = `vm-${version}`;
  const run: Stage["run"] = async () => {
    const claim = `the suite passes under Linux ${version}`;
    if (process.arch !== "x64") return [notTried(name, claim, "the virtual machines are x86_64, this machine is not")];
    const found = findTools();
    if ("missing" in found) return [notTried(name, claim, `not installed: ${found.missing.join(", ")}`)];
    if (missingPrivileges().length > 0) return [notTried(name, claim, "not root: virtiofsd and the tests need it")];
    const { outcomes, durations } = await runSuiteUnder(kernel, found.tools);
    for (const [test, seconds] of durations.slice(0, SLOWEST_SHOWN)) console.log(`  ${seconds.toFixed(1)} s  ${test}`);
    return outcomes;
  };
  return { name, what: `test/kernel and test/e2e under Linux ${version}: ${kernel.why}`, run };
}
