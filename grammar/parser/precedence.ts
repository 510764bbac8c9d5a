/** Turns operands and operators, met from left to right, into a tree. */
import type { BinaryOp, Expr } from "../ast.js";
import { span, type SourceFile } from "../source.js";

/** language.md 6.1; a higher number binds tighter. All are left associative. */
export const PRECEDENCE: Readonly<Record<BinaryOp, number>> = {
  "||": 2,
  "&&": 3,
  "|": 4,
  "^": 5,
  "&": 6,
  "==": 7,
  "!=": 7,
  "<": 8,
  ">": 8,
  "<=": 8,
  ">=": 8,
  "<<": 9,
  ">>": 9,
  "+": 10,
  "-": 10,
  "*": 11,
  "/": 11,
  "%": 11,
};

/** An expression and where its text ends, a closing parenthesis included; an opening one is not. */
interface Operand {
  readonly expr: Expr;
  readonly end: number;
}

/** The operands that still wait for their right side, with ever tighter operators between them. */
export class OperatorStack {
  readonly #file: SourceFile;
  readonly #operands: Operand[];
  readonly #operators: BinaryOp[] = [];

  constructor(file: SourceFile, expr: Expr, end: number) {
    this.#file = file;
    this.#operands = [{ expr, end }];
  }

  push(op: BinaryOp, expr: Expr, end: number): void {
    this.#reduce(PRECEDENCE[op]);
    this.#operators.push(op);
    this.#operands.push({ expr, end });
  }

  finish(): Expr {
    this.#reduce(0);
    return (this.#operands[0] as Operand).expr;
  }

  /** Joins what binds at least as tightly as `precedence`. */
  #reduce(precedence: number): void {
    for (;;) {
      const op = this.#operators.at(-1);
      if (op === undefined || PRECEDENCE[op] < precedence) return;
      this.#operators.pop();
      const { expr: right, end } = this.#operands.pop() as Operand;
      const { expr: left } = this.#operands.pop() as Operand;
      const joined: Expr = { kind: "binary", span: span(this.#file, left.span.start, end), op, left, right };
      this.#operands.push({ expr: joined, end });
    }
  }
}
