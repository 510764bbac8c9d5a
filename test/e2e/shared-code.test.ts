/** Many places that do the same share its code: what each of them says, counts and loses is still its own. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect } from "vitest";
import { transcript } from "../support/child.js";
import { kernelTest, runTsbt } from "../support/index.js";

const times = (count: number, text: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => text(i)).join(" ");

/** So many calls in one probe make functions that the verifier looks at by themselves. */
const COUNTS = { "a few": 12, "very many": 150 } as const;

describe.each(Object.entries(COUNTS))("%s places", (_, count) => {
  const places = Array.from({ length: count }, (_, i) => i);

  kernelTest("send events with their own text and values", {}, async () => {
    const print = (i: number): string => `$n += 3; printf("${i}: %d %s %d|%c\\n", $n, comm, (int8)(-${i % 100}), 65);`;
    const result = await runTsbt(["-e", `begin { $n = (int64)0; ${times(count, print)} exit(); }`]);
    const wanted = places.map((i) => `${i}: ${3 * (i + 1)} tsbt ${-(i % 100)}|A\n`).join("");
    expect(result.stdout, transcript(result)).toBe(`${wanted}\n\n`);
  });

  kernelTest("observe their own samples under their own keys", {}, async () => {
    const observe = (i: number): string =>
      `@h[${i % 4}] = hist(${i % 4}); @n[${i}, "text"] = count(); @m[(uint8)${i}] = max(${-i}); @l[${i}] = lhist(${i}, 0, 200, 10); @s[${i}] = sum(${i} - 5);`;
    const result = await runTsbt(["-f", "json", "-e", `begin { ${times(count, observe)} exit(); }`]);
    const maps = Object.assign({}, ...result.stdout.split("\n").filter(Boolean).map(dataOf)) as Record<string, unknown>;
    const by = <T>(value: (i: number) => T, key = (i: number) => `${i}`): Record<string, T> =>
      Object.fromEntries(places.map((i) => [key(i), value(i)]));
    expect(maps["@n"], transcript(result)).toEqual(
      by(
        () => 1,
        (i) => `${i},text`,
      ),
    );
    expect(maps["@m"]).toEqual(by((i) => -i + 0));
    expect(maps["@s"]).toEqual(by((i) => i - 5));
    const uses = (i: number): number => Math.ceil((count - i) / 4);
    expect(maps["@h"]).toEqual({
      0: [{ min: 0, max: 0, count: uses(0) }],
      1: [{ min: 1, max: 1, count: uses(1) }],
      2: [{ min: 2, max: 3, count: uses(2) }],
      3: [{ min: 2, max: 3, count: uses(3) }],
    });
    expect(maps["@l"]).toEqual(by((i) => [{ min: i - (i % 10), max: i - (i % 10) + 9, count: 1 }]));
  });

  kernelTest("warn of their own maps and lines when there is no room", {}, async () => {
    const observe = (i: number): string => `@m[${i}] = count();\n`;
    const result = await runTsbt(["-e", `let @m = percpuhash(1);\nbegin { ${times(count, observe)} exit(); }`]);
    expect(result.stdout, transcript(result)).toBe("\n\n@m[0]: 1\n");
    const lines = [...result.stderr.matchAll(/^stdin:(\d+):\d+-\d+: WARNING: Map full; /gm)].map(([, line]) =>
      Number(line),
    );
    expect(lines.toSorted((a, b) => a - b)).toEqual(places.slice(1).map((i) => i + 2));
  });
});

function dataOf(line: string): object {
  const { type, data } = JSON.parse(line) as { type: string; data: object };
  return ["map", "hist"].includes(type) ? data : {};
}

const MANY = 3000;

kernelTest("what each of several probes loses is counted as its own", {}, async () => {
  const flood = (name: string, calls: number): string =>
    `for ($i : 0..${MANY}) { ${times(calls, (i) => `printf("${name} ${i} %d\\n", $i);`)} } @runs_${name}++;`;
  const script = `interval:ms:20 / @runs_a < 5 / { ${flood("a", 6)} } interval:ms:30 / @runs_b < 5 / { ${flood("b", 120)} }
    interval:ms:10 / @runs_a == 5 && @runs_b == 5 / { exit(); } begin { @runs_a = 0; @runs_b = 0; }`;
  const result = await runTsbt(["-e", script], { env: { BPFTRACE_PERF_RB_PAGES: "1" } });
  for (const [name, calls, probe] of [
    ["a", 6, "interval:ms:20"],
    ["b", 120, "interval:ms:30"],
  ] as const) {
    const shown = result.stdout.match(new RegExp(`^${name} \\d+ \\d+$`, "gm"))?.length ?? 0;
    const lost = Number(new RegExp(`^WARNING: Lost by ${probe}: (\\d+) events`, "m").exec(result.stderr)?.[1]);
    expect(shown, transcript({ ...result, stdout: "" })).toBeGreaterThan(0);
    expect(shown + lost).toBe(5 * MANY * calls);
  }
});

kernelTest(
  "9,000 events in one probe are more jumps than the verifier follows in a row, and arrive",
  { timeoutMs: 90_000 },
  async () => {
    const script = join(mkdtempSync(join(tmpdir(), "tsbt-shared-code-")), "many.bt");
    writeFileSync(script, `begin { ${times(9000, (i) => `printf("%d ${i}\\n", pid);`)} exit(); }`);
    const { stdout } = await runTsbt([script], { timeoutMs: 60_000 });
    rmSync(dirname(script), { recursive: true });
    const numbers = [...stdout.matchAll(/^\d+ (\d+)$/gm)].map(([, n]) => Number(n));
    expect(numbers.length).toBe(9000);
    expect(numbers.every((n, i) => n === i)).toBe(true);
  },
);
