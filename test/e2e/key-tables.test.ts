/**
 * Keyed aggregations in tables of ours (`codegen/kernel/key-table.ts`): nobody can tell them from hashes of the kernel but by the time
 * that they take.
 */
import { availableParallelism } from "node:os";
import { describe, expect } from "vitest";
import { compile } from "../../codegen/compile.js";
import type { KernelFacts } from "../../codegen/facts.js";
import { FULL_LANGUAGE } from "../../codegen/full-language.js";
import { trace } from "../../src/api/index.js";
import { LiveFacts } from "../../src/kernel/live.js";
import { transcript } from "../support/child.js";
import { compileC, type Finished, kernelTest, runTsbt } from "../support/index.js";

const HASHES = ["--no-feature", "compare_exchange"];

const run = (script: string, ...options: readonly string[]): Promise<Finished> =>
  runTsbt([...options, "-e", script], { timeoutMs: 60_000 });

/** Which kinds of maps the kernel is given. */
function kindsOf(text: string, facts: KernelFacts = new LiveFacts()): readonly string[] {
  const { object } = compile({ name: "script", text }, facts, FULL_LANGUAGE);
  return (object?.scriptMaps ?? []).map(({ map, table }) =>
    table === undefined ? (object?.maps[map]?.type ?? "") : "table",
  );
}

describe("maps that are tables", () => {
  const own = "tracepoint:syscalls:sys_enter_getppid";
  const ROWS: readonly (readonly [claim: string, script: string, kind: string])[] = [
    ["of which the script only adds to entries", `${own} { @[pid] = count(); }`, "table"],
    ["with a key of two halves of a word", `${own} { @[pid, tid] = stats(1); }`, "table"],
    ["which are printed and emptied", `${own} { @[pid] = max(1); print(@); clear(@); zero(@); }`, "table"],
    ["no: one is read", `${own} { @[pid] = count(); print((uint64)@[1]); }`, "percpu-hash"],
    ["no: an entry is printed", `${own} { @[pid] = count(); print(@[pid]); }`, "percpu-hash"],
    ["no: one is deleted", `${own} { @[pid] = count(); delete(@, pid); }`, "percpu-hash"],
    ["no: the map is looped over", `${own} { @[pid] = count(); for ($e : @) { } }`, "percpu-hash"],
    ["no: entries are counted", `${own} { @[pid] = count(); print(len(@)); }`, "percpu-hash"],
    ["no: keys are asked for", `${own} { @[pid] = count(); if (has_key(@, 1)) { } }`, "percpu-hash"],
    ["with a key of several words", `${own} { @[comm, pid, tid] = sum(1); clear(@); }`, "table"],
    [
      "also where loops of the program are callbacks",
      `begin { for ($i : 0..9) { @[$i] = count(); } exit(); }`,
      "table",
    ],
    ["with a key of an odd size", `${own} { @[str(curtask->comm, 5)] = count(); }`, "table"],
    ["with a string", `${own} { @[str(curtask->comm)] = hist(1); }`, "table"],
    [
      "no: a map of long strings that is emptied",
      `${own} { @[str(curtask->comm)] = count(); clear(@); }`,
      "percpu-hash",
    ],
    ["no: long strings of odd sizes", `${own} { @[str(curtask->comm, 100)] = count(); }`, "percpu-hash"],
    ["no: more than a long string", `${own} { @[str(curtask->comm), pid] = count(); }`, "percpu-hash"],
    ["no: the key is longer than four words", `${own} { @[comm, pid, tid, uid] = count(); }`, "percpu-hash"],
    ["no: the oldest entries go", `let @ = percpulruhash(10); ${own} { @[pid] = count(); }`, "lru-percpu-hash"],
    ["no: there is room for nothing", `config = { max_map_keys = 0 } ${own} { @[pid] = count(); }`, "percpu-hash"],
    ["no: it would be very large", `let @ = percpuhash(10000000); ${own} { @[pid] = count(); }`, "percpu-hash"],
  ];
  for (const [claim, script, kind] of ROWS)
    kernelTest(claim, { needs: "may-goto" }, () => {
      expect(kindsOf(script)).toEqual([kind]);
    });

  class Cpus extends LiveFacts {
    readonly #count: number;
    constructor(count: number) {
      super();
      this.#count = count;
    }
    override get possibleCpus(): number {
      return this.#count;
    }
  }

  kernelTest("of long values, as far as there is room for all CPUs of the machine", { needs: "may-goto" }, () => {
    const script = `${own} { @a[pid] = hist(1); @b[pid] = lhist(1, 0, 1000, 10); @c[pid] = lhist(1, 0, 4000, 4); @d[pid] = count(); }`;
    // 4 and 6 and 65 MiB for one CPU, and 0.1.
    expect(kindsOf(script, new Cpus(1))).toEqual(["table", "table", "percpu-hash", "table"]);
    expect(kindsOf(script, new Cpus(8))).toEqual(["table", "percpu-hash", "percpu-hash", "table"]);
    expect(kindsOf(script, new Cpus(64))).toEqual(["percpu-hash", "percpu-hash", "percpu-hash", "table"]);
  });
});

/** Keys for which there are slots of their own, their neighbours, and those that others take for nothing. */
const ODD = ["0", "1", "-1", "0x9e3779b97f4a7c15", "0x9e3779b97f4a7c14", "0x9e3779b97f4a7c16", "1 << 63"];
const oddKeys = (what: string): string => ODD.map((key) => `@[(uint64)(${key})] = ${what};`).join(" ");

/** More than what a long string is read by at once. */
const LETTERS = "abcdefghijklmnopqrstuvwxyz".repeat(3);

/** Scripts, and what they are to be printed with. */
const SAME: Readonly<Record<string, readonly [script: string, ...options: readonly string[]]>> = {
  "keys of all sizes and signs": [
    `begin {
      for ($i : 0..300) {
        @i8[(int8)$i] = count(); @u8[(uint8)$i] = sum($i); @i16[(int16)(0 - $i * 300)] = min($i);
        @u16[(uint16)($i * 299)] = max((uint64)$i); @i32[(int32)(0 - $i)] = avg($i); @u32[(uint32)$i << 20] = stats($i);
        @i64[0 - $i] = count(); @u64[(uint64)$i << 56 | (uint64)$i] = sum((uint64)$i); @bool[$i > 100] = stats($i);
        @pair[(int32)$i % 7, (int32)(0 - $i) % 5] = count(); @mixed[(uint8)$i, (int16)(0 - $i)] = max(0 - $i);
        @pointer[(int8 *)$i] = count(); @stddev[(int32)$i % 3] = stddev($i);
      }
    }`,
  ],
  "strings of eight bytes": [`begin { @[str("abcdefgh", 8)] = count(); @["a"] = count(); @["a"] = count(); }`],
  "strings of other sizes": [
    `begin {
      for ($i : 0..20) {
        @s3[str("abc", 3), $i] = count(); @s5[str("abcdefgh", 5)] = count(); @s6[str("abcdefgh", 6)] = sum($i); @s7[str("abcdefgh", 7)] = max($i);
        @s9[str("abcdefghijkl", 9)] = count(); @s13[str("abcdefghijklmnop", 13)] = min($i); @s21[str("abcdefghijklmnopqrstuvwxyz", 21)] = count();
        @s28[str("abcdefghijklmnopqrstuvwxyz", 28)] = count(); @s28[str("abcdefghijklmnopqrstuvwxyz 0", 28)] = count();
      }
    }`,
  ],
  "long strings": [
    `begin {
      for ($i : 0..90) {
        @s[str("${LETTERS}", $i)] = sum($i); @h[str("${LETTERS}", 90 - $i)] = hist($i); @fixed[str("${LETTERS}", 63)] = count();
        @short[str("", 80)] = count();
      }
    }`,
  ],
  "long strings that lie on the stack": [
    `begin { for ($i : 0..20) { @[str("${LETTERS}", 31)] = count(); @own[str(curtask->comm, 31)] = hist($i); } $s = "${LETTERS.slice(0, 31)}"; @var[$s] = sum(1); }`,
  ],
  "more long strings than there is room for": [
    `config = { max_map_keys = 20; max_strlen = 80 } begin { for ($i : 0..50) { @[str("${LETTERS}", $i)] = count(); } }`,
  ],
  "keys of several words": [
    `begin {
      for ($i : 0..300) {
        @u[(uint64)$i << 56, (uint64)$i] = count(); @i[0 - $i, $i * $i, $i % 3] = sum($i); @m[(int8)$i, $i, (int16)(0 - $i)] = avg($i);
        @comm[comm] = count(); @two[comm, (int32)$i] = stats($i); @wide[comm, $i << 40] = count(); @last[$i, 7, (uint32)$i << 31] = max($i);
        $t = ((int32)$i % 5, ((int32)1, $i % 7)); @tuple[$t] = count(); @part[$t.1] = count(); @same[(uint64)1 << 63, $i & 1] = count();
      }
    }`,
  ],
  "keys of several words that are emptied and come again": [
    `begin {
      for ($i : 0..50) { @[$i, $i % 3] = sum($i); } print(@); clear(@); for ($i : 20..70) { @[$i, $i % 3] = sum(1); } zero(@);
      for ($i : 0..9) { @[$i, $i % 3] = sum(7); } print(@); zero(@); for ($i : 60..80) { @[$i, $i % 3] = sum(9); }
    }`,
  ],
  histograms: [
    `begin {
      for ($i : 0..300) { @h[$i % 40] = hist($i * $i); @l[$i % 40, comm] = lhist($i, 0, 200, 5); @f[$i % 3] = hist($i, 3); }
      print(@h); clear(@h); zero(@l); for ($i : 10..90) { @h[$i] = hist($i); @l[$i % 7, comm] = lhist($i, 0, 200, 5); }
    }`,
  ],
  "more keys of several words than there is room for": [
    `config = { max_map_keys = 20 } begin { for ($i : 0..50) { @[$i * 3, $i] = count(); @[$i, $i] = count(); } }`,
  ],
  "odd keys": [`begin { ${oddKeys("count()")} ${oddKeys("count()")} }`],
  "odd keys that are emptied and come again": [
    `begin { ${oddKeys("sum(2)")} print(@); clear(@); ${oddKeys("sum(3)")} zero(@); print(@); ${oddKeys("sum(4)")} }`,
  ],
  "more keys than there is room for": [
    `config = { max_map_keys = 20 } begin { for ($i : 0..50) { @[$i * 3] = count(); @[$i] = count(); } }`,
  ],
  "room again, when the map was emptied": [
    `config = { max_map_keys = 20 }
     begin { for ($i : 0..30) { @[$i] = count(); } clear(@); }
     end { for ($i : 100..130) { @[$i] = count(); } }`,
  ],
  "odd keys have no room of their own": [`config = { max_map_keys = 3 } begin { ${oddKeys("count()")} }`],
  "declared sizes": [`let @ = percpuhash(5); begin { for ($i : 0..9) { @[$i] = count(); } }`],
  "the largest, divided": [`begin { for ($i : 0..100) { @[$i] = sum($i * 10); } print(@, 5, 10); print(@, 3); }`],
  "as JSON": [`begin { for ($i : 0..20) { @[(int32)$i, (int32)1] = stats($i); } print(@); zero(@); }`, "-f", "json"],
  "many places for one map": [
    `begin { ${Array.from({ length: 30 }, (_, i) => `@[${i % 4}] = avg(${i}); @b[pid != ${i}] = count();`).join(" ")} }`,
  ],
  "many places for one map, under keys of several words": [
    `begin { ${Array.from({ length: 30 }, (_, i) => `@[comm, ${i % 4}, uid] = avg(${i}); @b[comm, uid != ${i}] = count();`).join(" ")} }`,
  ],
  "in loops of a program with a large frame": [
    `config = { max_map_keys = 20000 } begin { for ($i : 0..20000) { @[$i, $i % 7] = sum($i); @b[$i] = hist($i); } exit(); }`,
  ],
  "in callbacks": [`begin { @n[1] = 1; for ($e : @n) { for ($i : 0..10) { @[$i] = count(); @[$i] = count(); } } }`],
  "under one key": [`begin { for ($i : 0..5000) { @[7] = count(); @m[7] = min($i - 9); } }`],
};

const sorted = (text: string): readonly string[] => text.split("\n").sort();

describe("tables and hashes print the same:", () => {
  for (const [claim, [script, ...options]] of Object.entries(SAME))
    kernelTest(claim, {}, async () => {
      const [tables, hashes] = [await run(script, ...options), await run(script, ...options, ...HASHES)];
      expect(tables.status, transcript(tables)).toBe(0);
      // Entries with one value come in the order in which they lie in the map.
      expect(sorted(tables.stdout)).toEqual(sorted(hashes.stdout));
      expect(tables.stderr).toBe(hashes.stderr);
    });
});

/** Children on all CPUs that make the same calls: each the one whose number is asked for, so many times. */
const callers = compileC(
  `
#define _GNU_SOURCE
#include <sched.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
int main(int argc, char **argv) {
  int children = atoi(argv[1]), calls = atoi(argv[2]), file = atoi(argv[3]);
  for (int i = 0; i < children; i++) {
    if (fork() != 0) continue;
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    CPU_SET(i % sysconf(_SC_NPROCESSORS_ONLN), &cpus);
    sched_setaffinity(0, sizeof cpus, &cpus);
    for (long call = 0; call < calls; call++) syscall(SYS_lseek, file, call, 0);
    _exit(0);
  }
  while (wait(0) > 0) continue;
  return 0;
}`,
);

const CHILDREN = 2 * availableParallelism();
const CALLS = 20_000;
/** No such file, and of no other run of this test. */
const FILE = -process.pid;
const seek = `tracepoint:syscalls:sys_enter_lseek / (int32)args.fd == ${FILE} /`;
const totals = (text: string, map: string): readonly number[] =>
  [...text.matchAll(new RegExp(`^${map}\\[.*\\]: (-?\\d+)$`, "gm"))].map(([, n]) => Number(n));
const sum = (numbers: readonly number[]): number => numbers.reduce((all, n) => all + n, 0);

describe("CPUs that come at the same time", () => {
  const fire = (script: string): Promise<Finished> =>
    runTsbt(["-c", `${callers} ${CHILDREN} ${CALLS} ${FILE}`, "-e", script], { timeoutMs: 60_000 });

  kernelTest("lose nothing, and make one entry of a key", { needs: "tracepoint" }, async () => {
    const result = await fire(`
      ${seek} {
        @same[1] = count(); @few[args.offset % 997] = sum(1); @own[tid] = count();
        @wide[(uint64)(args.offset % 31), (uint64)1 << 63, (uint32)(args.offset % 37)] = count(); @comm[comm] = count(); @text[str(curtask->comm)] = count();
      }`);
    // Many that begin alike, and are made at the same time.
    expect(totals(result.stdout, "@wide")).toHaveLength(31 * 37);
    expect(sum(totals(result.stdout, "@wide"))).toBe(CHILDREN * CALLS);
    for (const map of ["@comm", "@text"]) expect(totals(result.stdout, map)).toEqual([CHILDREN * CALLS]);
    expect(totals(result.stdout, "@same"), transcript(result)).toEqual([CHILDREN * CALLS]);
    expect(totals(result.stdout, "@few")).toHaveLength(997);
    expect(sum(totals(result.stdout, "@few"))).toBe(CHILDREN * CALLS);
    expect(totals(result.stdout, "@own")).toEqual(Array(CHILDREN).fill(CALLS));
  });

  for (const key of ["args.offset", "args.offset & 7, args.offset"])
    kernelTest(
      `fill a map to the last place under ${key}; what has none is counted`,
      { needs: "tracepoint" },
      async () => {
        const result = await fire(`config = { max_map_keys = 1000 } ${seek} { @[${key}] = count(); @all = count(); }`);
        const kept = totals(result.stdout, "@");
        const told = [...result.stderr.matchAll(/\((\d+) in all\)/g)].map(([, n]) => Number(n));
        expect(kept, transcript(result)).toHaveLength(1000);
        expect(sum(kept) + sum(told), transcript(result)).toBe(CHILDREN * CALLS);
        expect(result.stdout).toContain(`@all: ${CHILDREN * CALLS}\n`);
      },
    );

  kernelTest("lose nothing while the map is printed and emptied", { needs: "tracepoint" }, async () => {
    const script = `
      ${seek} {
        @c[args.offset % 500] = count(); @z[args.offset % 7] = sum(1); @all = count();
        @w[args.offset % 50, args.offset % 7] = count();
        if (args.offset % 2000 == 0) { print(@c); clear(@c); print(@z); zero(@z); print(@w); clear(@w); }
      }`;
    const result = await fire(script);
    expect(result.stdout, transcript(result)).toContain(`@all: ${CHILDREN * CALLS}\n`);
    // One that is on its way to an entry while it is taken is lost, as with hashes.
    const most = CHILDREN * CALLS;
    for (const map of ["@c", "@z", "@w"]) {
      expect(sum(totals(result.stdout, map))).toBeLessThanOrEqual(most);
      expect(sum(totals(result.stdout, map))).toBeGreaterThan(most * 0.999);
    }
  });
});

/** Beyond what the kernel numbers processes by. */
const NO_PROCESS = 5_000_000;

kernelTest(
  "programs read, delete and empty maps, and what they delete makes room",
  { needs: "tracepoint" },
  async () => {
    await using t = await trace(
      `config = { max_map_keys = 4 }
     tracepoint:syscalls:sys_enter_kill / pid == ${process.pid} && args.sig == 0 / { @[(int32)args.pid] = count(); }`,
    );
    const { "": map } = t.maps;
    for (let nobody = NO_PROCESS; nobody < NO_PROCESS + 10; nobody++) {
      expect(() => process.kill(nobody, 0)).toThrow("ESRCH");
      expect(await map.get(nobody)).toBe(1);
      expect([await map.delete(nobody), await map.delete(nobody), await map.get(nobody)]).toEqual([
        true,
        false,
        undefined,
      ]);
    }
    expect(() => process.kill(NO_PROCESS, 0)).toThrow("ESRCH");
    expect(await map.entries({ clear: true })).toEqual([[NO_PROCESS, 1]]);
    expect(await map.entries()).toEqual([]);
  },
);
