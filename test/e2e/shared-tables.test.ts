/**
 * Maps that programs assign, change, read and delete, in tables of ours (`codegen/kernel/shared-table.ts`): nobody can tell them from
 * hashes of the kernel but by the time that they take.
 */
import { availableParallelism } from "node:os";
import { describe, expect } from "vitest";
import { compile } from "../../codegen/compile.js";
import type { Architecture, KernelFacts } from "../../codegen/facts.js";
import { FULL_LANGUAGE } from "../../codegen/full-language.js";
import { UNMIX } from "../../codegen/kernel/shared-table.js";
import { LiveFacts } from "../../src/kernel/live.js";
import { callers } from "../support/callers.js";
import { transcript } from "../support/child.js";
import { type Finished, kernelTest, runTsbt } from "../support/index.js";

const HASHES = ["--no-feature", "compare_exchange"];

const run = (script: string, ...options: readonly string[]): Promise<Finished> =>
  runTsbt([...options, "-e", script], { timeoutMs: 60_000 });

function kindsOf(text: string, facts: KernelFacts = new LiveFacts()): readonly string[] {
  const { object } = compile({ name: "script", text }, facts, FULL_LANGUAGE);
  return (object?.scriptMaps ?? []).map(({ map, shared }) =>
    shared === undefined ? (object?.maps[map]?.type ?? "") : shared.losesKeys ? "table that loses keys" : "table",
  );
}

class Arm extends LiveFacts {
  override readonly arch: Architecture = "aarch64";
}

describe("maps that are shared tables", () => {
  const own = "tracepoint:syscalls:sys_enter_getppid";
  const ROWS: readonly (readonly [claim: string, script: string, kind: string])[] = [
    ["of which entries are assigned", `${own} { @[tid] = nsecs; }`, "table"],
    [
      "of which entries are assigned and deleted",
      `${own} { @[tid] = nsecs; delete(@, tid); }`,
      "table that loses keys",
    ],
    ["whose entries are counted in place", `${own} { @[tid]++; }`, "table"],
    ["that are emptied", `${own} { @[tid]++; print(@); clear(@); }`, "table that loses keys"],
    ["that are printed and zeroed", `${own} { @[tid]++; print(@); zero(@); }`, "table"],
    ["that are asked for keys", `${own} { @[(int8)1] = 1; if (has_key(@, 1)) { exit(); } }`, "table"],
    ["no: the map is looped over", `${own} { @[tid] = 1; for ($e : @) { } }`, "hash"],
    ["no: entries are counted", `${own} { @[tid] = 1; print(len(@)); }`, "hash"],
    ["with a key of two halves of a word", `${own} { @[tid, pid] = 1; }`, "table"],
    ["no: a key of more than a word", `${own} { @[tid, nsecs] = 1; }`, "hash"],
    ["no: a key of three bytes", `${own} { @[(int8)1, (int8)2, (int8)3] = 1; }`, "hash"],
    ["no: a string is the key", `${own} { @[comm] = 1; }`, "hash"],
    ["no: a string is the value", `${own} { @[tid] = comm; }`, "hash"],
    ["no: the oldest entries go", `let @ = lruhash(10); ${own} { @[tid] = 1; }`, "lru-hash"],
    ["no: there is room for nothing", `config = { max_map_keys = 0 } ${own} { @[tid] = 1; }`, "hash"],
    ["no: it would be very large", `config = { max_map_keys = 10000000 } ${own} { @[tid] = 1; }`, "hash"],
  ];
  for (const [claim, script, kind] of ROWS)
    kernelTest(claim, { needs: "may-goto" }, () => {
      if (process.arch === "x64") expect(kindsOf(script)).toEqual([kind]);
    });

  kernelTest("no: the processor loads out of order", { needs: "may-goto" }, () => {
    expect(kindsOf(`begin { @[tid] = 1; }`, new Arm())).toEqual(["hash"]);
  });
});

/** Keys of one home: this, and this with any number of the other added. */
const [BASE, NEXT] = ["((uint64)77 << 40)", `(uint64)${UNMIX}`];
const colliding = (n: string): string => `${BASE} + ${n} * ${NEXT}`;

const EVERY_WIDTH = `
  @i8[(int8)$i] = $i; @u8[(uint8)$i] = (uint8)$i; @i16[(int16)(0 - $i * 300)] = (int16)(0 - $i); @u16[(uint16)($i * 299)] = (uint16)$i;
  @i32[(int32)(0 - $i)] = (int32)(0 - $i); @u32[(uint32)$i << 20] = (uint32)$i << 4; @i64[0 - $i] = 0 - $i; @u64[(uint64)$i << 56 | (uint64)$i] = (uint64)$i << 60;
  @bool[$i > 100] = $i > 50; @pointer[(int8 *)$i] = (int8 *)$i; @small[$i] = (int8)$i; @step[(int16)$i % 7]++; @down[(int8)$i % 7]--;
  @sum[$i % 31] += $i; @minus[(uint32)$i % 31] -= $i; @product[$i % 3] *= 2; @set[(uint8)$i]++;`;

const SAME: Readonly<Record<string, readonly [script: string, ...options: readonly string[]]>> = {
  "keys and values of every width": [`begin { for ($i : 0..300) { ${EVERY_WIDTH} } }`],
  "keys and values of every width, read and deleted": [
    `begin {
      for ($i : 0..300) { ${EVERY_WIDTH}
        if ($i % 5 == 0) {
          printf("%d %d %d %d %d %d %d %d\\n", @i8[(int8)$i], @u8[(uint8)$i], @i16[(int16)(0 - $i * 300)], @u16[(uint16)($i * 299)], @i32[(int32)(0 - $i)], @u32[(uint32)$i << 20], @i64[0 - $i], @small[$i]);
          delete(@i8, (int8)$i); delete(@u8, (uint8)$i); delete(@i16[(int16)(0 - $i * 300)]); delete(@u16, (uint16)($i * 299)); delete(@i32, (int32)(0 - $i));
          delete(@u32, (uint32)$i << 20); delete(@i64, 0 - $i); delete(@u64, (uint64)$i << 56 | (uint64)$i); delete(@pointer, (int8 *)$i); delete(@set, (uint8)$i);
          printf("%d %d %d\\n", has_key(@i8, (int8)$i), @i16[(int16)(0 - $i * 300)], has_key(@i64, 1 - $i));
        }
      }
    }`,
  ],
  "odd keys": [
    `begin {
      @i[0] = 1; @i[-1] = 2; @i[(int64)1 << 63] = 3; @i[((int64)1 << 63) - 1] = 4; @u[(uint64)0] = 5; @u[(uint64)-1] = 6; @s[(int32)-1] = 7; @s[(int32)0] = 8; @b[(int8)-1] = 9; @b[(int8)0] = -1;
      printf("%d %d %d %d\\n", @i[-1], @u[(uint64)-1], @s[-1], @b[-1]);
      printf("%d %d %d %d\\n", delete(@i, -1), delete(@i, -1), has_key(@i, 0), has_key(@i, -1)); @i[-1]++;
    }`,
  ],
  "keys of several parts": [
    `begin {
      for ($i : 0..50) {
        @two[(int32)$i % 5, (int32)0 - $i % 7] = $i; @padded[(int8)$i % 9, (int32)0 - $i]++; @small[(int8)$i, (int8)0 - $i] = $i; @middle[(int16)$i % 3, (uint16)$i] -= $i;
        $t = ((int16)$i, (int32)$i); @tuple[$t] = $i; @symbol[ksym((uint64)$i)] = $i;
        if ($i % 3 == 0) { printf("%d %d\\n", delete(@tuple, $t), has_key(@padded, ((int8)$i % 9, (int32)0 - $i))); delete(@two[(int32)$i % 5, (int32)0 - $i % 7]); }
      }
    }`,
  ],
  "keys that are not there": [
    `begin { @[1] = 1; printf("%d %d %d %d\\n", @[2], has_key(@, 2), delete(@, 2), @[1]); @[2] += @[3]; @[4] = @[1] + @[1]; print(@[1]); print(@[9]); }`,
  ],
  "old and new values": [
    `begin { for ($i : 0..9) { printf("%d %d %d %d\\n", @[$i % 3]++, ++@[$i % 2], @[$i % 2]--, --@[$i % 4]); } delete(@, 0); printf("%d\\n", @[0]++); }`,
  ],
  "keys of one home": [
    `begin {
      for ($i : 0..100) { @[${colliding("(uint64)$i")}] = $i; @n[${colliding("(uint64)$i % 9")}]++; }
      for ($i : 0..100) { if (@[${colliding("(uint64)$i")}] != $i) { printf("%d\\n", $i); } if ($i % 3 == 0) { delete(@, ${colliding("(uint64)$i")}); } }
      for ($i : 50..120) { @[${colliding("(uint64)$i")}] += 1000; @n[${colliding("(uint64)$i % 9")}]--; }
      print(@n); zero(@n); @n[${colliding("(uint64)3")}] += 5;
    }`,
  ],
  "keys of one home that go and come": [
    `begin {
      for ($i : 0..400) { $k = ${colliding("(uint64)$i % 5")}; @[$k] = $i; @[$k]++; if ($i % 3 != 1) { printf("%d %d\\n", delete(@, $k), delete(@, $k)); } }
    }`,
  ],
  "cleared, and filled again": [
    `begin { for ($i : 0..50) { @[$i] = $i; @c[${colliding("(uint64)$i")}]++; } print(@); clear(@); print(@c); clear(@c); }
     end { print(@); for ($i : 40..60) { @[$i] = 1; @c[${colliding("(uint64)$i")}]++; } }`,
  ],
  "zeroed, and counted on": [
    `begin { for ($i : 0..20) { @[$i] = $i; @c[${colliding("(uint64)$i")}] = $i; } zero(@); zero(@c); }
     end { print(@); for ($i : 10..30) { @[$i]++; @c[${colliding("(uint64)$i")}]++; } print(@c); zero(@c); print(@); clear(@); }`,
  ],
  "printed at each event": [
    `begin { for ($i : 0..5) { @[$i % 3] = $i; print(@); } delete(@, 1); print(@); clear(@); print(@); }`,
  ],
  "the largest, divided": [`begin { for ($i : 0..100) { @[$i] = $i * 10; } print(@, 5, 10); print(@, 3); }`],
  "as JSON": [
    `begin { for ($i : 0..5) { @[(int32)0 - $i] = $i; @c[${colliding("(uint64)$i")}] = 1; } print(@); clear(@); @u[(int8)-1] = (uint8)200; }`,
    "-f",
    "json",
  ],
  "more keys than there is room for": [
    `config = { max_map_keys = 20 } begin { for ($i : 0..50) { @[$i * 3] = $i; @[$i]++; @c[${colliding("(uint64)$i")}] = $i; } }`,
  ],
  "room that deleted keys leave": [
    `config = { max_map_keys = 5 }
     begin { for ($i : 0..100) { @[$i] = $i; @c[${colliding("(uint64)$i")}]++; delete(@, $i - 4); delete(@c, ${colliding("(uint64)($i - 4)")}); } }`,
  ],
  "room that emptying leaves": [
    `config = { max_map_keys = 20 } begin { for ($i : 0..30) { @[$i] = 1; @c[${colliding("(uint64)$i")}] = 1; } clear(@); clear(@c); }
     end { for ($i : 100..130) { @[$i] = 2; @c[${colliding("(uint64)$i")}] = 2; } }`,
  ],
  "many places for one map": [
    `begin { ${Array.from({ length: 30 }, (_, i) => `@[${i % 4}] = ${i}; @b[pid != ${i}]++; delete(@b, false);`).join(" ")} }`,
  ],
  "a large map": [
    `config = { max_map_keys = 300000 } begin { for ($i : 0..3000) { @[$i * 7919] = $i; if ($i % 2 == 0) { delete(@, $i * 7919); } } }`,
  ],
};

const sorted = (text: string): readonly string[] => text.split("\n").sort();

describe("shared tables and hashes print the same:", () => {
  for (const [claim, [script, ...options]] of Object.entries(SAME))
    kernelTest(claim, {}, async () => {
      const [tables, hashes] = [await run(script, ...options), await run(script, ...options, ...HASHES)];
      expect(tables.status, transcript(tables)).toBe(0);
      // Entries with one value come in the order in which they lie in the map.
      expect(sorted(tables.stdout)).toEqual(sorted(hashes.stdout));
      expect(tables.stderr).toBe(hashes.stderr);
    });
});

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
  const last = "$n = (uint64)args.offset";

  kernelTest("lose no addition, and make one entry of a key", { needs: "tracepoint" }, async () => {
    const result = await fire(
      `${seek} { ${last}; @same[1]++; @few[args.offset % 997]++; @own[tid]++; @home[${colliding("($n % 8)")}]++; }`,
    );
    expect(totals(result.stdout, "@same"), transcript(result)).toEqual([CHILDREN * CALLS]);
    expect(totals(result.stdout, "@few")).toHaveLength(997);
    expect(sum(totals(result.stdout, "@few"))).toBe(CHILDREN * CALLS);
    expect(totals(result.stdout, "@own")).toEqual(Array(CHILDREN).fill(CALLS));
    expect(totals(result.stdout, "@home")).toEqual(Array(8).fill((CHILDREN * CALLS) / 8));
    expect(result.stderr).not.toContain("Map full");
  });

  /** Each thread has keys of its own, all of one home: it sees what it has done, whatever others do beside it. */
  for (const [claim, key] of [
    ["of one home", colliding("(uint64)tid")],
    ["anywhere", "(uint64)tid * 7919 + $n % 100"],
  ] as const)
    kernelTest(`keep apart keys ${claim} that come and go`, { needs: "tracepoint" }, async () => {
      const result = await fire(`
        config = { max_map_keys = 40 }
        ${seek} {
          ${last}; $k = ${key};
          if (has_key(@k, $k)) { @bad[1]++; }
          @k[$k] = $n + 1; if (@k[$k] != $n + 1) { @bad[2]++; }
          @k[$k] = $n + 7; @k[$k]++; if (@k[$k] != $n + 8) { @bad[3]++; }
          if (!has_key(@k, $k)) { @bad[4]++; }
          if (!delete(@k, $k)) { @bad[5]++; }
          if (@k[$k] != 0) { @bad[6]++; }
          if (delete(@k, $k)) { @bad[7]++; }
          @calls[1]++;
        }
        end { for ($i : 0..40) { @k[(uint64)$i] = 5; } }`);
      expect(totals(result.stdout, "@bad"), transcript(result)).toEqual([]);
      expect(totals(result.stdout, "@calls")).toEqual([CHILDREN * CALLS]);
      // Nobody has left anything behind, not a place either.
      expect(totals(result.stdout, "@k")).toEqual(Array(40).fill(5));
      expect(result.stderr).not.toContain("Map full");
    });

  kernelTest("never see another key's value", { needs: "tracepoint" }, async () => {
    const result = await fire(`
      config = { max_map_keys = 8 }
      ${seek} {
        ${last}; $m = ($n ^ (uint64)tid) % 4; $k = ${colliding("$m")};
        @k[$k] = ($n << 8) | $m;
        $o = ($n >> 2) % 4; $v = @k[${colliding("$o")}];
        if ($v != 0 && ($v & 255) != $o) { @bad[$o]++; }
        if ($n % 3 != 0) { delete(@k, ${colliding("(($n >> 1) % 4)")}); }
        @calls[1]++;
      }
      end {
        for ($i : 0..4) { $v = @k[${colliding("(uint64)$i")}]; if ($v != 0 && ($v & 255) != (uint64)$i) { @bad[(uint64)$i]++; } delete(@k, ${colliding("(uint64)$i")}); }
        for ($i : 0..8) { @k[(uint64)$i] = 5; }
      }`);
    expect(totals(result.stdout, "@bad"), transcript(result)).toEqual([]);
    expect(totals(result.stdout, "@k")).toEqual(Array(8).fill(5));
    expect(totals(result.stdout, "@calls")).toEqual([CHILDREN * CALLS]);
    expect(result.stderr).not.toContain("Map full");
  });

  kernelTest(
    "fill a map to the last place; what has none is counted, and deleted keys make room",
    { needs: "tracepoint" },
    async () => {
      const result = await fire(`
      config = { max_map_keys = 50 }
      ${seek} {
        ${last}; @k[$n % 200]++; @c[${colliding("($n % 200)")}]++; @kept[$n % 100000]++;
        if ($n % 2 == 0) { delete(@k, ($n * 7) % 200); delete(@c, ${colliding("(($n * 7) % 200)")}); }
      }
      end {
        for ($i : 0..200) { delete(@k, (uint64)$i); delete(@c, ${colliding("(uint64)$i")}); }
        for ($i : 0..50) { @k[(uint64)$i] = 5; @c[(uint64)$i] = 5; }
      }`);
      for (const map of ["@k", "@c"]) expect(totals(result.stdout, map), transcript(result)).toEqual(Array(50).fill(5));
      const kept = totals(result.stdout, "@kept");
      expect(kept).toHaveLength(50);
    },
  );

  kernelTest("count all that has no place", { needs: "tracepoint" }, async () => {
    const result = await fire(`config = { max_map_keys = 1000 } ${seek} { @[args.offset]++; @all = count(); }`);
    const kept = totals(result.stdout, "@");
    const told = [...result.stderr.matchAll(/\((\d+) in all\)/g)].map(([, n]) => Number(n));
    expect(kept, transcript(result)).toHaveLength(1000);
    expect(sum(kept) + sum(told), transcript(result)).toBe(CHILDREN * CALLS);
  });

  kernelTest("lose next to nothing while the map is printed and emptied", { needs: "tracepoint" }, async () => {
    const result = await fire(`
      ${seek} {
        ${last}; @c[$n % 500]++; @z[${colliding("($n % 7)")}]++; @h[${colliding("($n % 5)")}]++; @all = count();
        if ($n % 2000 == 0) { print(@c); clear(@c); print(@z); zero(@z); print(@h); clear(@h); }
      }`);
    expect(result.stdout, transcript(result)).toContain(`@all: ${CHILDREN * CALLS}\n`);
    // An addition that is on its way to an entry while that is taken is lost, as with hashes.
    const most = CHILDREN * CALLS;
    for (const map of ["@c", "@z", "@h"]) {
      expect(sum(totals(result.stdout, map)), map).toBeLessThanOrEqual(most);
      expect(sum(totals(result.stdout, map)), map).toBeGreaterThan(most * 0.999);
    }
  });
});
