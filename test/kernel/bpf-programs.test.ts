/** The kernel accepts what the back end makes, and runs it as the IR says. */
import { expect } from "vitest";
import { assemble } from "../../codegen/bpf/assembly/assemble.js";
import type { FunctionCode } from "../../codegen/bpf/machine/code.js";
import { decode, emitDebugInfo, generate, StackOverflowError, type GeneratedProgram } from "../../codegen/bpf/index.js";
import { BtfBuilder } from "../../codegen/btf/index.js";
import type { Feature } from "../../codegen/facts.js";
import { Builder } from "../../codegen/ir/builder.js";
import { parseProgram } from "../../codegen/ir/parse.js";
import type { IrProgram, Value } from "../../codegen/ir/ir.js";
import { span } from "../../grammar/source.js";
import { LiveFacts } from "../../src/kernel/live.js";
import { farJumps, farSwitch } from "../codegen/bpf/far-code.js";
import { randomFrom } from "../random.js";
import { kernelTest } from "../support/index.js";
import { interpret } from "../support/ir-interpreter.js";
import { KernelProgram, VerifierError, type LoadableProgram } from "../support/kernel-program.js";
import { GLOBAL_BYTES, HASH, randomContext, randomProgram } from "../support/random-program.js";

const MAPS = [{ keyBytes: 4, valueBytes: GLOBAL_BYTES }, HASH];
const PROGRAMS = 60;

const facts = new LiveFacts();
const present = (feature: Feature): boolean => facts.supports(feature);

function described(program: IrProgram, generated: GeneratedProgram): LoadableProgram {
  const btf = new BtfBuilder();
  const info = emitDebugInfo(program, generated, btf);
  return { ...generated, debug: { btf: btf.encode(), ...info } };
}

/** Runs one random program and compares everything that it leaves behind. */
function compare(seed: number, supports: (feature: Feature) => boolean): void {
  const random = randomFrom(seed);
  const program = randomProgram(random, {
    statements: 5 + random(50),
    longLived: 1 + random(30),
    subprograms: random(3),
  });
  const context = randomContext(random);
  let generated: GeneratedProgram;
  try {
    generated = generate(program, { supports });
  } catch (error) {
    if (error instanceof StackOverflowError) return;
    throw error;
  }
  const loaded = new KernelProgram(described(program, generated), MAPS);
  try {
    const result = loaded.run(context);
    const expected = interpret(program, MAPS, context);
    expect({ seed, result }).toEqual({ seed, result: Number(BigInt.asUintN(32, expected.result)) });
    expect({ seed, globals: Buffer.from(loaded.globals(0)).toString("hex") }).toEqual({
      seed,
      globals: expected.maps[0],
    });
    const entries = (expected.maps[1] ?? "").split(" ").slice(0, -1);
    expect({ seed, entries: loaded.entries(1) }).toEqual({ seed, entries });
  } finally {
    loaded.close();
  }
}

kernelTest("every random program is accepted and does what its IR does", { timeoutMs: 60_000 }, () => {
  for (let seed = 1; seed <= PROGRAMS; seed++) compare(seed, present);
});

kernelTest("the same holds of code for old kernels", { timeoutMs: 60_000 }, () => {
  for (let seed = 1001; seed <= 1000 + PROGRAMS; seed++) compare(seed, () => false);
});

kernelTest("a bound that was checked holds after the value went to the stack", {}, () => {
  const b = new Builder("bound", "program", ["context"]);
  const word = (i: number): Value => b.load(b.params[0] ?? b.int(0), 8 * i, 8);
  const index = word(0);
  const others = [1, 2, 3, 4, 5, 6].map(word);
  b.if("ult", index, b.int(64), {
    then: () => {
      // More values than registers, each used more often than the index.
      for (let turn = 0; turn < 12; turn++) {
        b.call("ktime_get_ns", []);
        others.forEach((other, i) => b.store(b.mapValue(0, 128), 8 * i, 8, b.add(other, b.int(turn))));
      }
      b.store(b.add(b.mapValue(0), index), 0, 1, b.int(7));
    },
  });
  b.exit(others.reduce((sum, other) => b.add(sum, other)));
  const program = { functions: [b.finish()] };
  for (const supports of [present, () => false]) {
    const loaded = new KernelProgram(described(program, generate(program, { supports })), MAPS);
    loaded.run(Uint8Array.from({ length: 64 }, (_, i) => (i === 0 ? 5 : 0)));
    expect(loaded.globals(0)[5]).toBe(7);
    loaded.close();
  }
});

const CALLBACK = `program p(v0: context) {
  slot s0: 24 align 8 "frame"
b0:
  v1: frame = slot-address s0
  v2 = const 0
  store u64 [v1 + 0], v2
  v3 = const 100
  v4: function = function 1
  v5 = call loop(v3, v4, v1, v2)
  v6 = load u64 [v1 + 0]
  exit v6
}
callback body(v0, v1: frame) {
b0:
  v2 = load u64 [v1 + 0]
  v3 = add v2, v0
  store u64 [v1 + 0], v3
  v4 = const 0
  exit v4
}`;

const MAY_GOTO = `program p(v0: context) {
b0:
  v1 = const 0
  jump b1(v1, v1)
b1(v2, v3):
  may-goto b2, b4
b2:
  v4 = const 1000
  branch slt v2, v4, b3, b4
b3:
  v5 = add v3, v2
  v6 = const 1
  v7 = add v2, v6
  jump b1(v7, v5)
b4:
  exit v3
}`;

const runText = (text: string): number => {
  const program = parseProgram(text);
  const loaded = new KernelProgram(described(program, generate(program, { supports: present })), MAPS);
  try {
    return loaded.run(new Uint8Array(8));
  } finally {
    loaded.close();
  }
};

kernelTest("a callback gets the address of its function", { needs: "bpf-loop" }, () => {
  expect(runText(CALLBACK)).toBe(4950);
});

kernelTest("may_goto goes on", { needs: "may-goto" }, () => {
  expect(runText(MAY_GOTO)).toBe(499_500);
});

kernelTest("jumps of more than 16 bits are accepted, with gotol and without", { timeoutMs: 60_000 }, () => {
  const b = new Builder("far", "program", ["context"]);
  const [context] = b.params;
  const word = b.load(context ?? b.int(0), 0, 8);
  const global = b.mapValue(0);
  b.if("eq", word, b.int(7), {
    then: () => {
      for (let i = 0; i < 40_000; i++) b.store(global, 8, 8, b.int(i));
    },
  });
  b.exit(b.load(global, 8, 8));
  const program = { functions: [b.finish()] };
  for (const supports of [present, () => false]) {
    const loaded = new KernelProgram(described(program, generate(program, { supports })), MAPS);
    expect(loaded.run(new Uint8Array(8))).toBe(0);
    expect(loaded.run(Uint8Array.of(7, 0, 0, 0, 0, 0, 0, 0))).toBe(39_999);
    loaded.close();
  }
});

/** Runs code that is assembled with jumps over islands, once for each first word of the context. */
function runOverIslands(code: FunctionCode, words: readonly number[]): readonly number[] {
  const assembled = assemble([code], { hasLongJumps: () => false }).code;
  expect(decode(assembled).some(({ opcode }) => opcode === LONG_JUMP)).toBe(false);
  const loaded = new KernelProgram({ code: assembled, relocations: [] }, []);
  try {
    return words.map((word) => loaded.run(new Uint8Array(new BigUint64Array([BigInt(word)]).buffer)));
  } finally {
    loaded.close();
  }
}

const LONG_JUMP = 0x06;

kernelTest("jumps in both directions hop over many islands", { timeoutMs: 60_000 }, () => {
  expect(runOverIslands(farJumps(100_000), [0])).toEqual([42]);
  expect(runOverIslands(farSwitch(3), [0, 1, 2])).toEqual([1000, 1001, 1002]);
  expect(runOverIslands(farSwitch(1000), [0, 1, 500, 999])).toEqual([1000, 1001, 1500, 1999]);
});

kernelTest("the verifier quotes the line of the script that it refuses", {}, () => {
  const file = { name: "demo.bt", text: "begin\n{\n  @a = *@b;\n}\n" };
  const b = new Builder("begin:1", "program", ["context"]);
  b.span = span(file, 10, 18);
  // A looked-up pointer without a check.
  const key = b.slotAddress(b.slot(8, 8, "key"));
  b.store(key, 0, 8, b.int(1));
  b.exit(b.load(b.call("map_lookup_elem", [b.map(1), key]), 0, 8));
  const program = { functions: [b.finish()] };
  const load = (): KernelProgram =>
    new KernelProgram(described(program, generate(program, { supports: present })), MAPS);
  expect(load).toThrow(VerifierError);
  expect(load).toThrow(/; @a = \*@b;.*\n(.*\n)*.*R0 invalid mem access 'map_value_or_null'/);
});
