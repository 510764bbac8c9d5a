import { expect, test } from "vitest";
import {
  DiagnosticBag,
  format,
  parse,
  parseExpression,
  renderDiagnostics,
  visit,
  type Comment,
  type Program,
} from "../../grammar/index.js";
import { randomFrom } from "../random.js";
import { ACCEPTED_BODIES } from "./accepted-bodies.js";
import { meaning } from "./support.js";

const SEED = Number(process.env["TEST_SEED"] ?? 1);
const ROUNDS = 3000;

const HEADS = [
  "begin",
  "BEGIN, end",
  'tracepoint:syscalls:sys_enter_* / pid == 1 && comm != "x" /',
  'uprobe:"/bin/x y":f+0x10',
  "interval:s:1",
];

const PROLOGUE = `#!/usr/bin/tsbt
// a comment
#include <linux/path.h>
#define N 4
struct s { int a; union { char b[4]; } c; } __attribute__((packed));
enum e { A = 1, B };
config = { max_strlen = 64; stack_mode = perf; }
import "lib.bt";
let @big = lruhash(100);
macro add($x, @m, y) { @m[$x] += y; $x }
`;

const FRAGMENTS = [
  ..."{}()[];,:/*\"'\\#$@.?<>=!~&|^%+- \n\t\0\x80\xff",
  "//",
  "/*",
  "*/",
  "++",
  "--",
  "->",
  "..",
  "/ {",
  "if ",
  "else ",
  "for ",
  "let ",
  "import ",
  "macro ",
  "config = {",
  "struct ",
  "typeof(",
  "sizeof(",
  "(int8)",
  "comptime ",
  "0x",
  "1e9",
  "08",
  "\\x",
  "$1",
  "@a[",
  "begin {",
  "#define ",
];

test(`broken scripts give messages, and nothing worse (TEST_SEED=${SEED})`, () => {
  const random = randomFrom(SEED);
  const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T;
  for (let round = 0; round < ROUNDS; round++) {
    const script = mutate(makeScript(pick, random), pick, random);
    const problem = problemWith(script);
    expect(problem, JSON.stringify(script)).toBe(undefined);
  }
}, 120_000);

type Pick = <T>(list: readonly T[]) => T;
type Random = (below: number) => number;

function makeScript(pick: Pick, random: Random): string {
  let script = random(3) === 0 ? PROLOGUE : "";
  for (let i = 0; i <= random(4); i++)
    script += `${pick(HEADS)} { ${pick(ACCEPTED_BODIES)} ${pick(ACCEPTED_BODIES)} }\n`;
  return script;
}

function mutate(script: string, pick: Pick, random: Random): string {
  let text = script;
  for (let i = random(6); i > 0; i--) {
    const at = random(text.length + 1);
    const length = pick([0, 1, 1, 3, random(40)]);
    const other = random(text.length + 1);
    const insertion = pick([
      "",
      pick(FRAGMENTS),
      pick(FRAGMENTS) + pick(FRAGMENTS),
      text.slice(other, other + random(60)),
    ]);
    text = text.slice(0, at) + insertion + text.slice(at + length);
  }
  return text;
}

/** What a script must never do to the front end. */
function problemWith(text: string): string | undefined {
  const file = { name: "fuzz", text };
  const bag = new DiagnosticBag();
  const comments: Comment[] = [];
  const program = parse(file, bag, comments);
  renderDiagnostics(bag.all, { color: true });
  parseExpression(file, new DiagnosticBag());
  let outside: string | undefined;
  visit(program, ({ kind, span: { start, end } }) => {
    if (start < 0 || start > end || end > text.length || Number.isNaN(start + end)) outside = `${kind} ${start}-${end}`;
  });
  for (const { span } of bag.all) {
    if (span === undefined || span.start > span.end || span.end > text.length) outside = "a message lies outside";
  }
  return outside !== undefined || bag.hasErrors ? outside : formattingProblem(program, format(program, comments));
}

function formattingProblem(original: Program, once: string): string | undefined {
  const bag = new DiagnosticBag();
  const comments: Comment[] = [];
  const program = parse({ name: "formatted", text: once }, bag, comments);
  const [first] = bag.all;
  if (first !== undefined) return `the formatted script is wrong: ${first.message}\n${once}`;
  if (meaning(original) !== meaning(program)) return `formatting changed the meaning:\n${once}`;
  const twice = format(program, comments);
  return twice === once ? undefined : `formatted twice:\n${once}\n${twice}`;
}
