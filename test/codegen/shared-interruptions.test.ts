/**
 * Programs that use a shared table, interrupted before whatever they load, store or call by programs that use the same key or another
 * one of its home, and by user space: what comes out is what would come out if one had run after the other.
 */
import { describe, expect, test } from "vitest";
import { compile } from "../../codegen/compile.js";
import type { Feature } from "../../codegen/facts.js";
import { FULL_LANGUAGE } from "../../codegen/full-language.js";
import { HELPERS } from "../../codegen/kernel/helpers.js";
import { MIX } from "../../codegen/kernel/key-table.js";
import {
  keyShiftOf,
  MOST_PINS,
  type SharedTable,
  sharedTableBytes,
  slotOffset,
  UNMIX,
} from "../../codegen/kernel/shared-table.js";
import type { BpfObject } from "../../codegen/object.js";
import { SnapshotFacts } from "../../src/kernel/index.js";
import { keysIn, SharedTableMemory } from "../../src/runtime/shared-tables.js";
import { FACTS_DIRECTORY } from "../fixtures/facts.js";
import { runBpf } from "../support/bpf-interpreter.js";

class Facts extends SnapshotFacts {
  constructor() {
    super(FACTS_DIRECTORY);
  }
  override supports(feature: Feature): boolean {
    return feature === "compare-exchange" || feature === "may-goto" || super.supports(feature);
  }
}

/** What programs do with the key `$k`, and `$v`. What comes out is left in `@out`. */
const BODIES = {
  assign: "@[$k] = $v;",
  add: "@[$k] += $v;",
  step: "@out = @[$k]++;",
  read: "@out = @[$k];",
  has: "@out = has_key(@, $k) ? 1 : 0;",
  delete: "@out = delete(@, $k) ? 1 : 0;",
} as const;
type Operation = keyof typeof BODIES;

/** `take`: user space prints and clears the map. */
interface Step {
  readonly does: Operation | "take";
  readonly key: bigint;
  readonly value?: bigint;
}

const compiled = new Map<number, BpfObject>();

function objectFor(maxKeys: number): BpfObject {
  const probes = Object.values(BODIES).map(
    (body) => `rawtracepoint:sys_enter { $k = (uint64)jiffies; $v = (int64)nsecs; @out = (int64)0; ${body} }`,
  );
  const text = `config = { max_map_keys = ${maxKeys} } ${probes.join(" ")}`;
  const object = compiled.get(maxKeys) ?? compile({ name: "script", text }, new Facts(), FULL_LANGUAGE).object;
  if (object === undefined) throw new Error("does not compile");
  compiled.set(maxKeys, object);
  return object;
}

class Machine {
  readonly #object: BpfObject;
  readonly #globals: readonly Uint8Array[];
  readonly #entries: readonly Map<string, Uint8Array>[];
  readonly table: SharedTable;
  readonly #memory: Uint8Array;
  readonly #out: DataView;

  constructor(maxKeys: number) {
    this.#object = objectFor(maxKeys);
    const { maps, scriptMaps } = this.#object;
    this.#globals = maps.map(({ valueBytes }) => new Uint8Array(valueBytes));
    this.#entries = maps.map(() => new Map());
    const map = scriptMaps.find(({ shared }) => shared !== undefined);
    const memory = this.#globals[map?.map ?? -1];
    const out = this.#globals[scriptMaps.find(({ name }) => name === "@out")?.map ?? -1];
    if (map?.shared === undefined || memory === undefined || out === undefined) throw new Error("no shared table");
    this.table = map.shared;
    this.#memory = memory.subarray(0, sharedTableBytes(map.shared));
    this.#out = new DataView(out.buffer, out.byteOffset);
  }

  reset(): void {
    for (const bytes of this.#globals) bytes.fill(0);
    for (const entries of this.#entries) entries.clear();
  }

  /** @returns what comes out */
  run({ does, key, value = 0n }: Step, beforeEffect?: (effects: number) => void): bigint {
    if (does === "take") return this.#take();
    const program = this.#object.programs[Object.keys(BODIES).indexOf(does)];
    if (program === undefined) throw new Error(does);
    const outOfOthers = this.#out.getBigInt64(0, true);
    runBpf(program, this.#object.maps, new Uint8Array(64), {
      globals: this.#globals,
      entries: this.#entries,
      ...(beforeEffect === undefined ? {} : { beforeEffect }),
      helper: (id) => {
        if (id === HELPERS.jiffies64.id) return key;
        if (id === HELPERS.ktime_get_ns.id || id === HELPERS.ktime_get_boot_ns.id) return value;
        if (id === HELPERS.get_smp_processor_id.id) return 0n;
        return undefined;
      },
    });
    const out = this.#out.getBigInt64(0, true);
    this.#out.setBigInt64(0, outOfOthers, true);
    return out;
  }

  get #hash(): Map<string, Uint8Array> {
    return this.#entries[this.table.elsewhere] ?? new Map<string, Uint8Array>();
  }

  /** @returns the sum of all values that were there, as does {@link model} */
  #take(): bigint {
    const memory = new SharedTableMemory(this.table, this.#memory);
    const there = [...this.#hash].map(([text, value]) => [keyOf(text), valueOf(value)] as const);
    this.#hash.clear();
    for (const [key] of there) memory.forget(key);
    const { count, values } = memory.read("goes", new Set(there.map(([key]) => key)));
    const view = new DataView(values.bytes.buffer);
    const here = Array.from({ length: count }, (_, i) => view.getBigInt64(8 * i, true));
    return [...there.map(([, value]) => value), ...here].reduce((sum, value) => sum + value, 0n);
  }

  entries(): Entries {
    const here = new SharedTableMemory(this.table, this.#memory).read();
    const values = new DataView(here.values.bytes.buffer);
    const all = new Map(keysIn(here).map((key, i) => [key, values.getBigInt64(8 * i, true)]));
    for (const [text, bytes] of this.#hash) {
      const key = keyOf(text);
      if (all.has(key)) throw new Error(`${key} is in both`);
      all.set(key, valueOf(bytes));
    }
    return all;
  }

  /** The state of a key's home but for the key. */
  marks(key: bigint): bigint {
    return this.#states.getBigUint64(this.#homeOf(key), true) & ((1n << BigInt(keyShiftOf(this.table))) - 1n);
  }

  /** As if so many programs were in the midst of an assignment. */
  pin(key: bigint, pins: number): void {
    const at = this.#homeOf(key);
    this.#states.setBigUint64(at, this.#states.getBigUint64(at, true) + BigInt(pins), true);
  }

  get #states(): DataView {
    return new DataView(this.#memory.buffer, this.#memory.byteOffset);
  }

  #homeOf(key: bigint): number {
    return slotOffset(Number(BigInt.asUintN(64, key * MIX) >> (64n - BigInt(keyShiftOf(this.table)))));
  }
}

const keyOf = (text: string): bigint => Buffer.from(text, "hex").readBigUInt64LE();
const valueOf = (bytes: Uint8Array): bigint => Buffer.from(bytes).readBigInt64LE();

type Entries = ReadonlyMap<bigint, bigint>;

/** One step on a plain map. @returns what comes out */
function model(entries: Map<bigint, bigint>, { does, key, value = 0n }: Step): bigint {
  const old = entries.get(key);
  switch (does) {
    case "assign":
      entries.set(key, value);
      return 0n;
    case "add":
    case "step":
      entries.set(key, (old ?? 0n) + (does === "step" ? 1n : value));
      return does === "step" ? (old ?? 0n) : 0n;
    case "read":
      return old ?? 0n;
    case "has":
      return old === undefined ? 0n : 1n;
    case "delete":
      return entries.delete(key) ? 1n : 0n;
    case "take": {
      const sum = [...entries.values()].reduce((sum, value) => sum + value, 0n);
      entries.clear();
      return sum;
    }
  }
}

/** All that can be seen, as a text. */
const seenAs = (entries: Entries, outs: ReadonlyMap<Step, bigint>, steps: readonly Step[]): string =>
  `${[...entries].map(([key, value]) => `${NAMES.get(key)}=${value}`).sort()} after ${steps.map((step) => outs.get(step))}`;

const A = 77n;
/** Another key of the same home. */
const neighbour = (n: bigint): bigint => BigInt.asUintN(64, (BigInt.asUintN(64, A * MIX) ^ n) * UNMIX);
const [B, C] = [neighbour(5n), neighbour(9n)];
const NAMES: ReadonlyMap<bigint, string> = new Map([
  [A, "A"],
  [B, "B"],
  [C, "C"],
]);
const textOf = ({ does, key, value }: Step): string => `${does} ${NAMES.get(key)} ${value ?? ""}`;

const BEFORE: Readonly<Record<string, readonly Step[]>> = {
  nothing: [],
  "its own key": [{ does: "assign", key: A, value: 1n }],
  "another key of its home": [{ does: "assign", key: B, value: 2n }],
  "both, its own elsewhere": [
    { does: "assign", key: B, value: 2n },
    { does: "assign", key: A, value: 1n },
  ],
  "its own, elsewhere": [
    { does: "assign", key: B, value: 2n },
    { does: "assign", key: A, value: 1n },
    { does: "delete", key: B },
  ],
};

const INTERRUPTIONS: readonly (readonly Step[])[] = [
  [{ does: "assign", key: A, value: 40n }],
  [{ does: "add", key: A, value: 50n }],
  [{ does: "step", key: A }],
  [{ does: "read", key: A }],
  [{ does: "has", key: A }],
  [{ does: "delete", key: A }],
  [{ does: "assign", key: B, value: 60n }],
  [{ does: "step", key: B }],
  [{ does: "delete", key: B }],
  [{ does: "take", key: A }],
  [
    { does: "assign", key: A, value: 41n },
    { does: "delete", key: A },
  ],
  [
    { does: "delete", key: A },
    { does: "assign", key: A, value: 42n },
  ],
  [
    { does: "delete", key: A },
    { does: "assign", key: B, value: 61n },
  ],
  [
    { does: "delete", key: A },
    { does: "step", key: A },
  ],
  [
    { does: "assign", key: C, value: 70n },
    { does: "delete", key: B },
    { does: "assign", key: B, value: 62n },
  ],
  [
    { does: "delete", key: B },
    { does: "assign", key: A, value: 43n },
    { does: "assign", key: B, value: 63n },
  ],
  [
    { does: "take", key: A },
    { does: "assign", key: B, value: 64n },
    { does: "assign", key: A, value: 44n },
  ],
];

const FIRST: readonly Step[] = [
  { does: "assign", key: A, value: 10n },
  { does: "add", key: A, value: 20n },
  { does: "step", key: A },
  { does: "read", key: A },
  { does: "has", key: A },
  { does: "delete", key: A },
];

/** The first step comes before, between or after the others. */
function outcomes(before: readonly Step[], first: Step, others: readonly Step[]): ReadonlySet<string> {
  const all = new Set<string>();
  for (let i = 0; i <= others.length; i++) {
    const entries = new Map<bigint, bigint>();
    for (const step of before) model(entries, step);
    const outs = new Map<Step, bigint>();
    for (const step of [...others.slice(0, i), first, ...others.slice(i)]) outs.set(step, model(entries, step));
    all.add(seenAs(entries, outs, [first, ...others]));
  }
  return all;
}

/**
 * An addition that is late, as with the kernel's hashes: when its entry has been taken meanwhile it is lost, and when another key has
 * come in the place of its own it goes there. And an assignment for which user space has waited in vain.
 */
function late(before: readonly Step[], first: Step, others: readonly Step[]): ReadonlySet<string> {
  const all = new Set<string>();
  const isGone = others.some(({ does, key }) => does === "take" || (does === "delete" && key === A));
  if (first.does === "read" || first.does === "has" || first.does === "delete" || !isGone) return all;
  for (const to of first.does === "assign" ? [undefined] : [undefined, B, C]) {
    const entries = new Map<bigint, bigint>();
    for (const step of before) model(entries, step);
    const isTaken = entries.has(A) && others.some(({ does }) => does === "take");
    const outs = new Map<Step, bigint>([[first, first.does === "step" ? (entries.get(A) ?? 0n) : 0n]]);
    for (const step of others) outs.set(step, model(entries, step));
    if (to !== undefined && entries.has(to)) outs.set(first, model(entries, { ...first, key: to }));
    else if (!isTaken) continue;
    all.add(seenAs(entries, outs, [first, ...others]));
  }
  return all;
}

/** Nobody has left anything behind: when all keys have gone the home is as it was, and as many come as may. */
function expectNothingLeft(machine: Machine, what: string): void {
  for (const key of [A, B, C]) machine.run({ does: "delete", key });
  if (machine.marks(A) !== 0n) throw new Error(`${what}: marks ${machine.marks(A)}`);
  for (const key of [A, B, C]) machine.run({ does: "assign", key, value: 3n });
  if (machine.entries().size !== 3) throw new Error(`${what}: places are lost`);
}

const KEYS = 3;
const machine = new Machine(KEYS + 1);

describe("interrupted at one place", () => {
  for (const [claim, before] of Object.entries(BEFORE))
    test(`where there is ${claim}: as one after the other`, { timeout: 60_000 }, () => {
      let interrupted = 0;
      for (const first of FIRST)
        for (const others of INTERRUPTIONS) {
          const expected = [...outcomes(before, first, others), ...late(before, first, others)];
          for (let at = 0, isThere = true; isThere; at++) {
            isThere = false;
            machine.reset();
            for (const step of before) machine.run(step);
            const outs = new Map<Step, bigint>();
            const interrupt = (effects: number): void => {
              if (effects !== at) return;
              isThere = true;
              for (const other of others) outs.set(other, machine.run(other));
            };
            outs.set(first, machine.run(first, interrupt));
            if (!isThere) break;
            interrupted++;
            const what = `${textOf(first)} before effect ${at}, by ${others.map(textOf).join(", ")}`;
            const seen = seenAs(machine.entries(), outs, [first, ...others]);
            if (!expected.includes(seen)) expect.soft(expected, what).toContain(seen);
            expectNothingLeft(machine, what);
          }
        }
      expect(interrupted).toBeGreaterThan(500);
    });
});

/** The same numbers each time. */
function numbers(): (below: number) => number {
  let state = 1n;
  return (below) => {
    state = BigInt.asUintN(64, state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n);
    return Number((state >> 33n) % BigInt(below));
  };
}

test("interrupted by what is interrupted itself: as one after the other", { timeout: 60_000 }, () => {
  const random = numbers();
  const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T;
  const value = (): bigint => BigInt(100 + random(1000));
  const operations = ["assign", "assign", "read", "has", "delete"] as const;
  const step = (keys: readonly bigint[]): Step => ({ does: pick(operations), key: pick(keys), value: value() });
  for (let i = 0; i < 1500; i++) {
    const before = pick(Object.values(BEFORE));
    const steps = [step([A]), step([A, A, B]), step([A, A, B])] as const;
    const places = [random(12), random(12)];
    machine.reset();
    for (const other of before) machine.run(other);
    const outs = new Map<Step, bigint>();
    const run = (depth: number): void => {
      const it = steps[depth];
      if (it === undefined) return;
      outs.set(
        it,
        machine.run(it, (effects) => effects === places[depth] && run(depth + 1)),
      );
    };
    run(0);
    const done = steps.filter((it) => outs.has(it));
    const expected = orders(done).map((order) => {
      const entries = new Map<bigint, bigint>();
      for (const other of before) model(entries, other);
      const expectedOuts = new Map(order.map((it) => [it, model(entries, it)]));
      return seenAs(entries, expectedOuts, done);
    });
    const what = `${before.map(textOf).join(", ")}; ${done.map(textOf).join(" by ")} at ${places.join()}`;
    const seen = seenAs(machine.entries(), outs, done);
    if (!expected.includes(seen)) expect.soft(expected, what).toContain(seen);
    expectNothingLeft(machine, what);
  }
});

const orders = <T>(all: readonly T[]): readonly (readonly T[])[] =>
  all.length === 0
    ? [[]]
    : all.flatMap((one) => orders(all.filter((other) => other !== one)).map((rest) => [one, ...rest]));

test("one after the other, in a map that is full at times: as a plain map", () => {
  const random = numbers();
  const small = new Machine(5);
  // Some of one home, the others in groups of their own.
  const keys = [A, B, C, 0n, BigInt.asUintN(64, -1n), 1n, 2n, 3n, 1n << 63n];
  const entries = new Map<bigint, bigint>();
  let refused = 0;
  for (let i = 0; i < 4000; i++) {
    const does = (["assign", "add", "step", "read", "has", "delete"] as const)[random(6)] ?? "read";
    const it: Step = { does, key: keys[random(keys.length)] ?? A, value: BigInt(i) };
    const makes = does === "assign" || does === "add" || does === "step";
    const isRefused = makes && entries.size === 5 && !entries.has(it.key);
    if (isRefused) refused++;
    const expected = isRefused ? 0n : model(entries, it);
    expect(small.run(it), textOf(it)).toBe(expected);
    if (i % 50 === 0) expect(new Map([...small.entries()].sort())).toEqual(new Map([...entries].sort()));
  }
  expect(refused).toBeGreaterThan(100);
});

test("more keys of one home than can be counted elsewhere", () => {
  const many = new Machine(200);
  const keys = Array.from({ length: 150 }, (_, n) => neighbour(BigInt(n)));
  const all = new Map(keys.map((key, i) => [key, BigInt(i)]));
  for (const turn of [1, 2]) {
    for (const [key, value] of all) many.run({ does: "assign", key, value });
    expect(many.entries(), `${turn}`).toEqual(new Map([...many.entries().keys()].map((key) => [key, all.get(key)])));
    expect(many.entries().size).toBe(150);
    for (const key of keys) expect(many.run({ does: "delete", key })).toBe(1n);
    for (const key of keys) expect(many.run({ does: "has", key })).toBe(0n);
    expect(many.entries().size).toBe(0);
  }
});

test("as many in the midst of an assignment as can be counted: it is as if one of them came later", () => {
  machine.reset();
  machine.run({ does: "assign", key: A, value: 1n });
  machine.pin(A, MOST_PINS);
  machine.run({ does: "assign", key: A, value: 2n });
  machine.run({ does: "add", key: A, value: 5n });
  machine.run({ does: "assign", key: B, value: 3n });
  expect(machine.run({ does: "read", key: A })).toBe(6n);
  expect(machine.entries()).toEqual(
    new Map([
      [A, 6n],
      [B, 3n],
    ]),
  );
  expect(machine.run({ does: "delete", key: A })).toBe(1n);
  machine.run({ does: "assign", key: A, value: 4n });
  machine.pin(A, -MOST_PINS);
  expect(machine.run({ does: "read", key: A })).toBe(4n);
  expectNothingLeft(machine, "unpinned");
});
