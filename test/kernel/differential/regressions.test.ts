/** What random programs, or the search for them, found to be wrong: each once, as small as it gets. */
import { expect } from "vitest";
import { kernelTest } from "../../support/index.js";
import { KernelRunner } from "./kernel-runner.js";

interface Row {
  readonly claim: string;
  readonly script: string;
  readonly leaves: Readonly<Record<string, string>>;
}

const POINTED = `
struct s { int a; short b; };
begin {
  $memory = ((uint64)3, (uint64)(7 << 32), (uint64)5);
  $pointer = (struct s *)&$memory;`;

const ROWS: readonly Row[] = [
  {
    claim: "an index that is not known may be added to the address of a variable",
    script: `${POINTED} @zero = 0; @b = $pointer[(uint64)@zero + 1].a; @c = $pointer[(uint64)(@zero + 2) % 3]; }`,
    leaves: { "@zero": "0", "@b": "0", "@c": "{ .a = 5, .b = 0 }" },
  },
  {
    claim: "and to the address of a string",
    script: 'begin { @i = 2; $p = (int8 *)"abc"; @c = $p[(uint64)@i]; @d = *($p + @i - 1); }',
    leaves: { "@i": "2", "@c": "99", "@d": "98" },
  },
  {
    claim: "a tuple that is built of what a pointer to the variable shows is whole before it is assigned",
    script: `${POINTED} $memory = ((uint64)10, (uint64)$pointer.a, (uint64)$pointer[0].a + 1); @m = $memory; }`,
    leaves: { "@m": "(10, 3, 4)" },
  },
  {
    claim: "an assignment inside of a tuple that is being assigned reads what was there before",
    script: `${POINTED} $copy = *$pointer; $memory = ((uint64)10, { $copy = *$pointer; (uint64)1 }, (uint64)2); @c = $copy; }`,
    leaves: { "@c": "{ .a = 3, .b = 0 }" },
  },
  {
    claim: "delete() in a predicate deletes an aggregation without keys",
    script: "begin { @h = hist(3); @c = count(); } begin / delete(@h) && delete(@c) / { @done = 1; }",
    leaves: { "@done": "1" },
  },
  {
    claim: "the key of an aggregation comes before its argument, of a histogram behind it",
    script: `begin { $i = (int64)1; @s[$i] = sum($i++); @m[$i] = max($i++); @a[$i] = avg($i++); @h[$i] = hist($i++);
                     @l[$i] = lhist($i++, 0, 10, 1); @h[$i++] = hist($i); @i = $i; }`,
    leaves: {
      "@s[1]": "1",
      "@m[2]": "2",
      "@a[3]": "3",
      "@h[5]": "[4, 8) 1",
      "@h[6]": "[4, 8) 1",
      "@l[6]": "[5] 1",
      "@i": "7",
    },
  },
  {
    claim: "the argument of an aggregation does not find the entry that is made for it",
    script: `begin { @min[1] = min(has_key(@min, 1) ? 3 : 7); @max[1] = max(len(@max)); @sum[1] = sum(has_key(@sum, 1) ? 5 : 1);
                     @avg[1] = avg(has_key(@avg, 1) ? 5 : 1); @h[1] = hist(has_key(@h, 1) ? 5 : 1); @max[2] = max(len(@max)); }`,
    leaves: { "@min[1]": "7", "@max[1]": "0", "@max[2]": "1", "@sum[1]": "1", "@avg[1]": "1", "@h[1]": "[1] 1" },
  },
  {
    claim: "the argument of an aggregation is evaluated when there is no room for the entry",
    script: "let @s = percpuhash(1); begin { $i = (int64)0; for ($k : 0..3) { @s[$k] = sum($i++); } @i = $i; }",
    leaves: { "@s[0]": "0", "@i": "3" },
  },
  {
    claim: "a compound assignment reads its target before the right side changes it",
    script: `begin { let $x: int64 = 5; $x += ++$x; @x = $x; @m[1] = (int64)7; @m[1] += delete(@m, 1) + @m[1];
                     @n = (int64)1; @n -= ++@n; }`,
    leaves: { "@x": "11", "@m[1]": "8", "@n": "-1" },
  },
  {
    claim: "a compound assignment evaluates the key twice",
    script: "begin { $i = (int64)0; @x[$i++] += 1; @i = $i; }",
    leaves: { "@x[1]": "1", "@i": "2" },
  },
  {
    claim: "keys of equal contents and different sizes are different keys",
    script: "begin { @a[(int32)5] = 1; @b[(int64)5] = 2; @c[(int8)5, (int8)0] = 3; @r = @a[5] + @b[5] * 10; }",
    leaves: { "@a[5]": "1", "@b[5]": "2", "@c[5, 0]": "3", "@r": "21" },
  },
  {
    claim: "what several paths assign is what the last of them assigned",
    script: `begin { @z = 0; let $x: int16; let $s: string[16]; if (@z) { $x = 1; $s = "one"; } else { $x = -2; $s = "two"; }
                     for ($i : 0..3) { if ($i == 1) { $x = $x * 3; $s = "loop"; continue; } $x--; } @x = $x; @s = $s; }`,
    leaves: { "@z": "0", "@x": "-10", "@s": "loop" },
  },
  {
    claim: "arguments of events are evaluated in order, once",
    script:
      'begin { $i = (int64)1; printf("%d %s %d\\n", $i++, $i == 2 ? "two" : "not", $i++ * 10); print(($i++, $i)); @i = $i; }',
    leaves: { "@i": "4" },
  },
  {
    claim: "loops that count with what they change end for the verifier",
    script: `begin { let $n: int64; let $w: int64 = 0; while ($w++ < 4) { for ($i : 0..40) { if ($i % 3 == $w) { continue; }
                     if ($n > 100) { break; } $n += $i & $w; } } @n = $n; }`,
    leaves: { "@n": "103" },
  },
  {
    claim: "an index that was shifted by an unknown amount is checked: the verifier does not know it any more",
    script: `struct a { short f[2]; }; struct b { struct a g[2]; };
             begin { @by = 0; $memory = ((uint64)0x40003, (uint64)0); $b = *(struct b *)&$memory;
                     let $i: int8 = (int8)((int8)true >> (uint64)@by); @x = $b.g[(uint64)($i ^ 1)].f[(uint64)$i]; }`,
    leaves: { "@by": "0", "@x": "4" },
  },
];

const runner = (): KernelRunner => new KernelRunner();

for (const { claim, script, leaves } of ROWS) {
  kernelTest(claim, {}, () => {
    const run = runner().run(script);
    expect(run.kind === "ran" ? Object.fromEntries(run.entries) : run).toEqual(leaves);
  });
}
