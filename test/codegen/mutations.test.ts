import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compile, DEFAULT_OPTIONS } from "../../codegen/compile.js";
import { FULL_LANGUAGE } from "../../codegen/full-language.js";
import { renderDiagnostics } from "../../grammar/index.js";
import { savedFacts } from "../fixtures/facts.js";
import { readTranscripts } from "../fixtures/language/messages.js";
import { readVectors } from "../fixtures/language/vectors.js";
import { goldenFiles } from "../golden/golden-file.js";
import { randomFrom } from "../random.js";
import { PROJECT_DIR } from "../support/project.js";

const SEED = Number(process.env["TEST_SEED"] ?? 1);
const ROUNDS = Number(process.env["TEST_PROGRAMS"] ?? 2000);

/** What takes the place of an operand: of every type, and some of none. */
const OPERANDS = [
  ...["0", "-1", "255", "2147483648", "18446744073709551615", "1e6", '""', '"abc"', "true", "$x", "@m", "@m[1]", "$1"],
  ...["(1, 2)", "(a = 1, b = 2)", "()", "(1,)", "{ 1 }", "pid", "nsecs", "comm", "curtask", "*curtask", "curtask.comm"],
  ...["kstack", "ustack(3)", "args", "ctx", "arg0", "retval", "func", "probe", "username", "config", "PIDTYPE_PID"],
  ...[
    "@m = count()",
    "count()",
    "hist(1)",
    "stats(1)",
    "sum(1)",
    "tseries(1, 1s, 5)",
    "print(1)",
    "exit()",
    "len(@m)",
    "buf(0, 4)",
  ],
  ...["(uint8)5", "(int8)-1", "(uint8 *)0", "(void *)1", "(uint8[4])(uint32)5", "(struct task_struct *)0", "str(0)"],
  ...["sizeof(1)", "typeof(1)", "offsetof(struct list_head, prev)", "comptime 1", "$x++", "--@m", "&$x"],
  ...["ksym(0)", "usym(0)", "ntop(1)", 'strftime("%Y", 1)', "macaddr((uint8 *)0)", "cgroup_path(1)", '@m["a", 1]'],
];

const TOKEN = /"(?:\\.|[^"\\])*"|[$@]?[A-Za-z_0-9]+|\s+|<<=|>>=|<<|>>|[<>=!]=|&&|\|\||\+\+|--|->|[-+*/%&|^]=|\.\.|[^]/g;

const isOperand = (token: string): boolean => /^[$@"A-Za-z0-9]/.test(token);

test(`changed scripts compile or are refused, and nothing worse (TEST_SEED=${SEED})`, () => {
  const random = randomFrom(SEED);
  const facts = savedFacts();
  const scripts = knownScripts().map((text) => text.match(TOKEN) ?? []);
  const all = scripts.flat().filter((token) => token.trim() !== "");
  const faults = new Map<string, string>();
  for (let round = 0; round < ROUNDS; round++) {
    const text = changed(pick(scripts, random), all, scripts, random);
    const fault = faultOf(() => {
      const { diagnostics } = compile({ name: "changed.bt", text }, facts, FULL_LANGUAGE, {
        ...DEFAULT_OPTIONS,
        isUnsafe: random(2) === 0,
        pid: random(2) === 0 ? 1 : undefined,
        positional: ["5", "abc"],
      });
      renderDiagnostics(diagnostics, { color: false });
    });
    if (fault !== undefined) faults.set(fault, text);
  }
  expect(Object.fromEntries(faults)).toEqual({});
}, 300_000);

/** What is a bug of tsbt, by its text: a script for each is enough. */
function faultOf(work: () => void): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return String(error instanceof Error ? error.stack : error)
      .split("\n")
      .slice(0, 4)
      .join("\n");
  }
}

/** Examples and tests; with `TEST_SCRIPTS` those of a folder besides. */
function knownScripts(): readonly string[] {
  return [
    ...goldenFiles().map(({ source }) => source),
    ...readVectors().map(({ body }) => `begin { ${body} }`),
    ...readTranscripts().map(({ script }) => script),
    ...[...FULL_LANGUAGE.functions.values()].flatMap(({ doc }) => doc.example ?? []),
    ...[join(PROJECT_DIR, "examples"), process.env["TEST_SCRIPTS"]].flatMap(scriptsIn),
  ];
}

const scriptsIn = (folder: string | undefined): readonly string[] =>
  folder === undefined
    ? []
    : readdirSync(folder)
        .filter((file) => file.endsWith(".bt"))
        .map((file) => readFileSync(join(folder, file), "latin1"));

type Random = (below: number) => number;

const pick = <T>(from: readonly T[], random: Random): T => from[random(from.length)] as T;

/** A few tokens left out, doubled, exchanged, taken from elsewhere; operands most of all. */
function changed(
  script: readonly string[],
  all: readonly string[],
  scripts: readonly (readonly string[])[],
  random: Random,
): string {
  const tokens = [...script];
  for (let i = 0; i <= random(3); i++) {
    const at = random(tokens.length);
    switch (random(8)) {
      case 0:
        tokens.splice(at, random(2), ...(random(2) === 0 ? [] : [tokens[at] ?? ""]));
        break;
      case 1:
        tokens[at] = pick(all, random);
        break;
      case 2: {
        const other = pick(scripts, random);
        const from = random(other.length);
        tokens.splice(at, random(3), ...other.slice(from, from + 1 + random(12)));
        break;
      }
      default: {
        const operands = [...tokens.keys()].filter((index) => isOperand(tokens[index] ?? ""));
        if (operands.length > 0) tokens[pick(operands, random)] = pick(OPERANDS, random);
      }
    }
  }
  return tokens.join("");
}
