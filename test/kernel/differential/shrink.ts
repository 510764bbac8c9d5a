/**
 * Makes a failing program smaller, as long as it still fails: statements are left out, and expressions give way to
 * their operands.
 */
import type { BoolExpr, IntExpr, IntType, Program, Statement, StringExpr, TupleExpr } from "./program.js";

/** Every try compiles and runs a program. */
const MAX_TRIES = 4000;

export function shrink(program: Program, fails: (program: Program) => boolean, maxTries = MAX_TRIES): Program {
  let smallest = program;
  let tries = 0;
  for (let progress = true; progress;) {
    progress = false;
    // After a success the search goes on behind what was just tried: what did not help before seldom helps now.
    for (let skipped = 0; ;) {
      const candidate = nth(smaller(smallest.statements), skipped);
      if (candidate === undefined) break;
      if (++tries > maxTries) return smallest;
      if (fails({ ...smallest, statements: candidate })) {
        smallest = { ...smallest, statements: candidate };
        progress = true;
      } else skipped++;
    }
  }
  return smallest;
}

function nth<T>(items: Iterable<T>, n: number): T | undefined {
  let i = 0;
  for (const item of items) if (i++ === n) return item;
  return undefined;
}

// ---------------------------------------------------------------- statements

/** Large cuts first. */
function* smaller(statements: readonly Statement[]): Generator<readonly Statement[]> {
  for (let i = statements.length - 1; i >= 0; i--) {
    const statement = statements[i];
    if (statement === undefined) continue;
    // Others may read what is declared: then it does not compile, and that is another failure.
    yield statements.toSpliced(i, 1);
    for (const inner of bodiesOf(statement)) {
      if (!inner.some((s) => s.kind === "leave")) yield statements.toSpliced(i, 1, ...inner);
    }
  }
  for (let i = statements.length - 1; i >= 0; i--) {
    const statement = statements[i];
    if (statement === undefined) continue;
    for (const inner of bodiesOf(statement)) {
      for (const body of smaller(inner)) yield statements.toSpliced(i, 1, withBody(statement, inner, body));
    }
    for (const changed of simpler(statement)) yield statements.toSpliced(i, 1, changed);
  }
}

function bodiesOf(s: Statement): readonly (readonly Statement[])[] {
  switch (s.kind) {
    case "if":
      return s.otherwise.length === 0 ? [s.then] : [s.then, s.otherwise];
    case "for":
    case "while":
      return [s.body];
    default:
      return [];
  }
}

function withBody(s: Statement, old: readonly Statement[], body: readonly Statement[]): Statement {
  if (s.kind === "if") return s.then === old ? { ...s, then: body } : { ...s, otherwise: body };
  return s.kind === "for" || s.kind === "while" ? { ...s, body } : s;
}

/** The same statement with a simpler expression. */
function* simpler(s: Statement): Generator<Statement> {
  switch (s.kind) {
    case "let":
    case "assign":
    case "compound":
    case "aggregate":
      for (const value of inside(s.value)) yield { ...s, value };
      return;
    case "store":
    case "add":
      for (const value of inside(s.value)) yield { ...s, value };
      if (s.key !== undefined) for (const key of inside(s.key)) yield { ...s, key };
      return;
    case "delete":
      for (const key of inside(s.key)) yield { ...s, key };
      return;
    case "assign-bool":
      for (const value of simplerBool(s.value)) yield { ...s, value };
      return;
    case "choose-string":
    case "leave":
      for (const condition of simplerBool(s.condition)) yield { ...s, condition };
      return;
    case "if":
      for (const condition of simplerBool(s.condition)) yield { ...s, condition };
      if (s.otherwise.length > 0) yield { ...s, otherwise: [] };
      return;
    case "assign-tuple":
      for (const [i, element] of s.value.entries()) {
        for (const value of simplerElement(element)) yield { ...s, value: s.value.toSpliced(i, 1, value) };
      }
      return;
  }
}

function* simplerElement(e: TupleExpr[number]): Generator<IntExpr | BoolExpr | StringExpr> {
  if (isBool(e)) yield* simplerBool(e);
  else if (e.kind !== "text" && e.kind !== "string-variable") yield* inside(e);
}

// ---------------------------------------------------------------- expressions

/** The type of the whole stays: only what is in a cast changes. */
function* inside(e: IntExpr): Generator<IntExpr> {
  if (e.kind === "cast") {
    if (!isBool(e.operand)) for (const operand of simplerInt(e.operand)) yield { ...e, operand };
    else for (const operand of simplerBool(e.operand)) yield { ...e, operand };
    if (e.operand.kind !== "constant" && e.operand.kind !== "variable") yield { ...e, operand: one(e.type) };
  }
}

/** Where any integer will do. */
function* simplerInt(e: IntExpr): Generator<IntExpr> {
  switch (e.kind) {
    case "binary":
      yield e.left;
      if (e.right.kind !== "literal") yield e.right;
      for (const left of simplerInt(e.left)) yield { ...e, left };
      for (const right of simplerInt(e.right)) yield { ...e, right };
      return;
    case "unary":
      yield e.operand;
      for (const operand of inside(e.operand)) yield { ...e, operand };
      return;
    case "cast":
      if (!isBool(e.operand)) yield e.operand;
      yield* inside(e);
      return;
    case "choose":
      yield e.then;
      yield e.otherwise;
      for (const condition of simplerBool(e.condition)) yield { ...e, condition };
      for (const then of inside(e.then)) yield { ...e, then };
      for (const otherwise of inside(e.otherwise)) yield { ...e, otherwise };
      return;
    case "step":
      yield { kind: "variable", name: e.name, type: e.type };
      return;
    case "byte":
      yield e.of;
      for (const of of inside(e.of)) yield { ...e, of };
      return;
    case "map":
    case "element":
      yield one(e.type);
  }
}

function* simplerBool(e: BoolExpr): Generator<BoolExpr> {
  switch (e.kind) {
    case "compare":
      for (const left of simplerInt(e.left)) yield { ...e, left };
      for (const right of simplerInt(e.right)) yield { ...e, right };
      return;
    case "logic":
      yield e.left;
      yield e.right;
      for (const left of simplerBool(e.left)) yield { ...e, left };
      for (const right of simplerBool(e.right)) yield { ...e, right };
      return;
    case "not":
      yield e.operand;
      for (const operand of simplerBool(e.operand)) yield { ...e, operand };
  }
}

const one = (type: IntType): IntExpr => ({ kind: "constant", type, value: 1n });

const BOOLS: ReadonlySet<string> = new Set(["compare", "logic", "not", "bool-variable", "same-string", "same-tuple"]);

const isBool = (e: IntExpr | BoolExpr | StringExpr): e is BoolExpr => BOOLS.has(e.kind);
