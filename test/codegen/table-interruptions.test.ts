/**
 * Programs that add to a table of ours, interrupted before each of their instructions: by a program on the same CPU (an interrupt,
 * a probe in a helper), by one on another CPU, and by user space that empties the map.
 */
import { describe, expect, test } from "vitest";
import { compile } from "../../codegen/compile.js";
import type { Feature } from "../../codegen/facts.js";
import { FULL_LANGUAGE } from "../../codegen/full-language.js";
import { HELPERS } from "../../codegen/kernel/helpers.js";
import type { BpfObject } from "../../codegen/object.js";
import { layoutOf } from "../../codegen/kernel/key-table.js";
import { SnapshotFacts } from "../../src/kernel/index.js";
import { TableMemory } from "../../src/runtime/key-tables.js";
import { FACTS_DIRECTORY } from "../fixtures/facts.js";
import { type BpfImage, runBpf } from "../support/bpf-interpreter.js";
import type { MapModel } from "../support/ir-interpreter.js";

class Facts extends SnapshotFacts {
  constructor() {
    super(FACTS_DIRECTORY);
  }
  override supports(feature: Feature): boolean {
    return feature === "compare-exchange" || feature === "may-goto" || super.supports(feature);
  }
}

/** What makes an event: the parts of its key, and where it is. */
interface Event {
  readonly tid: number;
  readonly uid: number;
  readonly cpu: number;
}

const event = (tid: number, uid: number, cpu = 0): Event => ({ tid, uid, cpu });
const nameOf = ({ tid, uid }: Event): string => `${tid},${uid}`;

const TEXT_BYTES = 40;

const compiled = new Map<string, BpfObject>();

/** Once for all runs. */
function objectOf(text: string): BpfObject {
  const object = compiled.get(text) ?? compile({ name: "script", text }, new Facts(), FULL_LANGUAGE).object;
  if (object === undefined) throw new Error(`does not compile: ${text}`);
  compiled.set(text, object);
  return object;
}

interface Options {
  readonly maxKeys?: number | undefined;
  readonly end?: string;
  /** Statements that come before. */
  readonly before?: string;
}

/** One script that counts by key, and its memory. */
class Script {
  readonly #image: BpfImage;
  readonly #maps: readonly MapModel[];
  readonly #globals: readonly Uint8Array[];
  readonly #keyBytes: number;
  readonly table: TableMemory;
  losses = 0;

  constructor(key: string, { maxKeys = 8, end = "", before = "" }: Options = {}) {
    const text = `config = { max_map_keys = ${maxKeys} } rawtracepoint:sys_enter { ${before} @[${key}] = count(); } ${end}`;
    const object = objectOf(text);
    const {
      programs: [program],
      scriptMaps: [map],
    } = object;
    if (program === undefined || map?.table === undefined) throw new Error(`no table: ${text}`);
    this.#image = program;
    this.#maps = object.maps;
    this.#globals = object.maps.map(({ valueBytes }) => new Uint8Array(valueBytes));
    this.#keyBytes = map.table.keyBytes;
    const memory = this.#globals[map.map]?.subarray(0, layoutOf(map.table).bytes) ?? new Uint8Array();
    this.table = new TableMemory(map.table, memory);
  }

  /** @returns how many instructions it had. @param interrupt - what happens before the instruction of that number */
  run({ tid, uid, cpu }: Event, interrupt?: { readonly at: number; readonly by: () => void }): number {
    const { steps } = runBpf(this.#image, this.#maps, new Uint8Array(64), {
      globals: this.#globals,
      before: (steps) => {
        if (steps === interrupt?.at) interrupt.by();
      },
      helper: (id) => {
        if (id === HELPERS.get_current_pid_tgid.id) return BigInt(tid);
        if (id === HELPERS.get_current_uid_gid.id) return BigInt(uid);
        if (id === HELPERS.get_smp_processor_id.id) return BigInt(cpu);
        // The only look-up is the one for the counter of warnings: there was no room.
        if (id === HELPERS.map_lookup_elem.id) this.losses++;
        return undefined;
      },
    });
    return steps;
  }

  #nameAt(keys: DataView, at: number): string {
    if (this.#keyBytes === TEXT_BYTES) {
      const bytes = Buffer.from(keys.buffer, keys.byteOffset + at, TEXT_BYTES);
      return bytes.toString("latin1").replace(/\0+$/, "");
    }
    return [keys.getUint32(at, true), this.#keyBytes === 4 ? 0 : keys.getUint32(at + 8, true)].join(",");
  }

  /** What was counted, by key. */
  counts(reading = this.table.read()): Readonly<Record<string, number>> {
    const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const [keys, values] = [view(reading.keys.bytes), view(reading.values.bytes)];
    return Object.fromEntries(
      Array.from({ length: reading.count }, (_, i) => {
        const at = i * this.#keyBytes;
        const name = this.#nameAt(keys, at);
        let count = 0;
        for (let cpu = 0; cpu < reading.cpus; cpu++)
          count += values.getUint32(i * reading.valueStride + cpu * reading.cpuStride, true);
        return [name, count];
      }),
    );
  }
}

/** Of 39 characters: five words with the NUL. What comes first tells them apart in the last, in the third and in the first. */
const TEXTS: Readonly<Record<number, string>> = {
  1: "a-string-of-several-words-that-ends-ab.",
  2: "a-string-of-several-words-that-ends-ac.",
  3: "a-string-of-severa",
  4: "not-like-the-others",
};
const CHOICE = `$s = "${TEXTS[1]}"; ${[2, 3, 4].map((tid) => `if (tid == ${tid}) { $s = "${TEXTS[tid]}"; }`).join(" ")}`;

const tally = (events: readonly Event[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const event of events) counts[nameOf(event)] = (counts[nameOf(event)] ?? 0) + 1;
  return counts;
};

/** The first two keys begin with the same word, and the others share words with them. */
const [A, B, C] = [event(1, 7), event(1, 7 + 2 ** 24), event(2, 7)];
const elsewhere = (event: Event): Event => ({ ...event, cpu: 1 });

/** Runs an event that is interrupted by others, once for each instruction that it has. */
function everywhere(
  make: () => Script,
  first: Event,
  interruption: (script: Script) => void,
  check: (script: Script, at: number) => void,
): void {
  const steps = make().run(first);
  expect(steps).toBeGreaterThan(50);
  for (let at = 0; at < steps; at++) {
    const script = make();
    script.run(first, { at, by: () => interruption(script) });
    check(script, at);
  }
}

const KEYS = { "one word": "(uint32)tid", "two words": "(uint32)tid, (uint64)uid" };

describe.each(Object.entries(KEYS))("a key of %s", (size, key) => {
  const isWide = size !== "one word";
  // Where only the first part is looked at, B is A.
  const seen = (events: readonly Event[]): readonly Event[] =>
    isWide ? events : events.map((event) => ({ ...event, uid: 0 }));

  const OTHERS: Readonly<Record<string, readonly Event[]>> = {
    "the same key on another CPU": [elsewhere(A)],
    "a key that begins alike": isWide ? [B] : [C],
    "several keys, on the same CPU and another one": isWide
      ? [B, elsewhere(A), C, elsewhere(B), B]
      : [C, elsewhere(A), C],
  };
  for (const [claim, others] of Object.entries(OTHERS))
    test(`interrupted by ${claim}, all is counted once`, () => {
      everywhere(
        () => new Script(key),
        A,
        (script) => others.forEach((other) => script.run(other)),
        (script, at) => {
          expect({ at, counts: script.counts(), losses: script.losses }).toEqual({
            at,
            counts: tally(seen([A, ...others])),
            losses: 0,
          });
          // And each key is where it is looked for.
          for (const event of [A, ...others]) script.run(event);
          const twice = tally(seen([A, ...others, A, ...others]));
          expect({ at, counts: script.counts() }).toEqual({ at, counts: twice });
        },
      );
    });

  test("where there is room for one key only one of two gets it, and the other is told of", () => {
    everywhere(
      () => new Script(key, { maxKeys: 1 }),
      A,
      (script) => script.run(isWide ? B : C),
      (script, at) => {
        const keys = Object.keys(script.counts());
        expect({ at, keys: keys.length, losses: script.losses }).toEqual({ at, keys: 1, losses: 1 });
      },
    );
  });

  for (const times of [1, 2, 3, 4])
    test(`overtaken by ${times} emptyings, it is counted or lost, and becomes no other key`, () => {
      everywhere(
        () => new Script(key, { end: "end { clear(@); zero(@); }" }),
        A,
        (script) => {
          for (let done = 0; done < times; done++) {
            script.run(elsewhere(C));
            expect(Object.keys(script.counts(script.table.take()))).toContain(nameOf(...(seen([C]) as [Event])));
          }
        },
        (script, at) => {
          const [first] = seen([A]) as [Event];
          expect([{}, tally([first])], `interrupted at ${at}`).toContainEqual(script.counts());
          // What it has left behind is in nobody's way.
          const others = Array.from({ length: 7 }, (_, i) => event(20 + 7 * at + i, 8 + i));
          for (const other of others) script.run(other);
          const { [nameOf(first)]: _, ...counts } = script.counts();
          expect({ at, keys: Object.keys(counts).sort() }).toEqual({ at, keys: seen(others).map(nameOf).sort() });
          // One that had found its slot adds to that of the bank that is in use again, as to an element that a hash of the
          // kernel has given to another key.
          const late = Object.values(counts).reduce((all, n) => all + n, -others.length);
          expect(times % 2 === 0 ? [0, 1] : [0], `interrupted at ${at}`).toContain(late);
          // There is room for all that may be: what was late has taken none for good.
          script.table.take();
          for (let tid = 10; tid < 18; tid++) script.run(event(tid, 7));
          expect({ at, losses: script.losses, count: script.table.read().count }).toEqual({ at, losses: 0, count: 8 });
        },
      );
    });

  test("interrupted by zero(), it keeps its key or has none", () => {
    everywhere(
      () => new Script(key, { end: "end { clear(@); zero(@); }" }),
      A,
      (script) => {
        script.run(elsewhere(C));
        script.table.takeToZero();
      },
      (script, at) => {
        const [first, kept] = seen([A, C]).map(nameOf) as [string, string];
        const now = script.counts();
        expect(now[kept], `interrupted at ${at}`).toBe(0);
        expect([undefined, 0, 1]).toContain(now[first]);
        expect(Object.keys(now).length).toBeLessThanOrEqual(2);
        script.run(elsewhere(A));
        expect({ at, [kept]: script.counts()[kept], has: (script.counts()[first] ?? 0) > 0 }).toEqual({
          at,
          [kept]: 0,
          has: true,
        });
      },
    );
  });
});

describe("a text", () => {
  const script = (maxKeys?: number): Script => new Script("$s", { maxKeys, before: CHOICE });
  const texts = (tids: readonly number[]): Readonly<Record<string, number>> => {
    const counts: Record<string, number> = {};
    for (const tid of tids) counts[TEXTS[tid] ?? ""] = (counts[TEXTS[tid] ?? ""] ?? 0) + 1;
    return counts;
  };
  const OTHERS: Readonly<Record<string, readonly number[]>> = {
    "the same": [1],
    "one that ends otherwise": [2],
    "one that ends before": [3],
    "several, twice": [4, 3, 2, 1, 4, 3, 2, 1],
  };
  for (const [claim, others] of Object.entries(OTHERS))
    test(`interrupted by ${claim}, all is counted once`, () => {
      const run = (to: Script): void => {
        for (const tid of others) to.run(event(tid, 7, 1));
      };
      everywhere(script, event(1, 7), run, (script, at) => {
        const counts = texts([1, ...others]);
        expect({ at, counts: script.counts(), losses: script.losses }).toEqual({ at, counts, losses: 0 });
        run(script);
        expect({ at, counts: script.counts() }).toEqual({ at, counts: texts([1, ...others, ...others]) });
      });
    });

  test("where there is room for one only one of two gets it, and the other is told of", () => {
    everywhere(
      () => script(1),
      event(1, 7),
      (script) => script.run(event(2, 7, 1)),
      (script, at) => {
        const keys = Object.keys(script.counts()).length;
        expect({ at, keys, losses: script.losses }).toEqual({ at, keys: 1, losses: 1 });
      },
    );
  });
});
