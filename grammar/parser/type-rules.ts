/** Types as they are written (language.md 2.2, 6.3, 6.5). */
import type { IToken, ParserMethod } from "chevrotain";
import type * as ast from "../ast.js";
import * as t from "../tokens.js";
import type { Token } from "../tokens.js";
import { meaning, RuleBase } from "./base.js";

/** The bytes that, after `(name)`, make it a cast. */
const STARTS_CAST_OPERAND = /[0-9A-Za-z_$@"(\-!~*&]/;

const isName = (token: IToken): boolean =>
  token.tokenType === t.Identifier || (token.tokenType.CATEGORIES?.includes(t.Identifier) ?? false);

export abstract class TypeRules extends RuleBase {
  abstract readonly expression: ParserMethod<[], ast.Expr>;

  readonly type = this.RULE("type", (): ast.TypeExpr => {
    this.enter();
    const start = this.next();
    let type: ast.TypeExpr = this.OR({
      ERR_MSG: "type name",
      DEF: [
        { ALT: (): ast.TypeExpr => this.taggedType() },
        { ALT: (): ast.TypeExpr => this.typeofType() },
        { ALT: (): ast.TypeExpr => this.namedType(this.CONSUME2(t.Identifier)), IGNORE_AMBIGUITIES: true },
      ],
    });
    this.MANY(() => {
      const inner = type;
      type = this.OR2<ast.TypeExpr>([
        { ALT: () => this.pointerType(start, inner) },
        { ALT: () => this.arrayType(start, inner) },
      ]);
    });
    this.leave();
    return type;
  });

  protected taggedType(): ast.NamedType {
    const start = this.next();
    const tag = this.OR3<"struct" | "union" | "enum">([
      { ALT: () => meaning(this.CONSUME(t.Struct), "struct") },
      { ALT: () => meaning(this.CONSUME(t.Union), "union") },
      { ALT: () => meaning(this.CONSUME(t.Enum), "enum") },
    ]);
    const name = this.CONSUME(t.Identifier).image;
    return { kind: "named-type", span: this.since(start), tag, name };
  }

  protected namedType(token: IToken): ast.NamedType {
    return { kind: "named-type", span: this.spanOf(token), tag: undefined, name: token.image };
  }

  protected typeofType(): ast.TypeofType {
    const start = this.CONSUME(t.Typeof) as Token;
    const operand = this.typeOrExpressionInParens();
    return { kind: "typeof-type", span: this.since(start), operand };
  }

  protected pointerType(start: Token, to: ast.TypeExpr): ast.PointerType {
    this.CONSUME(t.Star);
    return { kind: "pointer-type", span: this.since(start), to };
  }

  protected arrayType(start: Token, element: ast.TypeExpr): ast.ArrayType {
    this.CONSUME(t.LSquare);
    const length = this.OPTION(() => this.integer(this.CONSUME(t.Integer)));
    this.CONSUME(t.RSquare);
    return { kind: "array-type", span: this.since(start), element, length };
  }

  readonly typeOrExpression = this.RULE("typeOrExpression", (): ast.TypeExpr | ast.Expr =>
    this.OR<ast.TypeExpr | ast.Expr>([
      { GATE: () => this.startsType(), ALT: () => this.SUBRULE(this.type) },
      { ALT: () => this.SUBRULE(this.expression), IGNORE_AMBIGUITIES: true },
    ]),
  );

  protected typeOrExpressionInParens(): ast.TypeExpr | ast.Expr {
    this.CONSUME9(t.LParen);
    const operand = this.SUBRULE9(this.typeOrExpression);
    this.CONSUME9(t.RParen);
    return operand;
  }

  /** Whether `( type ) operand` starts here, by looking at tokens only (language.md 6.3). */
  protected startsCast(): boolean {
    if (!this.nextIs(t.LParen)) return false;
    if (this.LA(2).tokenType === t.Typeof && this.LA(3).tokenType === t.LParen) return true;
    const close = this.typeEnd(2);
    if (close === undefined || this.LA(close).tokenType !== t.RParen) return false;
    const operand = this.LA(close + 1);
    return STARTS_CAST_OPERAND.test(operand.image.charAt(0));
  }

  /** Whether the operand of `sizeof` and its like is a type: a name with nothing but suffixes (6.5). */
  protected startsType(): boolean {
    const first = this.LA(1).tokenType;
    if (first === t.Struct || first === t.Union || first === t.Enum) return true;
    if (first === t.Typeof) return this.LA(2).tokenType === t.LParen;
    const end = this.typeEnd(1);
    if (end === undefined) return false;
    const after = this.LA(end).tokenType;
    return after === t.RParen || after === t.Comma;
  }

  /** How many tokens ahead a type without `typeof` ends that starts `at` tokens ahead. */
  protected typeEnd(at: number): number | undefined {
    const first = this.LA(at).tokenType;
    const isTagged = first === t.Struct || first === t.Union || first === t.Enum;
    let next = isTagged && isName(this.LA(at + 1)) ? at + 2 : at + 1;
    if (!isName(this.LA(next - 1)) || this.LA(next - 1).tokenType === t.Builtin) return undefined;
    for (;;) {
      if (this.LA(next).tokenType === t.Star) next++;
      else if (this.LA(next).tokenType !== t.LSquare) return next;
      else if (this.LA(next + 1).tokenType === t.RSquare) next += 2;
      else if (this.LA(next + 1).tokenType === t.Integer && this.LA(next + 2).tokenType === t.RSquare) next += 3;
      else return undefined;
    }
  }
}
