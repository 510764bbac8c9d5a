/**
 * What becomes of each loop of the script: plain jumps that the kernel bounds (`may_goto`, 6.9 and later), or a callback of
 * `bpf_loop`. An `unroll` is copied, if its copies are short; else its turns are counted as if it had been.
 *
 * Jumps cost less. But while the verifier walks around a loop it takes two paths for one only when everything that it
 * knows agrees, down to words on the stack that nobody will read; every place where the body forks then multiplies its
 * work, and a dozen of them are beyond its limit. A callback has a frame of its own, which it forgets after each
 * turn. So only bodies that fork a few times are jumps; in the others the call is a small part of the time.
 */
import type { Loop } from "../ir/graph.js";
import type { BlockId, Instruction, IrFunction, IrProgram } from "../ir/ir.js";
import type { HelperName } from "../kernel/helpers.js";
import { cutOut } from "./cut-out.js";
import { Memories } from "./memories.js";
import { LoopView, type ScriptLoop } from "./loop-region.js";
import { Rewriting } from "./rewriting.js";
import { copyTurns, countTurns } from "./turns.js";

/** What the kernel has. Asked when it matters: to find out takes time. */
export interface LoopMeans {
  /** And it is right in this program. */
  readonly hasMayGoto: () => boolean;
  readonly hasCallbacks: () => boolean;
}

/** Above this a body is a callback. */
const MAX_FORKS = 16;

/** Inside of each other. The kernel lets eight functions call each other, and bodies call some too: loops around so many jump. */
const MOST_CALLBACKS = 5;

/** How many instructions the copies of an `unroll` may have together; and those that the verifier counts. */
const LIMITS = { copied: 600, counted: 20_000 };

export function settleLoops(program: IrProgram, means: LoopMeans, limits = LIMITS): IrProgram {
  if (!program.functions.some(hasLoops)) return program;
  return new Loops(program, means, limits).run();
}

const hasLoops = ({ blocks }: IrFunction): boolean => blocks.some(({ terminator }) => terminator.op === "loop");

class Loops {
  readonly #functions: IrFunction[];
  readonly #means: LoopMeans;
  readonly #limits: typeof LIMITS;
  readonly #name: string;
  readonly #memories: Memories;

  constructor({ functions }: IrProgram, means: LoopMeans, limits: typeof LIMITS) {
    this.#limits = limits;
    this.#functions = [...functions];
    this.#means = means;
    this.#name = functions[0]?.name ?? "";
    this.#memories = new Memories(functions);
  }

  run(): IrProgram {
    // Callbacks that are cut out come behind the others, and may have loops themselves.
    for (let i = 0; i < this.#functions.length; i++) {
      const fn = this.#functions[i];
      if (fn === undefined || !hasLoops(fn)) continue;
      const { fn: turned, callbacks } = this.#settleTurns(withoutLoopsThatEnd(fn));
      this.#functions[i] = this.#settleOthers(turned, callbacks);
    }
    return { functions: this.#functions };
  }

  // ---- of a known number of turns

  /** @returns also the headers of those that are to be callbacks */
  #settleTurns(fn: IrFunction): { readonly fn: IrFunction; readonly callbacks: ReadonlySet<BlockId> } {
    const callbacks = new Set<BlockId>();
    if (!fn.blocks.some(({ terminator }) => terminator.op === "loop" && terminator.turns !== undefined))
      return { fn, callbacks };
    const view = new LoopView(fn);
    const copied = new Set<BlockId>();
    const rewriting = new Rewriting(fn);
    const lengths = new Map<ScriptLoop, number>();
    for (const script of view.loops.toReversed()) {
      const { turns } = script.start;
      if (turns === undefined) continue;
      const own = lengthOf(view, script) + (lengths.get(script) ?? 0);
      const all = own * turns;
      // A turn of the loop around it has all of these.
      const outer = view.around(script);
      if (outer !== undefined) lengths.set(outer, (lengths.get(outer) ?? 0) + all - lengthOf(view, script));
      if (all <= this.#limits.copied) copied.add(script.loop.header);
      else if (this.#isToBeCounted(view, script, all)) countTurns(view, script, turns, rewriting);
      else callbacks.add(script.loop.header);
    }
    return { fn: this.#copyAll(rewriting.finish(), copied), callbacks };
  }

  /** Callbacks may show in stacks. */
  #isToBeCounted(view: LoopView, { loop }: ScriptLoop, length: number): boolean {
    return (
      length <= this.#limits.counted ||
      !this.#means.hasCallbacks() ||
      [...loop.blocks].some((id) => view.graph.block(id).instructions.some(takesStack))
    );
  }

  /** The innermost first. */
  #copyAll(fn: IrFunction, copied: ReadonlySet<BlockId>): IrFunction {
    let current = fn;
    // Copies have loops of their own where an inner one is no copy.
    const left = new Set(copied);
    while (left.size > 0) {
      const view = new LoopView(current);
      const rewriting = new Rewriting(current);
      const chosen = view.loops.filter((script) => left.has(script.loop.header));
      const around = new Set(chosen.map((script) => view.around(script)));
      for (const script of chosen) {
        if (around.has(script)) continue;
        copyTurns(view, script, { turns: script.start.turns ?? 1, rewriting, memories: this.#memories });
        left.delete(script.loop.header);
      }
      current = rewriting.finish();
    }
    return current;
  }

  // ---- the others

  #settleOthers(fn: IrFunction, callbacks: ReadonlySet<BlockId>): IrFunction {
    if (!hasLoops(fn)) return fn;
    const view = new LoopView(fn);
    const rewriting = new Rewriting(fn);
    const levels = levelsOf(view);
    const gone = new Set<ScriptLoop>();
    for (const script of view.loops) {
      const outer = view.around(script);
      if (outer !== undefined && gone.has(outer)) {
        // It went with the one around it.
        gone.add(script);
        continue;
      }
      const { loop, start } = script;
      if (!callbacks.has(loop.header) && this.#canJump(view, script, levels.get(loop) ?? 1)) {
        const block = rewriting.block(loop.header);
        const terminator = {
          op: "may-goto",
          next: start.body,
          exhausted: start.after,
          isBlurred: false,
          span: start.span,
        } as const;
        rewriting.put({ ...block, terminator });
        continue;
      }
      const callee = this.#functions.length;
      const to = { name: `${this.#name}_loop_${callee}`, callee, memories: this.#memories };
      this.#functions.push(cutOut(view, script, to, rewriting));
      gone.add(script);
    }
    return rewriting.finish();
  }

  #canJump(view: LoopView, { loop }: ScriptLoop, levels: number): boolean {
    if (levels > MOST_CALLBACKS) return this.#means.hasMayGoto();
    if (levels > 1) return false;
    let forks = 0;
    for (const id of loop.blocks) {
      const { instructions, terminator } = view.graph.block(id);
      if (terminator.op === "branch") forks++;
      for (const i of instructions) if (i.op === "call-function") forks += this.#forksOf(i.callee);
    }
    return forks <= MAX_FORKS && this.#means.hasMayGoto();
  }

  /** Of a function that is called. The verifier follows each call of most. */
  #forksOf(callee: number): number {
    const fn = this.#functions[callee];
    if (fn === undefined || fn.isVerifiedAlone === true) return 0;
    return fn.blocks.reduce((forks, { terminator }) => forks + Number(terminator.op === "branch"), 0);
  }
}

/** By loop: how many are inside of each other, itself included. */
function levelsOf({ forest }: LoopView): ReadonlyMap<Loop, number> {
  const levels = new Map<Loop, number>();
  // Inner ones come first.
  for (const loop of forest.loops.toReversed()) {
    const own = levels.get(loop) ?? 1;
    levels.set(loop, own);
    if (loop.parent !== undefined) levels.set(loop.parent, Math.max(levels.get(loop.parent) ?? 1, own + 1));
  }
  return levels;
}

/** What starts as a loop and never comes back to its start is none. */
function withoutLoopsThatEnd(fn: IrFunction): IrFunction {
  const view = new LoopView(fn);
  const headers = new Set(view.loops.map(({ loop }) => loop.header));
  if (fn.blocks.every(({ id, terminator }) => terminator.op !== "loop" || headers.has(id))) return fn;
  const rewriting = new Rewriting(fn);
  for (const block of fn.blocks) {
    const { terminator } = block;
    if (terminator.op !== "loop" || headers.has(block.id)) continue;
    rewriting.put({ ...block, terminator: { op: "jump", target: terminator.body, span: terminator.span } });
  }
  return rewriting.finish();
}

const lengthOf = ({ graph }: LoopView, { loop }: ScriptLoop): number =>
  [...loop.blocks].reduce((sum, id) => sum + graph.block(id).instructions.length + 1, 0);

const takesStack = (i: Instruction): boolean => i.op === "call" && STACK_HELPERS.has(i.helper);

const STACK_HELPERS: ReadonlySet<HelperName> = new Set(["get_stackid", "get_stack"]);
