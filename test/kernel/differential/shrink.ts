/** Makes a failing program smaller: statements are left out, one after the other, as long as it still fails. */
import type { Program, Statement } from "./program.js";

/** Every try is a run of tsbt. */
const MAX_TRIES = 200;

export async function shrink(program: Program, fails: (program: Program) => Promise<boolean>): Promise<Program> {
  let smallest = program;
  let tries = 0;
  for (let progress = true; progress;) {
    progress = false;
    for (const statements of smaller(smallest.statements)) {
      if (++tries > MAX_TRIES) return smallest;
      const candidate = { ...smallest, statements };
      if (!(await fails(candidate))) continue;
      smallest = candidate;
      progress = true;
      break;
    }
  }
  return smallest;
}

/** Every program with one statement less, or with a statement in place of what is inside of it; large cuts first. */
function* smaller(statements: readonly Statement[]): Generator<readonly Statement[]> {
  for (let i = statements.length - 1; i >= 0; i--) {
    const statement = statements[i];
    if (statement === undefined || isDeclaration(statement)) continue;
    yield statements.toSpliced(i, 1);
    for (const inner of bodiesOf(statement)) {
      if (!inner.some((s) => s.kind === "leave")) yield statements.toSpliced(i, 1, ...inner);
      for (const body of smaller(inner)) yield statements.toSpliced(i, 1, withBody(statement, inner, body));
    }
  }
}

/** Others may read what it declares. */
const isDeclaration = (s: Statement): boolean => s.kind === "let" || s.kind === "assign-string";

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
