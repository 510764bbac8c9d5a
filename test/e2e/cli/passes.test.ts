/** `-d` with `--dump-after` and `--without-pass`: looking for a mistake in the optimiser. */
import { expect } from "vitest";
import { kernelTest, runTsbt } from "../../support/index.js";

const SCRIPT = 'BEGIN { printf("%d %d\\n", pid, pid); }';

kernelTest("--dump-after shows what one pass made, each time it changed something", {}, async () => {
  const { stdout, status } = await runTsbt([
    ...["-d", "plan", "--mode", "codegen", "--dump-after", "fold-constants,share-calls"],
    ...["-e", SCRIPT],
  ]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^IR of begin_1 after fold-constants:\n-+\nprogram begin_1\(/m);
  expect(stdout).toMatch(/^IR of begin_1 after share-calls:$/m);
  expect(stdout).not.toMatch(/after number-values/);
});

kernelTest("--without-pass leaves one out, and the program still runs", {}, async () => {
  const bytecode = async (...args: readonly string[]): Promise<string> =>
    (await runTsbt(["-d", "bytecode", "--mode", "codegen", ...args, "-e", SCRIPT])).stdout;
  const calls = (text: string): number => text.match(/call bpf_get_current_pid_tgid/g)?.length ?? 0;
  expect(calls(await bytecode())).toBe(1);
  expect(calls(await bytecode("--without-pass", "share-calls,number-values"))).toBe(2);
  const all = ["share-calls", "forward-loads", "reuse-lookups", "fold-constants", "blur-values"].join(",");
  const { stdout, status } = await runTsbt([
    ...["-d", "plan", "--without-pass", all],
    ...["-e", 'BEGIN { @[1] = 2; @[1] += 3; printf("<%d>\\n", @[1]); exit(); }'],
  ]);
  expect({ status, printed: stdout.includes("<5>\n") }).toEqual({ status: 0, printed: true });
});

kernelTest("a pass that does not exist is answered with one that does", { root: false, matrix: false }, async () => {
  const { stderr, status } = await runTsbt(["-d", "ir", "--without-pass", "share-cals", "-e", SCRIPT]);
  expect(stderr).toMatch(
    /^ERROR: USAGE: --without-pass can only have values '.*'\.\nHINT: Did you mean `share-calls`\?\n$/,
  );
  expect(status).toBe(1);
});
