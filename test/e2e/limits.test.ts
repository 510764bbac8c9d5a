/** Scripts that no kernel takes end early, with words and a status (probes-and-cli.md 3.5, 15.1). */
import { expect } from "vitest";
import { kernelTest, runTsbt } from "../support/index.js";

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
    says: /^ERROR: create map huge \(2000000000 keys\): .* \(smaller maps, or fewer, need less: see max_map_keys/,
    status: 255,
  },
  {
    claim: "more maps than a program can use",
    script: `begin { ${maps(70)} exit(); }`,
    says: /Probe uses too many maps: a BPF program can use at most 64/,
    status: 255,
  },
];

for (const { claim, script, says, status } of ROWS) {
  kernelTest(claim, { matrix: false }, async () => {
    const result = await runTsbt(["-e", script]);
    expect(result.stderr).toMatch(says);
    expect(result.status).toBe(status);
  });
}
