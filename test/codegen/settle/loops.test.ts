/** Whatever becomes of a loop, it does the same. */
import { describe, expect, test } from "vitest";
import { Builder } from "../../../codegen/ir/builder.js";
import { dominatorsOf, graphOf, loopsOf } from "../../../codegen/ir/graph.js";
import type { BlockId, IrProgram, SlotId, Value } from "../../../codegen/ir/ir.js";
import { printProgram } from "../../../codegen/ir/print.js";
import { formatFault, verifyProgram } from "../../../codegen/ir/verify.js";
import { optimize } from "../../../codegen/optimize/index.js";
import { placeSlots, settleLoops } from "../../../codegen/settle/index.js";
import { randomFrom } from "../../random.js";
import { interpret, type Outcome } from "../../support/ir-interpreter.js";

const MAPS = [{ keyBytes: 4, valueBytes: 4096 }];
const WORDS = 4;

/** Of words in memory that are read and written in loops inside of each other, which are left in all ways. */
class RandomLoops {
  readonly #random: (below: number) => number;
  readonly #b = new Builder("main", "program", ["context"]);
  readonly #words: SlotId[];
  #memory = 0;
  /** Values from outside of the loops; slots without a home. */
  readonly #outer: Value[] = [];
  readonly #own: SlotId;
  readonly #loops: { readonly onBreak: BlockId; readonly onContinue: BlockId }[] = [];

  constructor(seed: number) {
    this.#random = randomFrom(seed);
    this.#words = Array.from({ length: WORDS }, (_, i) => this.#b.slot(8, 8, `w${i}`, this.#lasting()));
    this.#own = this.#b.slot(8, 8, "own");
  }

  build(): IrProgram {
    const b = this.#b;
    for (const word of [...this.#words, this.#own]) b.store(b.slotAddress(word), 0, 8, b.int(this.#random(9)));
    this.#outer.push(b.load(b.params[0] as Value, 8, 8), b.int(5), b.call("get_current_pid_tgid", []));
    this.#statements(3, 3);
    if (!b.isTerminated) b.exit(this.#value());
    return { functions: [b.finish()] };
  }

  #lasting() {
    return { memory: ++this.#memory, where: "anywhere", lifetime: undefined } as const;
  }

  /** One that is given back at once. */
  #temporary(): SlotId {
    const from = ++this.#memory;
    return this.#b.slot(8, 8, "t", { memory: from, where: "anywhere", lifetime: { from, until: ++this.#memory } });
  }

  #value(): Value {
    const b = this.#b;
    switch (this.#random(4)) {
      case 0:
        return b.int(this.#random(20));
      case 1:
        return this.#outer[this.#random(this.#outer.length)] ?? b.int(1);
      case 2:
        return b.load(b.slotAddress(this.#own), 0, 8);
      default:
        return b.load(b.slotAddress(this.#anyWord()), 0, 8);
    }
  }

  readonly #anyWord = (): SlotId => this.#words[this.#random(WORDS)] ?? this.#own;

  #statements(count: number, depth: number): void {
    for (let i = 0; i < count && !this.#b.isTerminated; i++) this.#statement(depth);
  }

  #statement(depth: number): void {
    const b = this.#b;
    switch (this.#random(depth > 0 ? 9 : 5)) {
      case 0:
      case 1: {
        const temporary = this.#temporary();
        b.store(b.slotAddress(temporary), 0, 8, b.add(this.#value(), this.#value()));
        b.store(b.slotAddress(this.#anyWord()), 0, 8, b.load(b.slotAddress(temporary), 0, 8));
        return;
      }
      case 2:
        return b.store(b.slotAddress(this.#own), 0, 8, b.alu("xor", this.#value(), this.#value()));
      case 3:
        return void b.atomicAdd(b.mapValue(0, 4000), 0, 8, this.#value());
      case 4: {
        const isLess = b.compare("ult", this.#value(), this.#value());
        return b.if("ne", isLess, b.int(0), { then: () => this.#leave(depth) });
      }
      case 5:
      case 6:
        return this.#loop(2 + this.#random(2), depth);
      default:
        return this.#while(depth);
    }
  }

  /** Out of a loop, or of the program; or not. */
  #leave(depth: number): void {
    const b = this.#b;
    const loop = this.#loops.at(-1);
    switch (this.#random(5)) {
      case 0:
        return b.exit(this.#value());
      case 1:
        return b.exit(b.int(77));
      case 2:
        return loop === undefined ? undefined : b.jump(loop.onBreak);
      case 3:
        return loop === undefined ? undefined : b.jump(loop.onContinue);
      default:
        return this.#statements(1, depth - 1);
    }
  }

  #loop(turns: number, depth: number): void {
    const b = this.#b;
    const [top, body, after] = [b.block(), b.block(), b.block()];
    b.jump(top);
    b.switchTo(top);
    b.loop(body, after, turns);
    b.switchTo(body);
    this.#statements(1 + this.#random(2), depth - 1);
    if (!b.isTerminated) b.jump(top);
    b.switchTo(after);
  }

  #while(depth: number): void {
    const b = this.#b;
    const counter = b.slot(8, 8, "counter", this.#lasting());
    const [top, test, body, next, after] = [b.block(), b.block(), b.block(), b.block(), b.block()];
    b.store(b.slotAddress(counter), 0, 8, b.int(0));
    b.jump(top);
    b.switchTo(top);
    b.loop(test, after, undefined);
    b.switchTo(test);
    b.branch("ult", b.load(b.slotAddress(counter), 0, 8), b.int(this.#random(4)), body, after);
    b.switchTo(body);
    this.#loops.push({ onBreak: after, onContinue: next });
    this.#statements(1 + this.#random(3), depth - 1);
    this.#loops.pop();
    if (!b.isTerminated) b.jump(next);
    b.switchTo(next);
    b.store(b.slotAddress(counter), 0, 8, b.add(b.load(b.slotAddress(counter), 0, 8), b.int(1)));
    b.jump(top);
    b.switchTo(after);
  }
}

const JUMPS = { hasMayGoto: () => true, hasCallbacks: () => true };
const CALLBACKS = { hasMayGoto: () => false, hasCallbacks: () => true };

function settle(program: IrProgram, means: typeof JUMPS, maxCopied?: number): IrProgram {
  const settled = settleLoops(
    program,
    means,
    maxCopied === undefined ? undefined : { copied: maxCopied, counted: maxCopied },
  );
  const scratch = { pieces: 1, reserve: (): number => 0 };
  const placed = placeSlots(settled, { scratch, onStackLimit: 32, sparesStack: false });
  const faults = verifyProgram(placed).map(formatFault);
  if (faults.length > 0) expect.fail(`${faults.join("\n")}\n${printProgram(program)}\nas\n${printProgram(placed)}`);
  return placed;
}

/** Scratch memory is no result. */
function outcomeOf(program: IrProgram): Omit<Outcome, "maps"> & { readonly sum: string | undefined } {
  const { result, events, maps } = interpret(program, MAPS, new Uint8Array(128).fill(3), Infinity);
  return { result, events, sum: maps[0]?.slice(2 * 4000, 2 * 4008) };
}

test("random loops do the same as copies, counted, with may_goto and as callbacks", () => {
  for (let seed = 1; seed <= 150; seed++) {
    const program = new RandomLoops(seed).build();
    expect(verifyProgram(program).map(formatFault), `seed ${seed}`).toEqual([]);
    const wanted = outcomeOf(settle(program, JUMPS));
    for (const [name, other] of [
      ["callbacks", settle(program, CALLBACKS)],
      ["no copies", settle(program, JUMPS, 0)],
      ["callbacks alone", settle(program, CALLBACKS, 0)],
    ] as const) {
      for (const form of [other, optimize(other)]) {
        const where = (): string => `seed ${seed}, ${name}\n${printProgram(program)}\nas\n${printProgram(form)}`;
        expect(outcomeOf(form), where()).toEqual(wanted);
      }
    }
  }
});

describe("which form", () => {
  /** A loop whose body is tests of a number. */
  function tests(count: number, turns: number | undefined): IrProgram {
    const b = new Builder("main", "program", ["context"]);
    const given = b.load(b.params[0] as Value, 0, 8);
    const [top, body, after] = [b.block(), b.block(), b.block()];
    b.jump(top);
    b.switchTo(top);
    b.loop(body, after, turns);
    b.switchTo(body);
    for (let i = 0; i < count; i++)
      b.if("eq", given, b.int(i), { then: () => void b.atomicAdd(b.mapValue(0, 0), 0, 8, b.int(1)) });
    b.jump(top);
    b.switchTo(after);
    b.exit(b.int(0));
    return { functions: [b.finish()] };
  }

  const formOf = ({ functions }: IrProgram): string => {
    if (functions.length > 1) return "callback";
    const ends = functions.flatMap(({ blocks }) => blocks.map(({ terminator }) => terminator.op));
    if (ends.includes("may-goto")) return "may-goto";
    const isCyclic = functions.some((fn) => {
      const graph = graphOf(fn);
      return loopsOf(graph, dominatorsOf(graph)).loops.length > 0;
    });
    return isCyclic ? "counted" : "copies";
  };

  test.each([
    ["few forks", tests(10, undefined), JUMPS, "may-goto"],
    ["many forks", tests(30, undefined), JUMPS, "callback"],
    ["few forks, on a kernel without may_goto", tests(10, undefined), CALLBACKS, "callback"],
    ["a short unroll", tests(3, 30), CALLBACKS, "copies"],
    ["a longer one", tests(10, 90), CALLBACKS, "counted"],
    ["a very long one", tests(200, 90), CALLBACKS, "callback"],
    ["a very long one without bpf_loop", tests(200, 90), { ...CALLBACKS, hasCallbacks: () => false }, "counted"],
  ])("%s", (_, program, means, form) => {
    const settled = settleLoops(program, means);
    expect(verifyProgram(settled).map(formatFault)).toEqual([]);
    expect(formOf(settled)).toBe(form);
  });

  test("of very many inside of each other the outer ones jump: functions cannot call so many", () => {
    const b = new Builder("main", "program", ["context"]);
    const total = b.mapValue(0, 4000);
    const nest = (levels: number): void => {
      if (levels === 0) return b.atomicAdd(total, 0, 8, b.int(1));
      const counter = b.slot(8, 8, "counter", { memory: levels, where: "anywhere", lifetime: undefined });
      const [top, test, body, after] = [b.block(), b.block(), b.block(), b.block()];
      b.store(b.slotAddress(counter), 0, 8, b.int(0));
      b.jump(top);
      b.switchTo(top);
      b.loop(test, after, undefined);
      b.switchTo(test);
      b.branch("ult", b.load(b.slotAddress(counter), 0, 8), b.int(2), body, after);
      b.switchTo(body);
      nest(levels - 1);
      b.store(b.slotAddress(counter), 0, 8, b.add(b.load(b.slotAddress(counter), 0, 8), b.int(1)));
      b.jump(top);
      b.switchTo(after);
    };
    nest(8);
    b.exit(b.int(0));
    const settled = settle({ functions: [b.finish()] }, JUMPS);
    // The innermost of the five jumps, too.
    expect(settled.functions).toHaveLength(1 + 4);
    expect(outcomeOf(settled).sum).toBe("0001000000000000");
  });

  test("what starts as a loop and never comes back is none", () => {
    const b = new Builder("main", "program", ["context"]);
    const [top, body, after] = [b.block(), b.block(), b.block()];
    b.jump(top);
    b.switchTo(top);
    b.loop(body, after, undefined);
    b.switchTo(body);
    b.exit(b.int(3));
    b.switchTo(after);
    b.exit(b.int(4));
    const settled = settleLoops({ functions: [b.finish()] }, CALLBACKS);
    expect(settled.functions).toHaveLength(1);
    expect(interpret(settled, MAPS).result).toBe(3n);
  });
});
