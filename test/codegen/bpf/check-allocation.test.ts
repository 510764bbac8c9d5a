/** The allocation checker: it finds what it is for, and finds nothing in what the compiler makes. */
import { describe, expect, test } from "vitest";
import { allocate } from "../../../codegen/bpf/allocation/allocate.js";
import { checkAllocation, emptyNotes } from "../../../codegen/bpf/emission/check-allocation.js";
import type { CodeBlock } from "../../../codegen/bpf/machine/code.js";
import { emitFunction } from "../../../codegen/bpf/emission/emit.js";
import { Frame } from "../../../codegen/bpf/layout/frame.js";
import { homesOf } from "../../../codegen/bpf/generate.js";
import { livenessOf } from "../../../codegen/bpf/allocation/liveness.js";
import { selectFunction } from "../../../codegen/bpf/selection/select.js";
import { Places } from "../../../codegen/bpf/allocation/spills.js";
import { compile, DEFAULT_OPTIONS } from "../../../codegen/compile.js";
import type { Feature, KernelFacts } from "../../../codegen/facts.js";
import { FULL_LANGUAGE } from "../../../codegen/full-language.js";
import type { IrFunction } from "../../../codegen/ir/ir.js";
import { savedFacts } from "../../fixtures/facts.js";
import { randomProgram as randomScript } from "../../kernel/differential/generate/program.js";
import { printProgram } from "../../kernel/differential/print.js";
import { randomFrom } from "../../random.js";
import { randomProgram } from "../../support/random-program.js";

const options = { supports: () => true };
const NEVER = (): ReadonlySet<number> => new Set();

/** Compiles a function, lets `spoil` do what it wants to the code, and checks that. */
function faultsOf(fn: IrFunction, spoil: (blocks: readonly CodeBlock[]) => boolean): readonly string[] | undefined {
  const live = livenessOf(selectFunction(fn, options));
  const places = new Places(live, allocate(live));
  const frame = new Frame(fn.slots, homesOf(live, places), () => undefined);
  const notes = emptyNotes();
  const { blocks } = emitFunction(places, frame, { index: 0, narrowed: NEVER(), notes });
  return spoil(blocks) ? checkAllocation(live.fn, blocks, frame, notes) : undefined;
}

const crowded = (seed: number): IrFunction => {
  const [fn] = randomProgram(randomFrom(seed), { statements: 30, longLived: 25, subprograms: 0 }).functions;
  if (fn === undefined) throw new Error("no function");
  return fn;
};

/** By what is done to one of the instructions that carry a value from place to place. */
const MISTAKES: Readonly<Record<string, (block: CodeBlock, at: number) => boolean>> = {
  "a value comes from another register": ({ body }, at) => {
    const i = body[at];
    if (i === undefined || i.opcode !== 0xbf || i.src > 9) return false;
    Object.assign(i, { src: (i.src + 1) % 10 });
    return true;
  },
  "a spilled value is loaded from another place": ({ body }, at) => {
    const i = body[at];
    if (i === undefined || i.opcode !== 0x79 || i.src !== 10) return false;
    Object.assign(i, { offset: i.offset + 8 });
    return true;
  },
  "a value is not stored": ({ body }, at) => {
    const i = body[at];
    if (i === undefined || i.opcode !== 0x7b || i.dst !== 10) return false;
    Object.assign(i, { offset: -4096 });
    return true;
  },
  "a constant is another one": ({ body }, at) => {
    const i = body[at];
    if (i === undefined || i.opcode !== 0xb7) return false;
    Object.assign(i, { imm: i.imm + 1 });
    return true;
  },
};

describe("code in which one instruction is wrong is found out", () => {
  test.each(Object.entries(MISTAKES))("%s", (_, spoil) => {
    let found = 0;
    let harmless = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const random = randomFrom(seed);
      const faults = faultsOf(crowded(seed), (blocks) => {
        const places = blocks.flatMap((block) => block.body.map((_, at) => ({ block, at })));
        for (let tries = 0; tries < 200; tries++) {
          const place = places[random(places.length)];
          if (place !== undefined && spoil(place.block, place.at)) return true;
        }
        return false;
      });
      if (faults === undefined) continue;
      if (faults.length > 0) found++;
      else harmless++; // such as a value that both registers hold, or a load of the script's own
    }
    expect(found).toBeGreaterThan(20);
    expect(found).toBeGreaterThan(harmless);
  });
});

test("code as it is made has no faults", () => {
  for (let seed = 1; seed <= 100; seed++)
    expect({ seed, faults: faultsOf(crowded(seed), () => true) }).toEqual({ seed, faults: [] });
});

const SEED = Number(process.env["TEST_SEED"] ?? 1);
const PROGRAMS = Number(process.env["TEST_PROGRAMS"] ?? 30);

test(`random scripts compile for new and old kernels, and pass all checks (TEST_SEED=${SEED})`, () => {
  const kernels = [savedFacts(), oldKernel()];
  for (let id = 0; id < PROGRAMS; id++) {
    const program = randomScript(randomFrom(SEED * 1_000_003 + id), id);
    const text = printProgram(program, id % 4 === 3 ? "tail calls" : "probes");
    for (const facts of kernels) {
      const compiling = { ...DEFAULT_OPTIONS, positional: program.positional, isChecked: true };
      // A fault is thrown.
      const { diagnostics } = compile({ name: `program ${id}`, text }, facts, FULL_LANGUAGE, compiling);
      expect(diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message)).toEqual([]);
    }
  }
}, 3_600_000);

function oldKernel(): KernelFacts {
  const supports = (feature: Feature): boolean => feature === "tail-calls";
  return new Proxy<KernelFacts>(savedFacts(), {
    get: (facts, name) => {
      if (name === "supports") return supports;
      const own: unknown = Reflect.get(facts, name, facts);
      return typeof own === "function" ? (own as (...args: unknown[]) => unknown).bind(facts) : own;
    },
  });
}
