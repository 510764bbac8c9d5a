/** A signal is prompt, whatever is queued: plain output still appears, no command is started, and what is dropped is counted. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, describe, expect } from "vitest";
import { transcript } from "../support/child.js";
import { type Finished, kernelTest, startTsbt, TracingChild, waitFor } from "../support/index.js";

const directory = mkdtempSync(join(tmpdir(), "tsbt-interruption-"));
afterAll(() => rmSync(directory, { recursive: true }));

/** Longer than any test waits. */
const FOREVER = "exec sleep 1000";

const dropped = ({ stderr }: Finished, name: string): number =>
  Number(
    new RegExp(`^WARNING: What was queued .* has been dropped: .*${name}\\(\\) (\\d+)`, "m").exec(stderr)?.[1] ?? 0,
  );

const count = ({ stdout }: Finished, line: RegExp): number => stdout.match(line)?.length ?? 0;

describe("after SIGINT", () => {
  kernelTest("no command is started but those of end, and the others are counted", {}, async () => {
    const script =
      'begin { for ($i : 0..5000) { system("echo foo"); @n = count(); } } interval:s:1000 { } end { printf("end\\n"); system("echo last"); }';
    const tsbt = await startTsbt(["--unsafe", "-e", script]);
    await tsbt.printed(/(foo\n+){10}/);
    const result = await tsbt.interrupt();
    expect(result.stdout, transcript(result)).toMatch(/\nend\nlast\n\n\n\n@n: \d+\n$/);
    const started = count(result, /^foo$/gm);
    const all = Number(/@n: (\d+)/.exec(result.stdout)?.[1]);
    // The one that runs when the signal comes may have printed.
    expect([all, all + 1]).toContain(started + dropped(result, "system"));
    expect(result.status).toBe(0);
  });

  kernelTest("a command that runs is asked to end, and plain output behind it appears", {}, async () => {
    const file = join(directory, "started");
    const script = `begin { system("touch ${file}; ${FOREVER}"); for ($i : 0..5000) { printf("line %d\\n", $i); } system("echo foo"); }
      interval:s:1000 { } end { printf("end\\n"); }`;
    const tsbt = await startTsbt(["--unsafe", "-e", script]);
    await waitFor("the command", () => existsSync(file));
    const result = await tsbt.interrupt();
    expect(count(result, /^line \d+$/gm), transcript(result)).toBe(5000);
    expect(result.stdout).toMatch(/^line 0\n(.*\n)*line 4999\nend\n\n\n$/);
    expect(result.stderr).toBe(
      "Attached 3 probes\nWARNING: What was queued when the signal came has been dropped: system() 2\n",
    );
  });

  kernelTest("a file that never ends is read no more", { matrix: false }, async () => {
    const fifo = join(directory, "fifo");
    execFileSync("mkfifo", [fifo]);
    const script = `begin { printf("a\\n"); cat("${fifo}"); printf("b\\n"); cat("/proc/sys/kernel/ostype"); } interval:s:1000 { }`;
    const tsbt = await startTsbt(["-B", "none", "--unsafe", "-e", script]);
    await tsbt.printed("a\n");
    const result = await tsbt.interrupt();
    expect(result.stdout).toBe("a\nb\n\n\n");
    expect(result.stderr).toMatch(/ has been dropped: cat\(\) [12]\n$/);
  });

  kernelTest("a flood of printed maps ends", {}, async () => {
    const script = `begin { for ($i : 0..2000) { @m[$i] = 1; } } interval:ms:1 { for ($i : 0..100) { print(@m); } } end { printf("end\\n"); }`;
    const file = join(directory, "maps");
    const tsbt = await startTsbt(["-o", file, "--unsafe", "-e", script]);
    await waitFor("some maps", () => statSync(file).size > 1_000_000);
    const result = await tsbt.interrupt();
    expect(dropped(result, "print"), transcript(result)).toBeGreaterThan(0);
  });

  kernelTest("-f json has the numbers", { matrix: false }, async () => {
    const file = join(directory, "json");
    const script = `begin { system("touch ${file}; ${FOREVER}"); system("echo foo"); cat("/proc/uptime"); } interval:s:1000 { }`;
    const tsbt = new TracingChild(["--unsafe", "-f", "json", "-e", script]);
    await waitFor("the command", () => existsSync(file));
    const { stdout } = await tsbt.interrupt();
    expect(stdout).toContain('{"type": "dropped_actions", "count": 3, "data": {"system": 2, "cat": 1}}\n');
  });

  kernelTest("a second one ends at once", {}, async () => {
    const file = join(directory, "pid");
    const script = `interval:s:1000 { } end { system("echo $$ > ${file}; ${FOREVER}"); }`;
    const tsbt = await startTsbt(["--unsafe", "-e", script]);
    tsbt.kill("SIGINT");
    const pid = await waitFor("the command of end", () => {
      // Empty at first.
      const text = existsSync(file) ? readFileSync(file, "utf8") : "";
      return text.endsWith("\n") && Number(text);
    });
    await setTimeout(300);
    expect(await tsbt.interrupt()).toMatchObject({ stdout: "", signal: "SIGINT" });
    process.kill(pid);
  });

  kernelTest(
    "one that is told twice is one: timeout(1) signals its child, and the group in which it is",
    {},
    async () => {
      const tsbt = await startTsbt(["-e", "begin { @ = 7; }"]);
      tsbt.kill("SIGINT");
      expect(await tsbt.interrupt()).toMatchObject({ stdout: "\n\n@: 7\n", status: 0 });
    },
  );
});
