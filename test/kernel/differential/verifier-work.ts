/** How much work the verifier had with many programs. */
import type { Run } from "./kernel-runner.js";

/** Far below the limit of a million, and some tens of milliseconds. */
const REASONABLE_INSTRUCTIONS = 100_000;
/** Of the programs that were the most work. */
const SHOWN = 5;

export class VerifierWork {
  readonly #processed: { readonly id: number; readonly instructions: number }[] = [];
  readonly #rejected: number[] = [];
  #milliseconds = 0;

  add(id: number, run: Run): void {
    if (run.kind === "rejected") this.#rejected.push(id);
    if (run.kind !== "ran") return;
    this.#processed.push({ id, instructions: run.verifier.processedInstructions });
    this.#milliseconds += run.verifier.milliseconds;
  }

  /** No program was refused, or nearly so. */
  get isReasonable(): boolean {
    return (
      this.#rejected.length === 0 &&
      this.#processed.every(({ instructions }) => instructions <= REASONABLE_INSTRUCTIONS)
    );
  }

  toString(): string {
    const sorted = this.#processed.toSorted((a, b) => a.instructions - b.instructions);
    const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))]?.instructions ?? 0;
    const most = sorted.slice(-SHOWN).map(({ id, instructions }) => `${instructions} (program ${id})`);
    return [
      `accepted: ${sorted.length} of ${sorted.length + this.#rejected.length} programs`,
      `verifier time: ${this.#milliseconds.toFixed(0)} ms`,
      `processed instructions: median ${at(0.5)}, 90 % ${at(0.9)}, 99 % ${at(0.99)}; most: ${most.reverse().join(", ")}`,
    ].join("\n");
  }
}
