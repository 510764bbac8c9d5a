import { expect, test } from "vitest";
import { type Compilation, compile, DEFAULT_OPTIONS } from "../../../codegen/compile.js";
import { FULL_LANGUAGE } from "../../../codegen/full-language.js";
import { printProgram } from "../../../codegen/ir/print.js";
import { verifyProgram } from "../../../codegen/ir/verify.js";
import { savedFacts } from "../../fixtures/facts.js";
import { randomFrom } from "../../random.js";

const FACTS = savedFacts();

function compiled(text: string, isApart: boolean, optimized: string[] = []): Compilation {
  const afterPass = (_: string, { name }: { readonly name: string }): void => void optimized.push(name);
  const passes = { isApart, afterPass };
  return compile({ name: "alike.bt", text }, FACTS, FULL_LANGUAGE, { ...DEFAULT_OPTIONS, isChecked: true, passes });
}

/** What the kernel and people are shown of programs. */
function shown({ object, ir, diagnostics }: Compilation): readonly unknown[] {
  if (object === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  const programs = object.programs.map(({ lines, code, funcInfo, lineInfo, ...program }) => ({
    ...program,
    bytes: [code, funcInfo, lineInfo].map((bytes) => Buffer.from(bytes).toString("hex")),
    lines: lines.map(({ instruction, span }) => [instruction, span.start, span.end]),
  }));
  for (const program of ir) expect(verifyProgram(program)).toEqual([]);
  const places = ir.map((program) => printProgram(program, { withSource: true }).match(/\/\/ .*|varying/g));
  return [programs, object.maps, places];
}

/** Programs of the script that were optimised by themselves. */
function optimizedOf(text: string): readonly string[] {
  const names: string[] = [];
  compiled(text, false, names);
  return [...new Set(names.filter((name) => name.startsWith("interval_")))];
}

const probes = (bodies: readonly string[]): string =>
  bodies.map((body, i) => `interval:ms:${i + 101} { ${body} }`).join("\n");

const NAMES = ["read", "open", "poll", "mmap", "exit", "kill", "dup2", "stat"];
const body = (name: string): string =>
  `@start[tid, "${name}"] = nsecs; @n["${name}", comm] = count(); printf("%s %d ${name}\\n", comm, pid);`;

test("programs that differ in constants are compiled once, and are what they are by themselves", () => {
  const text = probes(NAMES.map(body));
  // The first ones send their events themselves.
  expect(optimizedOf(text)).toEqual([
    "interval_ms_101_1",
    "interval_ms_102_2",
    "interval_ms_103_3",
    "interval_ms_104_4",
  ]);
  expect(shown(compiled(text, false))).toEqual(shown(compiled(text, true)));
});

test("two programs that are alike are not worth the search", () => {
  expect(optimizedOf(probes(["@a[tid] = 11;", "@a[tid] = 12;"]))).toHaveLength(2);
  expect(optimizedOf(probes(["@a[tid] = 11;", "@a[tid] = 12;", "@a[tid] = 13;"]))).toHaveLength(1);
});

test.each([
  ["constants that decide something", ["1", "2", "3"].map((n) => `if (nsecs > ${n}) { @a[tid] = 5; }`)],
  ["other maps", ["@a", "@b", "@c"].map((map) => `${map}[tid] = 5;`)],
  ["other operations", ["+", "-", "|"].map((op) => `@a[tid] = tid ${op} 5;`)],
  ["loops", ["1", "2", "3"].map((n) => `for ($i : 0..40) { @a[tid, $i] = ${n}; }`)],
  ["more of the same", ["", "@a[tid] = 6;", "@a[tid] = 6; @a[tid] = 7;"].map((more) => `@a[tid] = 5; ${more}`)],
])("programs are not alike: %s", (_, bodies) => {
  const text = probes(bodies);
  expect(optimizedOf(text)).toHaveLength(3);
  expect(shown(compiled(text, false))).toEqual(shown(compiled(text, true)));
});

test("programs whose code would be worse for several of them are compiled apart", () => {
  const text = probes(NAMES.map((name) => `@["${name}"] = count();`));
  expect(optimizedOf(text)).toHaveLength(NAMES.length);
  expect(shown(compiled(text, false))).toEqual(shown(compiled(text, true)));
});

test("constants that are equal in one program alone are not alike", () => {
  const store = ([a, b]: readonly [number, number]): string =>
    `@r[1] = (${a}, ("abcd", 127)); @r[1] = (127, ("abcd", ${b}));`;
  const pairs = [
    [128, 127],
    [127, 127],
    [128, 128],
    [129, 127],
  ] as const;
  const text = probes(pairs.map(store));
  expect(shown(compiled(text, false))).toEqual(shown(compiled(text, true)));
});

test("scratch memory is that of one program", () => {
  const text = probes(NAMES.map((name) => `$x = str(kptr(0), 600); @["${name}", $x] = 1;`));
  const { object } = compiled(text, false);
  expect(object?.maps.filter(({ name }) => name === "scratch")).toHaveLength(NAMES.length);
  expect(shown(compiled(text, false))).toEqual(shown(compiled(text, true)));
});

const SEED = Number(process.env["TEST_SEED"] ?? 1);
const ROUNDS = Number(process.env["TEST_PROGRAMS"] ?? 20);

test(`random programs are the same together and apart (TEST_SEED=${SEED})`, { timeout: 5000 * ROUNDS }, () => {
  const random = randomFrom(SEED);
  for (let round = 0; round < ROUNDS; round++) {
    const statements = Array.from({ length: 1 + random(5) }, () => random(STATEMENTS.length));
    const bodies = Array.from({ length: 3 + random(6) }, () =>
      statements.map((statement) => filled(STATEMENTS[statement] ?? "", random)).join(" "),
    );
    const text = probes(bodies);
    expect(shown(compiled(text, false)), text).toEqual(shown(compiled(text, true)));
  }
});

/** N is a number, S a string. */
const STATEMENTS = [
  "@a[tid] = N;",
  "@b[S] = N;",
  "@c[N, S] = N;",
  "@d[S, comm] = count();",
  "@e[comm, S] = sum(N);",
  "@f = N;",
  '$x = N; @g[$x] = S; printf("%s %d\\n", S, $x);',
  "$y = (N, S); @h[tid] = $y;",
  "if (tid > 5) { @a[pid] = N; } else { @a[pid] = N; }",
  "@b[S] = @b[S] + N;",
  "@i[S] = hist(nsecs);",
  "@d[S, comm] = count(); delete(@d, (S, comm));",
  'print((N, S)); time("%H");',
  "@j[(uint8)N, (int16)N] = N;",
];

const NUMBERS = ["0", "1", "7", "127", "128", "255", "65535", "2147483647", "2147483648", "4294967295", "4294967296"];

const filled = (statement: string, random: (below: number) => number): string =>
  statement
    .replaceAll(/\bN\b/g, () => NUMBERS[random(NUMBERS.length)] ?? "0")
    .replaceAll(/\bS\b/g, () => JSON.stringify("é0abcdefghij".slice(random(4), 3 + random(9))));
