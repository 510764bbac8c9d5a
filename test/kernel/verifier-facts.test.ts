/** The rows of the table are true of this kernel: the matrix has some from before and after most of them. */
import { describe, expect } from "vitest";
import { PROGRAM_TYPE } from "../../codegen/kernel/bpf.js";
import { assembleSmall } from "../../codegen/kernel/small-program.js";
import { type VerifierFact, VERIFIER_FACTS, MANY_TURNS } from "../../codegen/kernel/verifier-facts.js";
import { loadProgram } from "../../src/kernel/feature-calls.js";
import { kernelTest } from "../support/index.js";
import { KernelProgram } from "../support/kernel-program.js";
import { kernelIsAtLeast } from "../support/running-kernel.js";

/** Other machines may have kernels with changes that were ported back to them. */
const IS_PLAIN_KERNEL = process.env["TSBT_MATRIX"] !== undefined;

const since = (version: readonly number[]): boolean => kernelIsAtLeast(version.join("."));

describe("the verifier does as the table says", () => {
  for (const [name, { fixedIn, probe }] of Object.entries<VerifierFact>(VERIFIER_FACTS)) {
    kernelTest(`${name}, from Linux ${fixedIn.join(".")} on`, { timeoutMs: 60_000 }, () => {
      if (!since(fixedIn) && !IS_PLAIN_KERNEL) return;
      const outcome = loadProgram({ type: PROGRAM_TYPE["raw-tracepoint"], instructions: assembleSmall(probe) });
      expect(outcome === "ok").toBe(since(fixedIn));
    });
  }
});

// It may do harm where the row says so.
kernelTest("may_goto loses turns in large frames as the table says", { needs: ["may-goto", "own-machine"] }, () => {
  const { probe, lostIn } = VERIFIER_FACTS["may-goto-in-large-frames"];
  const program = new KernelProgram({ code: assembleSmall(probe), relocations: [] }, []);
  try {
    expect(program.run(new Uint8Array(8)) === MANY_TURNS).toBe(!since(lostIn));
  } finally {
    program.close();
  }
});
