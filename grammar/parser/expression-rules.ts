/** Expressions (language.md 2.2 and 6). */
import type { ParserMethod } from "chevrotain";
import type * as ast from "../ast.js";
import { span, type Span } from "../source.js";
import * as t from "../tokens.js";
import type { Token } from "../tokens.js";
import { meaning } from "./base.js";
import { OperatorStack } from "./precedence.js";
import { TypeRules } from "./type-rules.js";

/** What stands before an operand, until the operand is known. */
type Prefix =
  | { readonly kind: "cast"; readonly type: ast.TypeExpr; readonly span: Span }
  | { readonly kind: "comptime" | "unary" | "step"; readonly op: string; readonly start: number };

const isAddressOf = (prefix: Prefix | undefined): boolean => prefix?.kind === "unary" && prefix.op === "&";

/** `if condition then`. */
interface IfBranch {
  readonly start: number;
  readonly condition: ast.Expr;
  readonly then: ast.Block;
}

export abstract class ExpressionRules extends TypeRules {
  abstract readonly block: ParserMethod<[], ast.Block>;
  /** Whether a map that comes next may have a key: not behind `&`. */
  protected takesKey = true;

  readonly expression = this.RULE("expression", (): ast.Expr => {
    this.enter();
    const first = this.SUBRULE(this.operand);
    const expr = this.ternaryTail(this.binaryTail(first));
    this.leave();
    return expr;
  });

  protected ternaryTail(condition: ast.Expr): ast.Expr {
    const ternary = this.OPTION8(() => {
      this.CONSUME8(t.Question);
      const then = this.OPTION9(() => this.SUBRULE8(this.expression));
      this.CONSUME8(t.Colon);
      const otherwise = this.SUBRULE9(this.expression);
      return { kind: "ternary", span: this.sinceOperand(condition), condition, then, otherwise } as const;
    });
    return ternary ?? condition;
  }

  protected binaryTail(first: ast.Expr): ast.Expr {
    const end = this.previous().endOffset;
    const stack: OperatorStack[] = [];
    this.MANY9(() => {
      const operator = this.CONSUME9(t.BinaryOperator);
      const right = this.SUBRULE7(this.operand);
      this.ACTION(() => {
        stack[0] ??= new OperatorStack(this.file, first, end);
        stack[0].push(operator.image as ast.BinaryOp, right, this.previous().endOffset);
      });
    });
    return stack[0]?.finish() ?? first;
  }

  /** A unary expression: what may stand on either side of a binary operator. */
  readonly operand = this.RULE("operand", (): ast.Expr => {
    const prefixes: Prefix[] = [];
    this.MANY({
      // What is behind `&` is checked below.
      GATE: () => !isAddressOf(prefixes.at(-1)) && (!this.nextIs(t.LParen) || this.startsCast()),
      DEF: () => this.OR2(this.prefixes(prefixes)),
    });
    const start = this.next();
    const takesPostfix = !isAddressOf(prefixes.at(-1));
    if (!takesPostfix) this.checkAddressed(start);
    this.takesKey = takesPostfix;
    let expr: ast.Expr = this.OR({ DEF: this.primary, ERR_MSG: "expression" });
    this.MANY2({
      GATE: () => takesPostfix,
      DEF: () => {
        const object = expr;
        expr = this.OR3<ast.Expr>([{ ALT: () => this.field(object) }, { ALT: () => this.index(object) }]);
      },
    });
    const step = this.OPTION({ GATE: () => takesPostfix, DEF: () => this.CONSUME(t.StepOperator) as Token });
    if (step !== undefined) expr = this.step(step.image, expr, this.since(start), { isPrefix: false });
    return prefixes.length === 0 ? expr : this.withPrefixes(prefixes, expr);
  });

  /** `&` takes a variable or a map, and nothing behind it. */
  protected checkAddressed(operand: Token): void {
    if (operand.tokenType === t.Variable || operand.tokenType === t.MapName) return;
    this.fail("syntax-address-target", this.spot(operand), {});
  }

  /** A bound of a range: no operators, before or after. */
  readonly bound = this.RULE("bound", (): ast.Expr => {
    const casts: Prefix[] = [];
    this.MANY({ GATE: () => this.startsCast(), DEF: () => casts.push(this.cast()) });
    this.takesKey = true;
    const primary = this.OR(this.primary);
    return this.withPrefixes(casts, primary);
  });

  protected prefixes(into: Prefix[]): { ALT: () => void; IGNORE_AMBIGUITIES?: boolean }[] {
    return [
      {
        ALT: () => {
          const { image, startOffset } = this.CONSUME(t.PrefixOperator);
          into.push({ kind: image === "++" || image === "--" ? "step" : "unary", op: image, start: startOffset });
        },
      },
      { ALT: () => into.push({ kind: "comptime", op: "", start: this.CONSUME(t.Comptime).startOffset }) },
      { ALT: () => into.push(this.cast()), IGNORE_AMBIGUITIES: true },
    ];
  }

  /** `(type)`; its span reaches to the operand. */
  protected cast(): Prefix {
    const start = this.CONSUME7(t.LParen).startOffset;
    const type = this.SUBRULE6(this.type);
    this.CONSUME7(t.RParen);
    return { kind: "cast", type, span: span(this.file, start, this.next().startOffset) };
  }

  protected withPrefixes(prefixes: readonly Prefix[], primary: ast.Expr): ast.Expr {
    const end = this.previous().endOffset;
    let operand = primary;
    for (let i = prefixes.length - 1; i >= 0; i--) operand = this.withPrefix(prefixes[i] as Prefix, operand, end);
    return operand;
  }

  protected withPrefix(prefix: Prefix, operand: ast.Expr, end: number): ast.Expr {
    if (prefix.kind === "cast") return { kind: "cast", span: prefix.span, type: prefix.type, operand };
    const place = span(this.file, prefix.start, end);
    if (prefix.kind === "comptime") return { kind: "comptime", span: place, operand };
    if (prefix.kind === "step") return this.step(prefix.op, operand, place, { isPrefix: true });
    return { kind: "unary", span: place, op: prefix.op as ast.UnaryOp, operand };
  }

  protected step(op: string, target: ast.Expr, place: Span, { isPrefix }: { isPrefix: boolean }): ast.Expr {
    if (target.kind === "variable" || target.kind === "map" || target.kind === "map-access") {
      return { kind: "step", span: place, op: op as ast.Step["op"], isPrefix, target };
    }
    if (this.RECORDING_PHASE) return target;
    const blamed = isPrefix ? target.span : span(this.file, place.end - op.length, place.end);
    return this.fail("syntax-step-target", blamed, {});
  }

  protected field(object: ast.Expr): ast.Field {
    const operator = this.OR4([{ ALT: () => this.CONSUME(t.Dot) }, { ALT: () => this.CONSUME(t.Arrow) }]);
    const name = this.OR5<string | number>({
      ERR_MSG: `field name after '${operator.image}'`,
      DEF: [
        { ALT: () => this.CONSUME3(t.Identifier).image },
        {
          GATE: () => operator.image === ".",
          ALT: () => Number(this.integer(this.CONSUME3(t.Integer))),
        },
      ],
    });
    return { kind: "field", span: this.sinceOperand(object), object, name };
  }

  protected index(object: ast.Expr): ast.Index {
    this.CONSUME3(t.LSquare);
    const index = this.SUBRULE3(this.expression);
    this.CONSUME3(t.RSquare);
    return { kind: "index", span: this.sinceOperand(object), object, index };
  }

  protected readonly primary = [
    { ALT: (): ast.Expr => this.mapAccess() },
    { ALT: (): ast.Expr => this.variable(this.CONSUME(t.Variable)) },
    { ALT: (): ast.Expr => this.integerLiteral(this.CONSUME(t.Integer)) },
    { ALT: (): ast.Expr => this.stringLiteral(this.CONSUME(t.QuotedString)) },
    { ALT: (): ast.Expr => this.unterminated(this.CONSUME(t.UnterminatedString)) },
    { ALT: (): ast.Expr => this.SUBRULE(this.parenthesis) },
    { ALT: (): ast.Expr => this.SUBRULE(this.block) },
    { ALT: (): ast.Expr => this.positional(this.CONSUME(t.Positional)) },
    { ALT: (): ast.Expr => this.positionalCount(this.CONSUME(t.PositionalCount)) },
    { ALT: (): ast.Expr => this.bool(this.CONSUME(t.True), true) },
    { ALT: (): ast.Expr => this.bool(this.CONSUME(t.False), false) },
    { ALT: (): ast.Expr => this.SUBRULE(this.ifExpression) },
    { ALT: (): ast.Expr => this.SUBRULE(this.typeQuery) },
    { ALT: (): ast.Expr => this.SUBRULE(this.offsetof) },
    { ALT: (): ast.Expr => this.identifierOrCall(), IGNORE_AMBIGUITIES: true },
  ];

  protected mapAccess(): ast.MapRef | ast.MapAccess {
    const name = this.CONSUME(t.MapName) as Token;
    const map: ast.MapRef = { kind: "map", span: this.spanOf(name), name: name.image };
    const { takesKey } = this;
    const key = this.OPTION6({
      GATE: () => takesKey,
      DEF: () => {
        this.CONSUME(t.LSquare);
        const parts = this.SUBRULE(this.keyParts);
        this.CONSUME(t.RSquare);
        return parts;
      },
    });
    return key === undefined ? map : { kind: "map-access", span: this.since(name), map, key };
  }

  readonly keyParts = this.RULE("keyParts", (): ast.Expr => {
    const start = this.next();
    const elements: ast.Expr[] = [];
    this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => elements.push(this.SUBRULE(this.expression)) });
    const [only] = elements;
    return elements.length === 1 && only !== undefined ? only : { kind: "tuple", span: this.since(start), elements };
  });

  protected identifierOrCall(): ast.Identifier | ast.Call {
    const token = this.CONSUME(t.Identifier) as Token;
    const name = token.image;
    const args = this.OPTION7(() => this.SUBRULE(this.arguments));
    if (args === undefined) return { kind: "identifier", span: this.spanOf(token), name };
    return { kind: "call", span: this.since(token), name, nameSpan: this.spanOf(token), args };
  }

  readonly arguments = this.RULE("arguments", (): ast.Expr[] => {
    const args: ast.Expr[] = [];
    this.CONSUME(t.LParen);
    this.MANY_SEP({ SEP: t.Comma, DEF: () => args.push(this.SUBRULE(this.argument)) });
    this.CONSUME(t.RParen);
    return args;
  });

  readonly argument = this.RULE("argument", (): ast.Expr =>
    this.OR([
      { ALT: (): ast.Expr => this.SUBRULE(this.typeofArgument) },
      { ALT: () => this.SUBRULE(this.expression), IGNORE_AMBIGUITIES: true },
    ]),
  );

  /** A type as an argument of a macro. */
  readonly typeofArgument = this.RULE("typeofArgument", (): ast.Typeof => {
    const start = this.next();
    this.CONSUME(t.Typeof);
    const operand = this.typeOrExpressionInParens();
    return { kind: "typeof", span: this.since(start), operand };
  });

  /** What starts with `(` and is no cast: a group, a tuple or a record. */
  readonly parenthesis = this.RULE("parenthesis", (): ast.Expr => {
    const start = this.CONSUME(t.LParen) as Token;
    return this.OR<ast.Expr>([
      { GATE: () => this.startsRecord(), ALT: () => this.record(start) },
      { ALT: () => this.emptyTuple(start) },
      { ALT: () => this.groupOrTuple(start), IGNORE_AMBIGUITIES: true },
    ]);
  });

  /** `( name =`, where the name is none of the parser's own. */
  protected startsRecord(): boolean {
    return this.LA(1).tokenType !== t.Builtin && this.LA(2).tokenType === t.Assign;
  }

  protected record(start: Token): ast.Record {
    const fields: ast.RecordField[] = [];
    const names = new Set<string>();
    this.AT_LEAST_ONE_SEP({
      SEP: t.Comma,
      DEF: () => {
        const field = this.SUBRULE(this.recordField);
        this.ACTION(() => {
          if (names.has(field.name)) this.report("syntax-duplicate-name", field.span, { name: field.name });
          names.add(field.name);
        });
        fields.push(field);
      },
    });
    this.CONSUME(t.RParen);
    return { kind: "record", span: this.since(start), fields };
  }

  readonly recordField = this.RULE("recordField", (): ast.RecordField => {
    const name = this.CONSUME(t.Identifier) as Token;
    this.CONSUME(t.Assign);
    const value = this.SUBRULE(this.expression);
    return { kind: "record-field", span: this.since(name), name: name.image, value };
  });

  protected emptyTuple(start: Token): ast.Tuple {
    this.CONSUME2(t.RParen);
    return { kind: "tuple", span: this.since(start), elements: [] };
  }

  /** `(e)` is `e`; with a comma it is a tuple. */
  protected groupOrTuple(start: Token): ast.Expr {
    const first = this.SUBRULE(this.expression);
    const elements = [first];
    let isTuple = false;
    this.MANY(() => {
      this.CONSUME(t.Comma);
      isTuple = true;
      if (this.RECORDING_PHASE || !this.nextIs(t.RParen)) elements.push(this.SUBRULE2(this.expression));
    });
    this.CONSUME3(t.RParen);
    return isTuple ? { kind: "tuple", span: this.since(start), elements } : first;
  }

  readonly ifExpression = this.RULE("ifExpression", (): ast.If => {
    this.enter();
    const branches = [this.ifBranch(0)];
    let otherwise: ast.Block | undefined;
    this.MANY({
      GATE: () => otherwise === undefined,
      DEF: () => {
        this.CONSUME(t.Else);
        this.OR({
          ERR_MSG: "'{' or 'if' after 'else'",
          DEF: [
            { ALT: () => void branches.push(this.ifBranch(1)) },
            { ALT: () => void (otherwise = this.SUBRULE(this.block)) },
          ],
        });
      },
    });
    this.leave();
    return this.ifChain(branches, otherwise);
  });

  protected ifBranch(idx: 0 | 1): IfBranch {
    const start = this.consume(idx, t.If).startOffset;
    const condition = this.subrule(idx, this.operand);
    return { start, condition, then: this.subrule(idx + 2, this.block) };
  }

  /** Each `else if` is the `else` of the one before; all end at the last brace. */
  protected ifChain(branches: readonly IfBranch[], last: ast.Block | undefined): ast.If {
    const end = this.previous().endOffset;
    let otherwise: ast.Block | ast.If | undefined = last;
    for (let i = branches.length - 1; i >= 0; i--) {
      const branch = branches[i];
      if (branch === undefined) continue;
      const { start, condition, then } = branch;
      otherwise = { kind: "if", span: span(this.file, start, end), condition, then, otherwise };
    }
    return otherwise as ast.If;
  }

  readonly typeQuery = this.RULE("typeQuery", (): ast.Sizeof | ast.Typeinfo => {
    const start = this.next();
    const kind = this.OR<"sizeof" | "typeinfo">([
      { ALT: () => meaning(this.CONSUME(t.Sizeof), "sizeof") },
      { ALT: () => meaning(this.CONSUME(t.Typeinfo), "typeinfo") },
    ]);
    const operand = this.typeOrExpressionInParens();
    return { kind, span: this.since(start), operand };
  });

  readonly offsetof = this.RULE("offsetof", (): ast.Offsetof => {
    const start = this.next();
    const path: string[] = [];
    this.CONSUME(t.Offsetof);
    this.CONSUME(t.LParen);
    const operand = this.SUBRULE(this.typeOrExpression);
    this.CONSUME(t.Comma);
    this.AT_LEAST_ONE_SEP({
      SEP: t.Dot,
      DEF: () => path.push(this.CONSUME(t.Identifier).image),
      ERR_MSG: "')'",
    });
    this.CONSUME(t.RParen);
    return { kind: "offsetof", span: this.since(start), operand, path };
  });
}
