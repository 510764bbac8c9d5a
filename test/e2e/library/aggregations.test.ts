import { describe } from "vitest";
import { checkScript, kernelTest } from "../../support/index.js";

describe("stddev()", () => {
  kernelTest("of small numbers, by key, smallest first", {}, async () => {
    const a = [2, 4, 4, 4, 5, 5, 7, 9].map((n) => `@["a"] = stddev(${n});`).join(" ");
    const b = [-3, 3, -3, 3].map((n) => `@["b"] = stddev((int64)${n});`).join(" ");
    const c = '@["c"] = stddev(7); @["c"] = stddev(107);';
    await checkScript({
      script: `begin { ${a} ${b} ${c} }`,
      stdout: "\n\n@[a]: 2\n@[b]: 3\n@[c]: 50\n",
    });
  });

  kernelTest("of the largest numbers of either sign, which no sum of 64 bits holds", {}, async () => {
    const ends = "@s = stddev(-9223372036854775808); @s = stddev(9223372036854775807);";
    const unsigned = "@u = stddev(0xffffffffffffffff); @u = stddev((uint64)0);";
    await checkScript({
      script: `begin { unroll(9) { ${ends} ${unsigned} } }`,
      stdout: "\n\n@s: 9223372036854775807\n@u: 9223372036854775807\n",
    });
  });

  kernelTest("is divided as it is printed, and JSON has it as it has averages", { matrix: false }, async () => {
    const script = "begin { @ = stddev(0); @ = stddev(2000); print(@, 0, 100); clear(@); }";
    await checkScript({ script, stdout: "@: 10\n\n\n" });
    await checkScript({
      script: "begin { @[1] = stddev(0); @[1] = stddev(9); }",
      options: ["-q", "-f", "json"],
      stdout: '{"type": "stats", "data": {"@": {"1": 4}}}\n',
    });
  });

  kernelTest("is no value: only the whole map is printed", { matrix: false }, async () => {
    await checkScript({
      script: "begin { @[1] = stddev(1); print(@[1]); }",
      status: 1,
      stderrMatch: /stddev_t/,
    });
  });
});
