/** The optimiser: a list of passes over functions. What they rely on is in README.md. */
import type { IrFunction, IrProgram } from "../ir/ir.js";
import { foldConstants } from "./fold-constants.js";
import { forwardLoads } from "./forward-loads.js";
import { mergeBlocks } from "./merge-blocks.js";
import { numberValues } from "./number-values.js";
import type { MapShape, Pass, PassContext } from "./pass.js";
import { promoteSlots } from "./promote-slots.js";
import { removeDeadCode } from "./remove-dead-code.js";
import { removeDeadStores } from "./remove-dead-stores.js";
import { removeFunctions } from "./remove-functions.js";
import { removeParams } from "./remove-params.js";
import { renumber } from "./renumber.js";
import { reuseLookups } from "./reuse-lookups.js";
import { shareCalls } from "./share-calls.js";
import { shareComm } from "./share-comm.js";
import { threadJumps } from "./thread-jumps.js";
import { useConditions } from "./use-conditions.js";

export type { MapShape, Pass, PassContext } from "./pass.js";

export const PASSES: readonly Pass[] = [
  { name: "promote-slots", run: promoteSlots },
  foldConstants,
  { ...removeParams, after: ["promote-slots", "fold-constants"] }, // promotion adds some that are no choice
  { ...shareCalls, after: ["fold-constants"] }, // `pid` and `tid` are one call once their arithmetic is in order
  { ...numberValues, after: ["share-calls"] },
  { ...forwardLoads, after: ["number-values"] }, // equal values make equal contents
  { ...reuseLookups, after: ["forward-loads"] },
  { ...shareComm, after: ["number-values"] },
  { ...useConditions, after: ["reuse-lookups"] }, // the second null check of one lookup
  { ...threadJumps, after: ["fold-constants"] },
  { ...removeDeadStores, after: ["forward-loads", "reuse-lookups", "share-comm"] },
  { ...removeDeadCode, after: ["remove-dead-stores"] },
  { ...mergeBlocks, after: ["thread-jumps"] }, // threading leaves chains
];

/** Passes that run once, after all others. */
export const FINAL_PASSES: readonly Pass[] = [renumber];

export interface OptimizeOptions {
  /** By the indices that the IR uses. Without them lookups are not shared. */
  readonly maps?: readonly MapShape[];
  /** Names of passes that are not to run; required ones run anyway. */
  readonly disabled?: ReadonlySet<string>;
  /** Called after each pass that has changed a function, for dumps and for checks in tests. */
  readonly afterPass?: (pass: string, fn: IrFunction) => void;
}

/** The passes make work for each other; most functions are settled after two rounds. */
const MAX_ROUNDS = 4;

export function optimize(program: IrProgram, options: OptimizeOptions = {}): IrProgram {
  const functions = program.functions.map((fn) => optimizeFunction(fn, options));
  return removeFunctions({ functions });
}

function optimizeFunction(fn: IrFunction, options: OptimizeOptions): IrFunction {
  const cx: PassContext = { maps: options.maps ?? [] };
  const isEnabled = ({ name, isRequired }: Pass): boolean =>
    isRequired === true || options.disabled?.has(name) !== true;
  /** By pass: the function that it could not improve. */
  const settled = new Map<Pass, IrFunction>();
  const runAll = (before: IrFunction, passes: readonly Pass[]): IrFunction => {
    let current = before;
    for (const pass of passes) {
      if (!isEnabled(pass) || settled.get(pass) === current) continue;
      const after = pass.run(current, cx);
      if (after === current) settled.set(pass, current);
      else options.afterPass?.(pass.name, after);
      current = after;
    }
    return current;
  };

  let current = fn;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const before = current;
    current = runAll(before, PASSES);
    if (current === before) break;
  }
  return runAll(current, FINAL_PASSES);
}
