/** Scripts that no kernel takes end early, with words and a status (probes-and-cli.md 3.5, 15.1). */
import { expect } from "vitest";
import { compileC, kernelTest, runTsbt } from "../support/index.js";

const maps = (count: number): string => Array.from({ length: count }, (_, i) => `@m${i} = pid;`).join(" ");

const ROWS: readonly { claim: string; script: string; says: RegExp; status: number }[] = [
  {
    claim: "more probes than max_probes",
    script: "interval:s:1 { @ = count(); } ".repeat(1025),
    says: /^ERROR: Can't attach to 1025 probes because it exceeds the current limit of 1024 probes\.\n/,
    status: 1,
  },
  {
    claim: "a map that is larger than memory",
    script: "let @huge = hash(2000000000); begin { @huge[1] = 1; exit(); }",
    says: /^stdin:1:1-30: ERROR: Failed to create map @huge with room for 2000000000 keys: .*\nlet .*\n~+\nHINT: Try another number of entries in the declaration e\.g\. `let @huge = hash\(5000\)`\n$/,
    status: 255,
  },
  {
    claim: "max_map_keys that need more than memory",
    script: "config = { max_map_keys = 2000000000 }\nbegin { @[1] = count(); exit(); }",
    says: /^stdin:2:9-10: ERROR: Failed to create map @ with room for 2000000000 keys: .*\nbegin .*\n +~\nHINT: Try decreasing max_map_keys config or manually setting the max entries in a map declaration e\.g\. `let @ = percpuhash\(5000\)`\n$/,
    status: 255,
  },
  {
    claim: "a ring buffer that is larger than a ring can be",
    script: "config = { perf_rb_pages = 10000000 } begin { print(1); exit(); }",
    says: /^ERROR: Failed to create the ring buffer with 68719476736 bytes: Invalid argument\nHINT: Try a smaller perf_rb_pages, e\.g\. `config = \{ perf_rb_pages = 64 \}`\n$/,
    status: 255,
  },
  {
    claim: "more maps than a program can use",
    script: `begin { ${maps(70)} exit(); }`,
    says: /^stdin:1:1-6: ERROR: Probe uses too many maps: a BPF program can use at most 64\nbegin .*\n~~~~~\n/,
    status: 255,
  },
  {
    claim: "far more maps than a program can use",
    script: `begin { ${maps(300)} exit(); }`,
    says: /^stdin:1:1-6: ERROR: Probe uses too many maps: a BPF program can use at most 64\nbegin .*\n~~~~~\n$/,
    status: 1,
  },
];

const NO_MULTI_LINKS = ["--no-feature", "kprobe_multi,kprobe_session,uprobe_multi"];

kernelTest(
  "a pattern of more functions than max_probes is shown where it is written",
  { needs: "kprobe" },
  async () => {
    // Otherwise programs are what there are too many of.
    const script = "config = { max_bpf_progs = 1000000 } begin { } kprobe:* { @[func] = count(); }";
    const { stderr, status } = await runTsbt([...NO_MULTI_LINKS, "-e", script]);
    const [, all = "none", told = "", most = "none"] =
      /^ERROR: Can't attach to (\d+) probes because it exceeds the current limit of 1024 probes\.\n(You can increase .*\n)stdin:1:48-56: NOTE: (\d+) of them are those of this attach point\n/.exec(
        stderr,
      ) ?? [];
    expect(Number(most), stderr).toBeGreaterThan(10_000);
    expect(Number(all)).toBe(Number(most) + 1);
    expect(told).toContain("BPFTRACE_MAX_PROBES");
    expect(stderr.endsWith(`\n${script}\n${" ".repeat(47)}~~~~~~~~\n`)).toBe(true);
    expect(status).toBe(1);
  },
);

kernelTest("such a pattern of a program, too", { needs: "uprobe", package: "gcc", matrix: false }, async () => {
  const program = compileC(`${FUNCTIONS.join(" ")} int main(void) { return 0; }`, { name: "functions" });
  const script = `config = { max_probes = 10 } uprobe:${program}:many_* { @[func] = count(); }`;
  const { stderr, status } = await runTsbt([...NO_MULTI_LINKS, "-e", script]);
  expect(stderr).toMatch(/^ERROR: Can't attach to 20 probes because it exceeds the current limit of 10 probes\.\n/);
  expect(stderr).toMatch(/\nstdin:1:30-\d+: NOTE: 20 of them are those of this attach point\n/);
  expect(status).toBe(1);
  expect(await runTsbt(["--dry-run", "-e", script])).toMatchObject({ status: 0 });
});

const FUNCTIONS = Array.from({ length: 20 }, (_, i) => `void many_${i}(void) {}`);

for (const { claim, script, says, status } of ROWS) {
  kernelTest(claim, { matrix: false }, async () => {
    const result = await runTsbt(["-e", script]);
    expect(result.stderr).toMatch(says);
    expect(result.status).toBe(status);
  });
}
