/** Constant expressions: operators and their precedence. What the operands are is told by the subclasses. */
import { binaryConstant, type Constant, meetConstants, truth } from "./constant.js";
import type { CTokens } from "./tokens.js";
import { CSyntaxError, type CPlace } from "./failure.js";
import type { CType } from "./type.js";
import { isPunctuator } from "./token.js";

/** What is known of an expression's value without running the program. */
export interface CValue {
  /** Where it begins. */
  readonly place: CPlace;
  readonly constant: Constant | undefined;
  /** Why it is no constant, when that is a mistake in itself. */
  readonly problem?: { readonly place: CPlace; readonly message: string } | undefined;
  /** Known where `sizeof` and `->` ask for it. */
  readonly type?: CType | undefined;
  /** Of an object at a constant address, as in `((struct s *)0)->member`. */
  readonly address?: bigint | undefined;
}

/** Binds tighter the larger it is. */
const PRECEDENCE: ReadonlyMap<string, number> = new Map(
  ["||", "&&", "|", "^", "&", "== !=", "< > <= >=", "<< >>", "+ -", "* / %"].flatMap((ops, level) =>
    ops.split(" ").map((op) => [op, level + 1] as const),
  ),
);

export abstract class ExpressionReader {
  protected readonly tokens: CTokens;

  constructor(tokens: CTokens) {
    this.tokens = tokens;
  }

  /** In the words of the message when something else stands there. */
  protected abstract readonly closingParenthesis: string;

  /** An operand with its prefix and postfix operators. */
  protected abstract unary(): CValue;

  /** Everything but the comma operator. */
  conditional(): CValue {
    return this.tokens.nested(() => {
      const condition = this.#binary(1);
      if (!this.tokens.accept("?")) return condition;
      // GNU: `a ?: b`.
      const then = isPunctuator(this.tokens.peek(), ":") ? condition : this.comma();
      this.expect(":", "':'");
      return choose(condition, then, this.conditional());
    });
  }

  /** The value of `a, b` is that of `b`. */
  comma(): CValue {
    let value = this.conditional();
    while (this.tokens.accept(",")) value = { ...this.conditional(), constant: undefined };
    return value;
  }

  protected parenthesized(): CValue {
    const value = this.comma();
    this.expect(")", this.closingParenthesis);
    return value;
  }

  protected expect(text: string, words: string): void {
    if (!this.tokens.accept(text)) throw new CSyntaxError(this.tokens.peek(), `expected ${words}`);
  }

  #binary(lowest: number): CValue {
    let left = this.unary();
    for (;;) {
      const op = this.tokens.peek();
      const precedence = op.kind === "punctuator" ? (PRECEDENCE.get(op.text) ?? 0) : 0;
      if (precedence < lowest) return left;
      this.tokens.next();
      left = combine(op.text, op, left, this.#binary(precedence + 1));
    }
  }
}

function combine(op: string, at: CPlace, left: CValue, right: CValue): CValue {
  const { place } = left;
  if (op === "&&" || op === "||") return shortCircuit(op, left, right);
  const problem = left.problem ?? right.problem;
  if (problem !== undefined || left.constant === undefined || right.constant === undefined) {
    return { place, constant: undefined, problem };
  }
  const constant = binaryConstant(op, left.constant, right.constant);
  return constant === undefined
    ? { place, constant, problem: { place: at, message: "division by zero" } }
    : { place, constant };
}

/** The right side is not looked at when the left one decides. */
function shortCircuit(op: "&&" | "||", left: CValue, right: CValue): CValue {
  const { place } = left;
  if (left.constant === undefined) return { place, constant: undefined, problem: left.problem };
  const isTrue = left.constant.value !== 0n;
  if (isTrue === (op === "||")) return { place, constant: truth(isTrue) };
  if (right.constant === undefined) return { place, constant: undefined, problem: right.problem };
  return { place, constant: truth(right.constant.value !== 0n) };
}

function choose(condition: CValue, then: CValue, otherwise: CValue): CValue {
  const { place } = condition;
  if (condition.constant === undefined)
    return { place, constant: undefined, problem: condition.problem, type: then.type };
  const [chosen, other] = condition.constant.value !== 0n ? [then, otherwise] : [otherwise, then];
  if (chosen.constant === undefined || other.constant === undefined) return { ...chosen, place };
  return { place, constant: meetConstants(chosen.constant, other.constant), type: chosen.type };
}
