/** The optimiser: a list of passes over functions. What they rely on is in README.md. */
import type { IrFunction, IrProgram, MapIndex } from "../ir/ir.js";
import { blurLoops } from "./blur-loops.js";
import { blurValues } from "./blur-values.js";
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
import { shareContents } from "./share-contents.js";
import { threadJumps } from "./thread-jumps.js";
import { useConditions } from "./use-conditions.js";
import { widenAccesses } from "./widen-accesses.js";

export type { MapShape, Pass, PassContext } from "./pass.js";

export const PASSES: readonly Pass[] = [
  { name: "promote-slots", run: promoteSlots },
  foldConstants,
  { ...removeParams, after: ["promote-slots", "fold-constants"] }, // promotion adds some that are no choice
  { ...threadJumps, after: ["fold-constants"] },
  { ...removeDeadCode, after: ["thread-jumps"] }, // the less is left, the faster are the passes below
  { ...mergeBlocks, after: ["thread-jumps"] }, // threading leaves chains
  { ...shareCalls, after: ["merge-blocks"] },
  { ...numberValues, after: ["share-calls"] }, // `pid` and `tid` are one value once they are one call
  { ...forwardLoads, after: ["number-values"], opensMore: true }, // equal values make equal contents
  { ...reuseLookups, after: ["forward-loads"], opensMore: true },
  { ...shareComm, after: ["number-values"] },
  { ...shareContents, after: ["reuse-lookups", "share-comm"] },
  { ...useConditions, after: ["reuse-lookups"], opensMore: true }, // the second null check of one lookup
  { ...removeDeadStores, after: ["forward-loads", "reuse-lookups", "share-contents"] },
  { ...widenAccesses, after: ["remove-dead-stores"] }, // that cuts zeros into pieces
];

/** Run again at the end of each round: what the others leave behind. */
const CLEANUP: readonly string[] = [
  "fold-constants",
  "remove-params",
  "thread-jumps",
  "remove-dead-code",
  "merge-blocks",
];

/** Passes that run once, after all others. */
export const FINAL_PASSES: readonly Pass[] = [blurLoops, blurValues, renumber];

/** What can be tried with passes. */
export interface PassTrial {
  /** Names of passes that are not to run; required ones run anyway. */
  readonly disabled?: ReadonlySet<string>;
  /** Called after each pass that has changed a function. */
  readonly afterPass?: (pass: string, fn: IrFunction) => void;
  /** Each program is compiled by itself, however much it is like others. */
  readonly isApart?: boolean;
}

export interface OptimizeOptions extends PassTrial {
  /** By the indices that the IR uses. Without them lookups are not shared. */
  readonly maps?: readonly MapShape[];
  /** The map whose first word is 0, which the verifier does not know; made when it is asked for. */
  readonly opaqueZero?: () => MapIndex;
  /** Called with what each round of passes leaves. */
  readonly afterRound?: (fn: IrFunction) => void;
  /** Functions that several programs have, with what became of them: grows. */
  readonly known?: Map<IrFunction, IrFunction>;
}

export function optimize(program: IrProgram, options: OptimizeOptions = {}): IrProgram {
  const functions = program.functions.map((fn) => optimizeFunction(fn, options));
  return removeFunctions({ functions });
}

function optimizeFunction(fn: IrFunction, options: OptimizeOptions): IrFunction {
  const known = options.known?.get(fn);
  if (known !== undefined) return known;
  const optimized = runPasses(fn, options);
  if (fn.role === "subprogram") options.known?.set(fn, optimized);
  return optimized;
}

function runPasses(fn: IrFunction, options: OptimizeOptions): IrFunction {
  const run = new Run(options);
  if (fn.isOptimal === true) return run.all(FINAL_PASSES, fn);
  const cleanup = PASSES.filter(({ name }) => CLEANUP.includes(name));
  let current = fn;
  let before: number;
  // Each change that is worth another round takes away a load, a lookup or a branch, and no pass adds one: this ends.
  do {
    before = run.changesWorthMore;
    current = run.all(cleanup, run.all(PASSES, current));
    options.afterRound?.(current);
  } while (run.changesWorthMore > before);
  return run.all(FINAL_PASSES, current);
}

/** Runs passes over one function. */
class Run {
  /** How often a pass that opens more has changed the function. */
  changesWorthMore = 0;
  readonly #options: OptimizeOptions;
  readonly #cx: PassContext;
  /** By pass: the function that it could not improve. */
  readonly #settled = new Map<Pass, IrFunction>();

  constructor(options: OptimizeOptions) {
    this.#options = options;
    this.#cx = { maps: options.maps ?? [], opaqueZero: options.opaqueZero };
  }

  all(passes: readonly Pass[], fn: IrFunction): IrFunction {
    return passes.reduce((current, pass) => this.#one(pass, current), fn);
  }

  #one(pass: Pass, before: IrFunction): IrFunction {
    const isDisabled = pass.isRequired !== true && this.#options.disabled?.has(pass.name) === true;
    if (isDisabled || this.#settled.get(pass) === before) return before;
    const after = pass.run(before, this.#cx);
    if (after === before) {
      this.#settled.set(pass, before);
    } else {
      if (pass.opensMore === true) this.changesWorthMore++;
      this.#options.afterPass?.(pass.name, after);
    }
    return after;
  }
}
