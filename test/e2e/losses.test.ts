/** What finds no room in the ring is counted, and what must arrive does (probes-and-cli.md 15, output.md 10). */
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect } from "vitest";
import { transcript } from "../support/child.js";
import { compileC, type Finished, kernelTest, runTsbt } from "../support/index.js";
import { kernelIsAtLeast } from "../support/running-kernel.js";

const SMALL_RING = { BPFTRACE_PERF_RB_PAGES: "1" };

/** Far more than a page or two have room for. */
const MANY = 20_000;
const FLOOD = `for ($i : 0..${MANY}) { printf("line %d\\n", $i); }`;

const run = (script: string, ...options: readonly string[]): Promise<Finished> =>
  runTsbt([...options, "-e", script], { env: SMALL_RING });

const linesOf = ({ stdout }: Finished): number => stdout.match(/^line \d+$/gm)?.length ?? 0;

/** The sum of what was told while it ran, and the total at the end. */
function lossesOf({ stderr }: Finished): { readonly told: number; readonly total: number } {
  const told = [...stderr.matchAll(/^Lost (\d+) events$/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
  return { told, total: Number(/^WARNING: Total lost event count: (\d+)$/m.exec(stderr)?.[1] ?? 0) };
}

describe("a ring that is too small", () => {
  kernelTest("every event is either shown or counted as lost", {}, async () => {
    const result = await run(`begin { ${FLOOD} }`);
    const { told, total } = lossesOf(result);
    expect(told, transcript(result)).toBe(total);
    expect(linesOf(result) + total, transcript(result)).toBe(MANY);
  });

  kernelTest("and so it is while user space reads", { timeoutMs: 40_000 }, async () => {
    const script = `interval:ms:20 / @n < 20 / { ${FLOOD} @n++; if (@n == 20) { exit(); } } end { clear(@n); }`;
    const result = await run(script);
    const { told, total } = lossesOf(result);
    expect(told, transcript(result)).toBe(total);
    expect(linesOf(result) + total, transcript(result)).toBe(20 * MANY);
  });

  kernelTest("exit() arrives, with its status", {}, async () => {
    const result = await run(`interval:ms:50 { ${FLOOD} exit(7); } end { printf("end\\n"); }`);
    expect(result.status, transcript(result)).toBe(7);
    expect(result.stdout).toMatch(/\nend\n\n\n$/);
  });

  kernelTest("what is done to maps arrives, in its order", {}, async () => {
    const result = await run(
      `begin { @n = 1; @k[1] = count(); ${FLOOD} print(@n); clear(@n); print(@k); zero(@k); print(@n); clear(@k); }`,
    );
    expect(result.stdout, transcript(result)).toMatch(/\n@n: 1\n@k\[1\]: 1\n@n: 0\n\n\n$/);
    expect(linesOf(result) + lossesOf(result).total).toBe(MANY);
  });

  kernelTest(
    "exit() arrives though more than enough is done to maps before; what does not arrive is counted",
    {},
    async () => {
      const result = await run(`begin { @n = 1; ${FLOOD} for ($i : 0..${MANY}) { print(@n); } exit(7); }`);
      expect(result.status, transcript(result)).toBe(7);
      const printed = result.stdout.match(/^@n: 1$/gm)?.length ?? 0;
      // Once more at the end.
      expect(linesOf(result) + printed - 1 + lossesOf(result).total).toBe(2 * MANY);
    },
  );

  kernelTest("warnings take no room, and are told when there is none", {}, async () => {
    const warns = `for ($i : 0..${MANY}) { @m[$i] = 1; }`;
    const quiet = await run(`let @m = hash(1); begin { ${warns} }`, "-q");
    expect(lossesOf(quiet).total, transcript(quiet)).toBe(0);
    expect(quiet.stdout).toBe("\n\n@m[0]: 1\n");
    const full = await run(`let @m = hash(1); begin { ${FLOOD} ${warns} }`, "-q");
    for (const { stderr } of [quiet, full]) {
      expect(stderr.match(/Map full/g)).toHaveLength(2);
      expect(stderr).toMatch(/Map full; .*`\nAdditional Info - helper: map_update_elem, retcode: -7\n/);
      expect(stderr).toContain(`\`let @a = hash(5000)\` (${MANY - 1} in all)\n`);
    }
    expect(linesOf(full) + lossesOf(full).total).toBe(MANY);
  });

  kernelTest("what never finds room is warned of, with a remedy", {}, async () => {
    const script = "config = { max_strlen = 1000000 } begin { $s = str((uint8 *)0); print(($s, 1)); print(2); }";
    const result = await run(script);
    expect(result.stderr, transcript(result)).toMatch(
      /^stdin:1:\d+-\d+: WARNING: This sends 1\d{6} bytes .*: it will be lost\.\n.*\n +~+\nHINT: .*perf_rb_pages = 256 }`\n/,
    );
    expect(result.stdout).toBe("2\n\n\n");
    expect(lossesOf(result)).toEqual({ told: 1, total: 1 });
  });

  kernelTest("-f json tells of losses in records", {}, async () => {
    const result = await run(`begin { ${FLOOD} }`, "-f", "json");
    const records = result.stdout.split("\n").filter(Boolean);
    const lost = records.flatMap((line) => {
      const record = JSON.parse(line) as { type: string; data: { events: number } };
      return record.type === "lost_events" ? [record.data.events] : [];
    });
    const shown = records.filter((line) => line.startsWith('{"type": "printf"')).length;
    expect(shown + lost.reduce((a, b) => a + b, 0), transcript(result)).toBe(MANY);
  });
});

describe("a probe that floods the ring", () => {
  /** Each line is larger than the one before, as text, unless order is lost. */
  const FLOODING = `interval:ms:1 / @n < 300 / { for ($i : 0..2000) { printf("line %d\\n", @n * 2000 + $i); } @n++; if (@n == 300) { exit(); } }`;

  kernelTest("takes no room from others, whose events are in their places; all are exactly counted", {}, async () => {
    const rare = `interval:ms:10 { printf("rare %d %s\\n", @r, strftime("%Y", nsecs)); @r++; } interval:ms:15 { print(("text", @t)); @t++; @shown = @t; print(@shown); }`;
    const result = await run(`begin { @n = 0; @r = 0; @t = 0; } ${FLOODING} ${rare} end { clear(@shown); }`);
    const { stdout, stderr } = result;
    const final = (map: string): number => Number(new RegExp(`^@${map}: (\\d+)$`, "m").exec(stdout.slice(-200))?.[1]);
    // What was sent after exit() is thrown away.
    const rares = [...stdout.matchAll(/^rare (\d+) 2\d{3}$/gm)].map(([, n]) => Number(n));
    expect([final("r"), final("r") - 1], transcript(result)).toContain(rares.length);
    expect(rares).toEqual(rares.map((_, i) => i));
    const texts = [...stdout.matchAll(/^\(text, (\d+)\)\n(?:line.*\n|rare.*\n)*@shown: (\d+)$/gm)];
    expect([final("t"), final("t") - 1], transcript(result)).toContain(texts.length);
    expect(texts.map(([, n]) => Number(n))).toEqual(texts.map((_, i) => i));
    const lines = [...stdout.matchAll(/^line (\d+)$/gm)].map(([, n]) => Number(n));
    expect(lines).toEqual(lines.toSorted((a, b) => a - b));
    const { total } = lossesOf(result);
    expect(total).toBeGreaterThan(0);
    expect(lines.length + total).toBe(300 * 2000);
    expect(stderr.match(/^WARNING: Lost by .*$/gm)).toEqual([
      `WARNING: Lost by interval:ms:1: ${total} events (ring full)`,
    ]);
  });
});

describe("losses by probe and cause", () => {
  /** Two that lose events, one that loses updates, and one that loses nothing. */
  const SCRIPT = `let @m = hash(1); begin { @sent = (uint64)0; } interval:ms:20 { ${FLOOD} } interval:ms:30 { ${FLOOD.replace("line", "other")} @n++; if (@n == 5) { exit(); } }
    interval:ms:10 { for ($i : 0..10) { @m[$i] = 1; } @tries = count(); } interval:s:1000 { print(1); }`;

  kernelTest("as text", { timeoutMs: 40_000 }, async () => {
    const result = await run(SCRIPT);
    const { stderr, stdout } = result;
    const lost = (probe: string): number =>
      Number(new RegExp(`^WARNING: Lost by ${probe}: (\\d+) events \\(ring full\\)$`, "m").exec(stderr)?.[1]);
    const tries = Number(/^@tries: (\d+)$/m.exec(stdout)?.[1]);
    // Where they happened.
    expect(stderr, transcript(result)).toMatch(
      new RegExp(`^stdin:2:\\d+-\\d+: WARNING: Map full; .* \\(${tries * 9} in all\\)$`, "m"),
    );
    expect(lost("interval:ms:20") + lost("interval:ms:30")).toBe(lossesOf(result).total);
    expect(stderr.match(/^WARNING: Lost by /gm)).toHaveLength(2);
  });

  kernelTest("reads that failed, as JSON", {}, async () => {
    const script = "begin { for ($i : 0..20) { @ = *(uint64 *)8; } }";
    const result = await runTsbt(["-k", "-f", "json", "-e", script]);
    expect(result.stdout, transcript(result)).toContain(
      '{"type": "losses", "data": [{"probe": "begin", "reads": 20}]}\n',
    );
  });

  kernelTest("what benchmarks send is counted as well", { matrix: false }, async () => {
    const result = await runTsbt(["--bench", "-e", `bench:much { ${FLOOD} }`], { env: SMALL_RING });
    expect(result.stdout, transcript(result)).toMatch(/^much +\d+/m);
    expect(result.stderr).toMatch(/^WARNING: Lost by bench:much: [1-9]\d* events \(ring full\)$/m);
  });

  kernelTest("clocks that the kernel stopped because they fired too often", { needs: "own-machine" }, async () => {
    const limit = "/proc/sys/kernel/perf_event_max_sample_rate";
    const before = readFileSync(limit, "latin1");
    writeFileSync(limit, "1000\n");
    try {
      const script = "software:cpu-clock:20000 { @ = count(); } interval:ms:500 { exit(); }";
      const text = await runTsbt(["-e", script]);
      expect(text.stderr, transcript(text)).toMatch(
        /^WARNING: Lost by software:cpu-clock:20000: [1-9]\d* throttlings by the kernel$/m,
      );
      const json = await runTsbt(["-f", "json", "-e", script]);
      expect(json.stdout, transcript(json)).toMatch(
        /^{"type": "losses", "data": \[{"probe": "software:cpu-clock:20000", "throttlings": [1-9]\d*}\]}$/m,
      );
    } finally {
      writeFileSync(limit, before);
    }
  });

  /** So many sleep in the kernel at once. */
  const SLEEPERS = 60;
  const SLEEPING = `
    #include <sys/wait.h>
    #include <time.h>
    #include <unistd.h>
    int main(void) {
      for (int i = 0; i < ${SLEEPERS}; i++) {
        if (fork() != 0) continue;
        struct timespec long_enough = { 4, 0 };
        nanosleep(&long_enough, 0);
        _exit(0);
      }
      while (wait(0) > 0) { }
      return 0;
    }`;

  // A kernel keeps so many return addresses for a probe; who comes when all are taken is not seen to return.
  kernelTest(
    "returns that the kernel had no room to wait for",
    { needs: ["own-machine", "kprobe"], package: "gcc" },
    async () => {
      if (!kernelIsAtLeast("6.7")) return;
      const result = await runTsbt([
        ...["--no-feature", "kprobe_multi,kprobe_session", "-c", compileC(SLEEPING, { name: "sleepers" })],
        ...["-e", 'kretprobe:hrtimer_nanosleep /comm == "sleepers"/ { @seen = count(); }'],
      ]);
      const seen = Number(/^@seen: (\d+)$/m.exec(result.stdout)?.[1] ?? 0);
      const missed = /^WARNING: Lost by kretprobe:hrtimer_nanosleep: (\d+) firings \(missed by the kernel\)$/m;
      // Others sleep as well.
      expect(Number(missed.exec(result.stderr)?.[1]), transcript(result)).toBeGreaterThanOrEqual(SLEEPERS - seen);
      expect(seen, transcript(result)).toBeLessThan(SLEEPERS);
    },
  );

  kernelTest("a program that was already running, as JSON", {}, async () => {
    // What it does fires it again.
    const script =
      'rawtracepoint:bpf_trace_printk { debugf("x"); @n = count(); } interval:ms:1 { debugf("y"); if (@i++ == 4) { exit(); } }';
    const result = await runTsbt(["--unsafe", "--no-warnings", "-f", "json", "-e", script]);
    expect(result.stdout, transcript(result)).toContain('{"type": "map", "data": {"@n": 5}}\n');
    const probe = '"probe": "rawtracepoint:vmlinux:bpf_trace_printk"';
    expect(result.stdout).toContain(`{"type": "losses", "data": [{${probe}, "recursions": 5}]}\n`);
  });
});

describe("a ring that is large enough", () => {
  kernelTest("loses nothing and says nothing", {}, async () => {
    const result = await runTsbt(["-e", `begin { ${FLOOD} }`]);
    expect(linesOf(result)).toBe(MANY);
    expect(result.stderr).toBe("Attached 1 probe\n");
  });
});

kernelTest("hundreds of histograms that begin in one event all have room", {}, async () => {
  const result = await runTsbt(["-q", "-e", "begin { for ($i : 0..500) { @[$i] = hist($i); } exit(); }"]);
  expect(result.stdout.match(/^@\[\d+\]:$/gm)?.length, result.stderr).toBe(500);
  expect(result.stderr).toBe("");
});
