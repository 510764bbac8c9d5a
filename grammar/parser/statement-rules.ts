/** Blocks and statements (language.md 2.2 and 5). */
import type * as ast from "../ast.js";
import * as t from "../tokens.js";
import type { Token } from "../tokens.js";
import { meaning } from "./base.js";
import { ExpressionRules } from "./expression-rules.js";

const startsWithSigil = (token: Token): boolean => token.tokenType === t.Variable || token.tokenType === t.MapName;

const isTarget = (expr: ast.Expr): expr is ast.Assign["target"] =>
  expr.kind === "variable" || expr.kind === "map" || expr.kind === "map-access";

export abstract class StatementRules extends ExpressionRules {
  readonly block = this.RULE("block", (): ast.Block => {
    this.enter();
    const start = this.next();
    const statements: ast.Statement[] = [];
    this.CONSUME(t.LCurly);
    this.MANY(() => statements.push(this.SUBRULE(this.statement)));
    const value = this.ACTION(() => this.takeValue(statements));
    this.CONSUME(t.RCurly);
    this.leave();
    return { kind: "block", span: this.since(start), statements, value };
  });

  /** A last expression without `;` is the value of its block. */
  protected takeValue(statements: ast.Statement[]): ast.Expr | undefined {
    const last = statements.at(-1);
    if (last?.kind !== "expr-statement" || this.previous().tokenType === t.Semicolon) return undefined;
    statements.pop();
    return last.expr;
  }

  readonly statement = this.RULE("statement", (): ast.Statement => this.OR(this.statements));

  protected readonly statements = [
    { ALT: (): ast.Statement => this.SUBRULE(this.letStatement) },
    { ALT: (): ast.Statement => this.SUBRULE(this.jump) },
    { ALT: (): ast.Statement => this.SUBRULE(this.importStatement) },
    { ALT: (): ast.Statement => this.SUBRULE(this.forStatement) },
    { ALT: (): ast.Statement => this.SUBRULE(this.whileStatement) },
    { ALT: (): ast.Statement => this.SUBRULE(this.unrollStatement) },
    { ALT: (): ast.Statement => this.SUBRULE(this.simpleStatement), IGNORE_AMBIGUITIES: true },
  ];

  readonly letStatement = this.RULE("letStatement", (): ast.Let => {
    const start = this.next();
    this.CONSUME(t.Let);
    const variable = this.variable(this.CONSUME(t.Variable, { ERR_MSG: "variable after 'let'" }));
    const type = this.OPTION(() => {
      this.CONSUME(t.Colon);
      return this.SUBRULE(this.type);
    });
    const value = this.OPTION2(() => {
      this.CONSUME(t.Assign);
      return this.SUBRULE(this.expression);
    });
    const node: ast.Let = { kind: "let", span: this.since(start), variable, type, value };
    this.semicolon();
    return node;
  });

  readonly jump = this.RULE("jump", (): ast.Return | ast.Break | ast.Continue => {
    const start = this.next();
    const kind = this.OR<"return" | "break" | "continue">([
      { ALT: () => meaning(this.CONSUME(t.Return), "return") },
      { ALT: () => meaning(this.CONSUME(t.Break), "break") },
      { ALT: () => meaning(this.CONSUME(t.Continue), "continue") },
    ]);
    const value = this.OPTION({
      GATE: () => start.tokenType === t.Return,
      DEF: () => this.SUBRULE(this.expression),
    });
    this.ACTION(() => {
      const isBare = this.previous().tokenType === t.Return;
      if (isBare && !this.nextIs(t.Semicolon) && !this.nextIs(t.RCurly)) this.failExpected("expression", this.next());
    });
    this.semicolon();
    return kind === "return" ? { kind, span: this.since(start), value } : { kind, span: this.since(start) };
  });

  readonly importStatement = this.RULE("importStatement", (): ast.ImportStatement => {
    const start = this.next();
    const path = this.importPath();
    const span = this.since(start);
    this.semicolon();
    return { kind: "import-statement", span, path };
  });

  protected importPath(): string {
    this.CONSUME(t.Import);
    return this.string(this.CONSUME(t.QuotedString, { ERR_MSG: "string after 'import'" }));
  }

  readonly forStatement = this.RULE("forStatement", (): ast.For => {
    const start = this.next();
    this.enterLoop();
    this.CONSUME(t.For);
    const isParenthesized = this.OPTION(() => this.CONSUME(t.LParen)) !== undefined;
    const variable = this.variable(this.CONSUME(t.Variable, { ERR_MSG: "variable in for loop" }));
    this.CONSUME(t.Colon);
    const iterated = this.SUBRULE(this.iterable);
    const headSpan = this.since(start);
    if (this.RECORDING_PHASE || isParenthesized) this.CONSUME(t.RParen);
    const over = this.ACTION(() =>
      iterated.kind === "range" || iterated.kind === "map"
        ? iterated
        : this.failExpected("map or range in for loop", this.next()),
    );
    const body = this.SUBRULE(this.block);
    this.leaveLoop();
    return { kind: "for", span: this.since(start), variable, over, body, headSpan };
  });

  readonly iterable = this.RULE("iterable", (): ast.Range | ast.Expr => {
    const start = this.next();
    const first = this.SUBRULE(this.bound);
    const end = this.OPTION(() => {
      this.CONSUME(t.DotDot);
      return this.SUBRULE2(this.bound);
    });
    return end === undefined ? first : { kind: "range", span: this.since(start), start: first, end };
  });

  readonly whileStatement = this.RULE("whileStatement", (): ast.While => {
    const start = this.next();
    this.enterLoop();
    this.CONSUME(t.While);
    const condition = this.SUBRULE(this.operand);
    const body = this.SUBRULE(this.block);
    this.leaveLoop();
    return { kind: "while", span: this.since(start), condition, body };
  });

  readonly unrollStatement = this.RULE("unrollStatement", (): ast.Unroll => {
    const start = this.next();
    this.CONSUME(t.Unroll);
    const count = this.SUBRULE(this.operand);
    const body = this.SUBRULE(this.block);
    return { kind: "unroll", span: this.since(start), count, body };
  });

  /** An assignment, `_ = …`, or an expression. */
  readonly simpleStatement = this.RULE("simpleStatement", (): ast.Statement => {
    const start = this.next();
    const first = this.SUBRULE(this.operand);
    const assignment = this.OPTION(() => {
      const operator = this.CONSUME(t.AssignOperator) as Token;
      this.ACTION(() => this.checkTarget(first, start, operator));
      const value = this.SUBRULE(this.expression);
      return this.ACTION(() => this.assign(start, first, operator, value));
    });
    if (this.RECORDING_PHASE || assignment === undefined) return this.expressionStatement(start, first);
    this.semicolon2();
    return assignment;
  });

  /** What is no target at all ends the statement before the operator. */
  protected checkTarget(first: ast.Expr, start: Token, operator: Token): void {
    if (isTarget(first)) return;
    const isPart = startsWithSigil(start) && (first.kind === "field" || first.kind === "index");
    const isDiscard = first.kind === "identifier" && first.name === "_";
    if (!(isPart || isDiscard) || operator.tokenType !== t.Assign) this.failExpected("';'", operator);
  }

  protected assign(start: Token, target: ast.Expr, operator: Token, value: ast.Expr): ast.Assign | ast.Discard {
    const span = this.since(start);
    if (target.kind === "identifier") return { kind: "discard", span, value };
    const op = operator.tokenType === t.Assign ? undefined : (operator.image.slice(0, -1) as ast.BinaryOp);
    if (isTarget(target)) return { kind: "assign", span, target, op, value };
    return this.fail(target.kind === "index" ? "syntax-invalid-target" : "syntax-immutable-target", span, {});
  }

  /** A statement that starts with `$` or `@` cannot be a ternary (language.md 5.3). */
  protected expressionStatement(start: Token, first: ast.Expr): ast.ExprStatement {
    let expr = this.binaryTail(first);
    if (this.RECORDING_PHASE || !startsWithSigil(start)) expr = this.ternaryTail(expr);
    if (this.RECORDING_PHASE || !this.isAfterBraces()) this.semicolon();
    return { kind: "expr-statement", span: this.since(start), expr };
  }

  /** After an expression that ended in `}` the semicolon is optional. */
  protected isAfterBraces(): boolean {
    return this.previous().tokenType === t.RCurly && !this.nextIs(t.Semicolon);
  }

  /** The `;` of a statement, optional before `}`. */
  protected semicolon(): void {
    if (this.RECORDING_PHASE || !this.nextIs(t.RCurly)) this.CONSUME8(t.Semicolon);
  }

  /** As {@link #semicolon}, for the second place in one rule. */
  protected semicolon2(): void {
    if (this.RECORDING_PHASE || !this.nextIs(t.RCurly)) this.CONSUME9(t.Semicolon);
  }
}
