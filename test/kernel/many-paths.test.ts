/** The verifier's work grows with the size of a probe, not with the number of its paths. */
import { describe, expect } from "vitest";
import { kernelTest } from "../support/index.js";
import { KernelRunner } from "./differential/kernel-runner.js";

/** Of a million. Followed one by one, the paths of each script are far more. */
const REASONABLE_INSTRUCTIONS = 60_000;

const times = (count: number, text: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => text(i)).join(" ");

const SCRIPTS: Readonly<Record<string, string>> = {
  "flags that are set on some paths and tested later": `
    ${times(24, (i) => `$f${i} = 0; if (nsecs % ${i + 2} == 0) { $f${i} = 1; }`)}
    ${times(24, (i) => `if ($f${i} == 1) { @a[${i}] = 1; }`)}`,
  "comparisons that are tested twice": `
    ${times(24, (i) => `$f${i} = nsecs % ${i + 2} == 0;`)}
    ${times(24, (i) => `if ($f${i}) { @a[${i}] = count(); }`)}
    ${times(24, (i) => `if ($f${i} || $f${(i + 1) % 24}) { @b[${i}]++; }`)}`,
  "a state machine": `
    $s = 0; ${times(40, (i) => `if ($s == ${i} && nsecs % 3 == 0) { $s = ${i + 1}; } else if ($s == ${i + 1}) { $s = ${i}; }`)}
    @s = $s;`,
  "strings that are chosen and compared later": `
    ${times(24, (i) => `$s${i} = nsecs % ${i + 2} == 0 ? "a" : "bcd";`)}
    ${times(24, (i) => `if ($s${i} == "a") { @[$s${i}] = count(); }`)}`,
  "tuples that are compared later": `
    ${times(24, (i) => `$t${i} = (1, nsecs % ${i + 2} == 0, (uint8)(pid == ${i}));`)}
    ${times(24, (i) => `if ($t${i} == $t${(i + 3) % 24}) { @[$t${i}] = count(); }`)}`,
  "long strings that are compared": `
    $a = "hello"; $s = str($a);
    ${times(12, (i) => `if ($s == str($a, ${i + 1})) { @[${i}]++; } if ((1, $s) == (1, str($a, ${i + 2}))) { @b[${i}]++; }`)}`,
  "long strings that are compared in loops": `
    $a = "hello"; $s = str($a); $j = 0;
    while ($j < 10) { $j++; $u = str($a, $j); if ($s == $u) { @u++; } if ((1, $s) == (1, $u)) { @v++; } }
    for ($i : 0..10) { $u = str($a, $i); if ($s == $u) { @x++; } }`,
  "indexes of arrays that paths set to constants": `
    $a = (uint8[8])nsecs; let $s: uint64 = 0;
    ${times(20, (i) => `let $i${i}: uint64 = 0; if (nsecs % ${i + 2} == 0) { $i${i} = 3; }`)}
    ${times(20, (i) => `$s += $a[$i${i}];`)}
    ${times(20, (i) => `if ($a[$i${i}] == ${i}) { @b[$a[$i${i}]] = ${i}; }`)}
    @ = $s;`,
  "an index that is counted on paths": `
    $a = (uint8[8])nsecs; let $s: uint64 = 0; let $i: uint64 = 0;
    ${times(30, (i) => `if (nsecs % ${i + 2} == 0) { $i++; } $s += $a[$i];`)} @ = $s;`,
  "indexes of strings": `
    $t = "abcdefgh"; let $s: uint64 = 0;
    ${times(20, (i) => `let $i${i}: uint64 = 0; if (nsecs % ${i + 2} == 0) { $i${i} = 3; }`)}
    ${times(20, (i) => `if (str($t)[$i${i}] == 97) { $s += 1; }`)} @ = $s;`,
  "histograms of what paths set to constants": `
    ${times(16, (i) => `let $i${i}: uint64 = 3; if (nsecs % ${i + 2} == 0) { $i${i} = 5; }`)}
    ${times(16, (i) => `@[$i${i}] = ${i}; @h${i} = hist($i${i}); @l${i} = lhist($i${i}, 0, 100, 10);`)}`,
  "branches in each turn of a long unroll": `
    $c = 0; $d = 0;
    unroll (60) {
      if (nsecs % 3 == 0) { $c++; } if ($c > 5 && $c < 50) { @b[$c]++; $d = 1; } else { $d = 0; }
      if ($d) { @a[$c] = hist($d); }
    } @c = $c;`,
};

describe("a probe with very many paths is little work for the verifier:", () => {
  for (const [claim, body] of Object.entries(SCRIPTS)) {
    kernelTest(claim, {}, () => {
      const run = new KernelRunner().run(`begin { ${body} }`);
      if (run.kind !== "ran") throw new Error(`${run.kind}: ${run.message}`);
      expect(run.verifier.processedInstructions).toBeLessThan(REASONABLE_INSTRUCTIONS);
    });
  }
});
