/**
 * Keyed aggregations in tables of ours (`codegen/kernel/key-table.ts`): nobody can tell them from hashes of the kernel but by the time
 * that they take.
 */
import { availableParallelism } from "node:os";
import { describe, expect } from "vitest";
import { compile } from "../../codegen/compile.js";
import { FULL_LANGUAGE } from "../../codegen/full-language.js";
import { trace } from "../../src/api/index.js";
import { LiveFacts } from "../../src/kernel/live.js";
import { transcript } from "../support/child.js";
import { compileC, type Finished, kernelTest, runTsbt } from "../support/index.js";

const HASHES = ["--no-feature", "compare_exchange"];

const run = (script: string, ...options: readonly string[]): Promise<Finished> =>
  runTsbt([...options, "-e", script], { timeoutMs: 60_000 });

/** Which kinds of maps the kernel is given. */
function kindsOf(text: string): readonly string[] {
  const { object } = compile({ name: "script", text }, new LiveFacts(), FULL_LANGUAGE);
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
    ["no: the key is longer than a word", `${own} { @[comm] = count(); }`, "percpu-hash"],
    ["no: the values are long", `${own} { @[pid] = hist(1); }`, "percpu-hash"],
    ["no: the oldest entries go", `let @ = percpulruhash(10); ${own} { @[pid] = count(); }`, "lru-percpu-hash"],
    ["no: there is room for nothing", `config = { max_map_keys = 0 } ${own} { @[pid] = count(); }`, "percpu-hash"],
    ["no: it would be very large", `let @ = percpuhash(10000000); ${own} { @[pid] = count(); }`, "percpu-hash"],
  ];
  for (const [claim, script, kind] of ROWS)
    kernelTest(claim, { needs: "may-goto" }, () => {
      expect(kindsOf(script)).toEqual([kind]);
    });
});

/** Keys for which there are slots of their own, their neighbours, and those that others take for nothing. */
const ODD = ["0", "1", "-1", "0x9e3779b97f4a7c15", "0x9e3779b97f4a7c14", "0x9e3779b97f4a7c16", "1 << 63"];
const oddKeys = (what: string): string => ODD.map((key) => `@[(uint64)(${key})] = ${what};`).join(" ");

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
    const result = await fire(`${seek} { @same[1] = count(); @few[args.offset % 997] = sum(1); @own[tid] = count(); }`);
    expect(totals(result.stdout, "@same"), transcript(result)).toEqual([CHILDREN * CALLS]);
    expect(totals(result.stdout, "@few")).toHaveLength(997);
    expect(sum(totals(result.stdout, "@few"))).toBe(CHILDREN * CALLS);
    expect(totals(result.stdout, "@own")).toEqual(Array(CHILDREN).fill(CALLS));
  });

  kernelTest("fill a map to the last place; what has none is counted", { needs: "tracepoint" }, async () => {
    const result = await fire(`config = { max_map_keys = 1000 } ${seek} { @[args.offset] = count(); @all = count(); }`);
    const kept = totals(result.stdout, "@");
    const told = [...result.stderr.matchAll(/\((\d+) in all\)/g)].map(([, n]) => Number(n));
    expect(kept, transcript(result)).toHaveLength(1000);
    expect(sum(kept) + sum(told), transcript(result)).toBe(CHILDREN * CALLS);
    expect(result.stdout).toContain(`@all: ${CHILDREN * CALLS}\n`);
  });

  kernelTest("lose nothing while the map is printed and emptied", { needs: "tracepoint" }, async () => {
    const script = `
      ${seek} {
        @c[args.offset % 500] = count(); @z[args.offset % 7] = sum(1); @all = count();
        if (args.offset % 2000 == 0) { print(@c); clear(@c); print(@z); zero(@z); }
      }`;
    const result = await fire(script);
    expect(result.stdout, transcript(result)).toContain(`@all: ${CHILDREN * CALLS}\n`);
    // One that is on its way to an entry while it is taken is lost, as with hashes.
    const most = CHILDREN * CALLS;
    for (const map of ["@c", "@z"]) {
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
