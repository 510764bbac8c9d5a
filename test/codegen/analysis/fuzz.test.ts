import { expect, it } from "vitest";
import { type AnyNode, type Expr, visit } from "../../../grammar/index.js";
import type { TypedProgram } from "../../../codegen/analysis/typed-program.js";
import { analyseScript } from "./analyse-script.js";
import { readRecorded } from "./recorded.js";

const SEED = Number(process.env["TEST_SEED"] ?? 1);
const ROUNDS = 4000;

/** A linear congruential generator; the seed is in the test's name. */
function generator(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >>> 8) % limit;
  };
}

const TOKEN = /"(?:\\.|[^"])*"|[$@]?[A-Za-z_0-9]+|[<>=!&|+\-*/]{1,2}|./g;

const EXPRESSIONS: ReadonlySet<string> = new Set<Expr["kind"]>([
  "integer",
  "string",
  "bool",
  "identifier",
  "variable",
  "map",
  "map-access",
  "call",
  "unary",
  "step",
  "binary",
  "ternary",
  "cast",
  "field",
  "index",
  "tuple",
  "record",
  "block",
  "if",
]);

const isExpression = (node: AnyNode): node is Expr => EXPRESSIONS.has(node.kind);

/** Asks what lowering may ask; throws where there is no answer. */
function askEverything(typed: TypedProgram): void {
  const ask = (node: AnyNode): void => {
    if (isExpression(node)) typed.typeOf(node);
    if (node.kind === "variable") typed.variableOf(node);
    if (node.kind === "map") typed.mapNamed(node.name);
    expect(["sizeof", "offsetof", "typeinfo", "comptime", "positional"]).not.toContain(node.kind);
  };
  for (const { predicate, body } of typed.probes) {
    if (predicate !== undefined) visit(predicate, ask);
    visit(body, ask);
  }
}

it(`scripts with tokens out of place are typed completely or refused (TEST_SEED=${SEED})`, () => {
  const next = generator(SEED);
  const scripts = readRecorded().map(({ script }) => script.match(TOKEN) ?? []);
  const tokens = scripts.flat();
  const pick = <T>(list: readonly T[]): T => list[next(list.length)] as T;
  for (let round = 0; round < ROUNDS; round++) {
    const script = [...pick(scripts)];
    for (let changes = next(3); changes >= 0; changes--)
      script.splice(next(script.length), next(2), ...(next(3) > 0 ? [pick(tokens)] : []));
    const text = script.join("");
    try {
      const { typed } = analyseScript(text);
      if (typed !== undefined) askEverything(typed);
    } catch (cause) {
      throw new Error(`analysis fails for ${text}`, { cause });
    }
  }
}, 30_000);
