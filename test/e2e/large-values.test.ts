/** Structs, buffers, records of kilobytes and strings of the greatest length come out whole; tracers do not disturb each other. */
import { describe, expect } from "vitest";
import { transcript } from "../support/child.js";
import { Child, compileC, kernelTest, runTsbt, startTsbt } from "../support/index.js";

const PROGRAM = `
  #include <stdio.h>
  #include <string.h>
  struct big { long first; char text[4096]; int numbers[512]; long last; };
  struct big value;
  char bytes[8192];
  char string[70000];
  __attribute__((noinline)) void take(struct big *b, char *bytes, char *string) { asm volatile("" ::"r"(b), "r"(bytes), "r"(string) : "memory"); }
  __attribute__((noinline)) void step(long n) { asm volatile("" ::"r"(n) : "memory"); }
  int main(int argc, char **argv) {
    if (argc > 1) {
      getchar();
      for (long n = 0; n < 2000; n++) step(n);
      return 0;
    }
    value.first = 1;
    value.last = 99;
    memset(value.text, 'x', 4095);
    for (int i = 0; i < 512; i++) value.numbers[i] = i;
    for (int i = 0; i < 8192; i++) bytes[i] = 'a' + i % 26;
    memset(string, 's', sizeof string - 1);
    take(&value, bytes, string);
  }`;

const NUMBERS = Array.from({ length: 512 }, (_, i) => i).join(",");
const STRUCT = `{ .first = 1, .text = ${"x".repeat(4095)}, .numbers = [${NUMBERS}], .last = 99 }`;
const bytes = (count: number): string =>
  Array.from({ length: count }, (_, i) => String.fromCharCode(97 + (i % 26))).join("");

const DEFINITION = "struct big { long first; char text[4096]; int numbers[512]; long last; };";

describe("large values are whole", () => {
  kernelTest("structs, buffers and records of more than 4 KiB", {}, async () => {
    const program = compileC(PROGRAM, { name: "large" });
    const script = `${DEFINITION} config = { max_strlen = 9000 } uprobe:${program}:take { $b = (struct big *)arg0;
      print(*$b); print(buf(arg1, 8192)); print((a=1, b=*$b, c=buf(arg1, 4096))); print(("t", $b->text, *$b));
      printf("%s|%r\\n", $b->text, buf(arg1, 8192)); @s = *$b; @b["k"] = buf(arg1, 8192); }`;
    const result = await runTsbt(["-q", "-c", program, "-e", script]);
    expect(result.stderr).toBe("");
    expect(result.stdout.split("\n")).toEqual([
      STRUCT,
      bytes(8192),
      `{ .a = 1, .b = ${STRUCT}, .c = ${bytes(4096)} }`,
      `(t, ${"x".repeat(4095)}, ${STRUCT})`,
      `${"x".repeat(4095)}|${bytes(8192)}`,
      "",
      "",
      `@b[k]: ${bytes(8192)}`,
      `@s: ${STRUCT}`,
      "",
    ]);
  });

  for (const limit of [1024, 33_000, 65_536, 100_000]) {
    kernelTest(`strings up to a max_strlen of ${limit}`, {}, async () => {
      const program = compileC(PROGRAM, { name: "large" });
      const script = `config = { max_strlen = ${limit}; str_trunc_trailer = "" } uprobe:${program}:take { $s = str(arg2);
        print($s); printf("%s|%d\\n", $s, strlen($s)); print((1, $s, 2)); @s = $s; print($s == @s); }`;
      const result = await runTsbt(["-q", "-c", program, "-e", script]);
      expect(result.stderr).toBe("");
      const length = Number(/\|(\d+)\n/.exec(result.stdout)?.[1]);
      expect([limit - 1, limit, 69_999]).toContain(length);
      const text = "s".repeat(Math.min(limit, 69_999));
      expect(result.stdout).toBe(`${text}\n${text}|${length}\n(1, ${text}, 2)\ntrue\n\n\n@s: ${text}\n`);
    });
  }

  kernelTest("as JSON", { matrix: false }, async () => {
    const program = compileC(PROGRAM, { name: "large" });
    const script = `config = { max_strlen = 65536 } uprobe:${program}:take { print(str(arg2, 65000)); print(buf(arg1, 4096)); }`;
    const { stdout } = await runTsbt(["-q", "-f", "json", "-c", program, "-e", script]);
    const [string, buffer] = stdout
      .split("\n")
      .map((line) => (line === "" ? undefined : (JSON.parse(line) as { data: unknown })));
    expect(string?.data).toMatch(/^s{64999,65000}$/);
    expect(buffer?.data).toEqual([...bytes(4096)].map((c) => c.charCodeAt(0)));
  });
});

kernelTest("several tracers of one program have a ring each: what one loses the others do not", {}, async () => {
  const program = compileC(PROGRAM, { name: "large" });
  const each = `uprobe:${program}:step { printf("%d\\n", arg0); @n = count(); }`;
  const flood = `uprobe:${program}:step { $n = arg0; for ($i : 0..200) { printf("%d %d\\n", $n, $i); } @n = count(); }`;
  const tracers = [
    await startTsbt(["-e", each]),
    await startTsbt(["-e", each]),
    await startTsbt(["-e", flood], { env: { BPFTRACE_PERF_RB_PAGES: "1" } }),
  ];
  const traced = new Child(program, ["wait"], { input: "\n" });
  await traced.finished;
  const results = await Promise.all(tracers.map((tracer) => tracer.interrupt()));
  const all = Array.from({ length: 2000 }, (_, n) => `${n}\n`).join("");
  for (const result of results.slice(0, 2)) {
    expect(result.stdout, transcript(result)).toBe(`${all}\n\n@n: 2000\n`);
    expect(result.stderr).toBe("Attached 1 probe\n");
  }
  const [, , last] = results;
  const lost = Number(/^WARNING: Total lost event count: (\d+)$/m.exec(last?.stderr ?? "")?.[1]);
  expect(last?.stdout).toContain("\n@n: 2000\n");
  expect((last?.stdout.match(/^\d+ \d+$/gm)?.length ?? 0) + lost).toBe(200 * 2000);
});
