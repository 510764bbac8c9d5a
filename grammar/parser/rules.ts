/**
 * The grammar (language.md 2.2), rule by rule in the order of the reference. Rules build the tree as they go.
 *
 * One parser object is built when the program starts (or rather when its start-up snapshot is made) and
 * used for every script. It reads one top-level item at a time; `parser.ts` cuts the text into items.
 *
 * While Chevrotain records the grammar, it runs every rule once with empty tokens and no input: what looks
 * into nodes then sits in an `ACTION`, and spans are computed from tokens only.
 */
import { EmbeddedActionsParser, type IParserErrorMessageProvider, type IToken, type TokenType } from "chevrotain";
import type * as ast from "../ast.js";
import type { Code, DiagnosticBag, MessageArgs } from "../diagnostic.js";
import { readInteger, readString, type LiteralError } from "../literals.js";
import { span, type SourceFile, type Span } from "../source.js";
import * as t from "../tokens.js";
import type { Token } from "../tokens.js";
import { SyntaxFailure } from "./failure.js";
import { OperatorStack } from "./precedence.js";

/** How deeply constructs may nest. Everything that walks a tree by recursion relies on it. */
export const MAX_DEPTH = 200;

/** No script gets more syntax errors than this. */
export const MAX_SYNTAX_ERRORS = 20;

const MAX_PARAMETER = 2n ** 63n - 1n;

/** The bytes that, after `(name)`, make it a cast (language.md 6.3). */
const STARTS_CAST_OPERAND = /[0-9A-Za-z_$@"(\-!~*&]/;

/** `expected …`: every message of Chevrotain's own is the text that follows that word. */
const EXPECTED: IParserErrorMessageProvider = {
  buildMismatchTokenMessage({ expected, actual, previous, ruleName }) {
    const content = CONTENT_OF[ruleName] ?? "expression";
    if (isClosing(expected) && isOpeningOrComma(previous.tokenType)) return content;
    if (expected === t.RCurly && actual.tokenType !== t.EndOfFile) return content;
    return expected.LABEL ?? expected.name;
  },
  buildNoViableAltMessage: ({ customUserDescription }) => customUserDescription ?? "expression",
  buildEarlyExitMessage: ({ customUserDescription }) => customUserDescription ?? "expression",
  buildNotAllInputParsedMessage: () => "end of input",
};

/** What could have stood in place of a closing bracket, where it is not an expression. */
const CONTENT_OF: Readonly<Record<string, string>> = { config: "config key", macro: "identifier" };

const isClosing = (type: TokenType): boolean => type === t.RParen || type === t.RSquare;
const isOpeningOrComma = (type: TokenType | undefined): boolean =>
  type === t.LParen || type === t.LSquare || type === t.Comma;

/** What stands before an operand, until the operand is known. */
type Prefix =
  | { readonly kind: "cast"; readonly type: ast.TypeExpr; readonly span: Span }
  | { readonly kind: "comptime" | "unary" | "step"; readonly op: string; readonly start: number };

/** `if condition then`. */
interface IfBranch {
  readonly start: number;
  readonly condition: ast.Expr;
  readonly then: ast.Block;
}

const NO_FILE: SourceFile = { name: "", text: "" };

export class ScriptParser extends EmbeddedActionsParser {
  #file = NO_FILE;
  #bag: DiagnosticBag | undefined;
  #depth = 0;
  /** Mistakes of this script that did not stop the parser. */
  #reported = 0;

  /** @param options full validation of the grammar is for tests: it takes long */
  constructor(options: { readonly skipValidations: boolean } = { skipValidations: true }) {
    super(t.VOCABULARY, { ...options, maxLookahead: 1, recoveryEnabled: false, errorMessageProvider: EXPECTED });
    this.performSelfAnalysis();
  }

  /** The tokens of the next item; the last of them is {@link t.EndOfFile}. */
  begin(file: SourceFile, tokens: Token[], bag: DiagnosticBag): void {
    this.#file = file;
    this.#bag = bag;
    this.#depth = 0;
    this.input = tokens;
  }

  /** Forgets the script, so that its text can be freed. */
  end(): void {
    this.begin(NO_FILE, [], this.#bag as DiagnosticBag);
    this.#bag = undefined;
    this.#reported = 0;
  }

  // ---------------------------------------------------------------- items

  readonly config = this.RULE("config", (): ast.ConfigBlock => {
    const start = this.#next();
    const settings: ast.ConfigSetting[] = [];
    this.CONSUME(t.Config);
    this.CONSUME(t.Assign);
    this.CONSUME(t.LCurly);
    this.MANY(() => {
      settings.push(this.SUBRULE(this.setting));
      if (this.RECORDING_PHASE || !this.#nextIs(t.RCurly)) this.CONSUME(t.Semicolon);
      this.MANY2(() => this.CONSUME2(t.Semicolon));
    });
    this.CONSUME(t.RCurly);
    return { kind: "config", span: this.#since(start), settings };
  });

  readonly setting = this.RULE("setting", (): ast.ConfigSetting => {
    const name = this.CONSUME(t.Identifier) as Token;
    this.CONSUME(t.Assign);
    const value = this.OR<string | bigint | boolean>({
      ERR_MSG: "string, int, boolean, or ident",
      DEF: [
        { ALT: () => this.#string(this.CONSUME(t.QuotedString)) },
        { ALT: () => this.#integer(this.CONSUME(t.Integer)) },
        { ALT: () => meaning(this.CONSUME(t.True), true) },
        { ALT: () => meaning(this.CONSUME(t.False), false) },
        { ALT: () => this.CONSUME2(t.Identifier).image, IGNORE_AMBIGUITIES: true },
      ],
    });
    return { kind: "setting", span: this.#since(name), name: name.image, nameSpan: this.#spanOf(name), value };
  });

  readonly rootImport = this.RULE("rootImport", (): ast.RootImport => {
    const start = this.#next();
    const path = this.#importPath();
    this.CONSUME(t.Semicolon, { ERR_MSG: "';' after import" });
    return { kind: "root-import", span: this.#since(start), path };
  });

  readonly mapDeclaration = this.RULE("mapDeclaration", (): ast.MapDeclaration => {
    const start = this.#next();
    this.CONSUME(t.Let);
    this.ACTION(() => {
      if (!this.#nextIs(t.MapName)) this.#fail("syntax-root-let", this.#spanOf(start), {});
    });
    const map = this.CONSUME(t.MapName).image;
    this.CONSUME(t.Assign);
    const mapKind = this.CONSUME(t.Identifier, { ERR_MSG: "map type name" }) as Token;
    this.CONSUME(t.LParen);
    const entries = this.#integer(
      this.CONSUME(t.Integer, { ERR_MSG: "positive integer for map declaration max entries" }),
    );
    this.CONSUME(t.RParen);
    this.OPTION(() => this.CONSUME(t.Semicolon));
    return {
      kind: "map-declaration",
      span: this.#since(start),
      map,
      mapKind: mapKind.image,
      mapKindSpan: this.#spanOf(mapKind),
      entries,
    };
  });

  readonly macro = this.RULE("macro", (): ast.Macro => {
    const start = this.#next();
    const params: ast.MacroParam[] = [];
    this.CONSUME(t.Macro);
    const name = this.CONSUME(t.Identifier).image;
    this.CONSUME(t.LParen);
    this.MANY_SEP({ SEP: t.Comma, DEF: () => params.push(this.SUBRULE(this.macroParam)) });
    this.CONSUME(t.RParen);
    const body = this.SUBRULE(this.block);
    return { kind: "macro", span: this.#since(start), name, params, body };
  });

  readonly macroParam = this.RULE("macroParam", (): ast.MacroParam => {
    const kind = this.OR<ast.MacroParam["kind"]>({
      ERR_MSG: "identifier",
      DEF: [
        { ALT: () => meaning(this.CONSUME(t.Variable), "variable") },
        { ALT: () => meaning(this.CONSUME(t.MapName), "map") },
        { ALT: () => meaning(this.CONSUME(t.Identifier), "identifier") },
      ],
    });
    const token = this.#previous();
    if (token.tokenType === t.Builtin) {
      this.#fail("syntax-builtin-parameter", this.#spanOf(token), { name: token.image });
    }
    return { kind, span: this.#spanOf(token), name: token.image };
  });

  readonly probe = this.RULE("probe", (): ast.Probe => {
    const start = this.#next();
    const attachPoints = [this.#attachPoint(this.CONSUME(t.AttachPoint, { ERR_MSG: "attach point" }))];
    this.MANY(() => {
      this.CONSUME(t.Comma);
      this.OPTION(() => attachPoints.push(this.#attachPoint(this.CONSUME2(t.AttachPoint))));
    });
    const predicate = this.OPTION2(() => {
      this.CONSUME(t.PredicateStart);
      const condition = this.SUBRULE(this.expression);
      this.CONSUME(t.PredicateEnd, { ERR_MSG: "'/' to close predicate" });
      return condition;
    });
    const body = this.SUBRULE(this.block);
    return { kind: "probe", span: this.#since(start), attachPoints, predicate, body };
  });

  #attachPoint(token: IToken): ast.AttachPoint {
    return { kind: "attach-point", span: this.#spanOf(token), text: token.image };
  }

  /** A text that is one expression: a C macro's. */
  readonly wholeExpression = this.RULE("wholeExpression", (): ast.Expr => {
    const expr = this.SUBRULE(this.expression);
    this.CONSUME(t.EndOfFile, { ERR_MSG: "end of expression" });
    return expr;
  });

  // ---------------------------------------------------------------- statements

  readonly block = this.RULE("block", (): ast.Block => {
    this.#enter();
    const start = this.#next();
    const statements: ast.Statement[] = [];
    this.CONSUME(t.LCurly);
    this.MANY(() => statements.push(this.SUBRULE(this.statement)));
    const value = this.ACTION(() => this.#takeValue(statements));
    this.CONSUME(t.RCurly);
    this.#depth--;
    return { kind: "block", span: this.#since(start), statements, value };
  });

  /** A last expression without `;` is the value of its block. */
  #takeValue(statements: ast.Statement[]): ast.Expr | undefined {
    const last = statements.at(-1);
    if (last?.kind !== "expr-statement" || this.#previous().tokenType === t.Semicolon) return undefined;
    statements.pop();
    return last.expr;
  }

  readonly statement = this.RULE("statement", (): ast.Statement => this.OR(this.#statements));

  readonly #statements = [
    { ALT: (): ast.Statement => this.SUBRULE(this.letStatement) },
    { ALT: (): ast.Statement => this.SUBRULE(this.jump) },
    { ALT: (): ast.Statement => this.SUBRULE(this.importStatement) },
    { ALT: (): ast.Statement => this.SUBRULE(this.forStatement) },
    { ALT: (): ast.Statement => this.SUBRULE(this.whileStatement) },
    { ALT: (): ast.Statement => this.SUBRULE(this.unrollStatement) },
    { ALT: (): ast.Statement => this.SUBRULE(this.simpleStatement), IGNORE_AMBIGUITIES: true },
  ];

  readonly letStatement = this.RULE("letStatement", (): ast.Let => {
    const start = this.#next();
    this.CONSUME(t.Let);
    const variable = this.#variable(this.CONSUME(t.Variable, { ERR_MSG: "variable after 'let'" }));
    const type = this.OPTION(() => {
      this.CONSUME(t.Colon);
      return this.SUBRULE(this.type);
    });
    const value = this.OPTION2(() => {
      this.CONSUME(t.Assign);
      return this.SUBRULE(this.expression);
    });
    const node: ast.Let = { kind: "let", span: this.#since(start), variable, type, value };
    this.#semicolon();
    return node;
  });

  readonly jump = this.RULE("jump", (): ast.Return | ast.Break | ast.Continue => {
    const start = this.#next();
    const kind = this.OR<"return" | "break" | "continue">([
      { ALT: () => meaning(this.CONSUME(t.Return), "return") },
      { ALT: () => meaning(this.CONSUME(t.Break), "break") },
      { ALT: () => meaning(this.CONSUME(t.Continue), "continue") },
    ]);
    const value = this.OPTION({
      GATE: () => start.tokenType === t.Return,
      DEF: () => this.SUBRULE(this.expression),
    });
    this.#semicolon();
    return kind === "return" ? { kind, span: this.#since(start), value } : { kind, span: this.#since(start) };
  });

  readonly importStatement = this.RULE("importStatement", (): ast.ImportStatement => {
    const start = this.#next();
    const path = this.#importPath();
    this.#semicolon();
    return { kind: "import-statement", span: this.#since(start), path };
  });

  #importPath(): string {
    this.CONSUME(t.Import);
    return this.#string(this.CONSUME(t.QuotedString, { ERR_MSG: "string after 'import'" }));
  }

  readonly forStatement = this.RULE("forStatement", (): ast.For => {
    const start = this.#next();
    this.CONSUME(t.For);
    const isParenthesized = this.OPTION(() => this.CONSUME(t.LParen)) !== undefined;
    const variable = this.#variable(this.CONSUME(t.Variable, { ERR_MSG: "variable in for loop" }));
    this.CONSUME(t.Colon);
    const over = this.SUBRULE(this.iterable);
    const headSpan = this.#since(start);
    if (this.RECORDING_PHASE || isParenthesized) this.CONSUME(t.RParen);
    const body = this.SUBRULE(this.block);
    return { kind: "for", span: this.#since(start), variable, over, body, headSpan };
  });

  readonly iterable = this.RULE("iterable", (): ast.Range | ast.MapRef => {
    const start = this.#next();
    const first = this.SUBRULE(this.bound);
    const end = this.OPTION(() => {
      this.CONSUME(t.DotDot);
      return this.SUBRULE2(this.bound);
    });
    if (end !== undefined) return { kind: "range", span: this.#since(start), start: first, end };
    return this.ACTION(() =>
      first.kind === "map" ? first : this.#failExpected("map or range in for loop", this.#next()),
    );
  });

  /** A bound of a range: no operators, before or after. */
  readonly bound = this.RULE("bound", (): ast.Expr => {
    const casts: Prefix[] = [];
    this.MANY({ GATE: () => this.#startsCast(), DEF: () => casts.push(this.#cast()) });
    const primary = this.OR(this.#primary);
    return this.#withPrefixes(casts, primary);
  });

  readonly whileStatement = this.RULE("whileStatement", (): ast.While => {
    const start = this.#next();
    this.CONSUME(t.While);
    const condition = this.SUBRULE(this.operand);
    const body = this.SUBRULE(this.block);
    return { kind: "while", span: this.#since(start), condition, body };
  });

  readonly unrollStatement = this.RULE("unrollStatement", (): ast.Unroll => {
    const start = this.#next();
    this.CONSUME(t.Unroll);
    const count = this.SUBRULE(this.operand);
    const body = this.SUBRULE(this.block);
    return { kind: "unroll", span: this.#since(start), count, body };
  });

  /** An assignment, `_ = …`, or an expression. */
  readonly simpleStatement = this.RULE("simpleStatement", (): ast.Statement => {
    const start = this.#next();
    const first = this.SUBRULE(this.operand);
    const assignment = this.OPTION(() => {
      const operator = this.CONSUME(t.AssignOperator) as Token;
      const target = this.ACTION(() => this.#target(first, start, operator));
      const value = this.SUBRULE(this.expression);
      return this.ACTION(() => this.#assign(start, target, operator, value));
    });
    if (this.RECORDING_PHASE || assignment === undefined) return this.#expressionStatement(start, first);
    this.#semicolon2();
    return assignment;
  });

  /** Checks the left side; undefined is `_`. */
  #target(first: ast.Expr, start: Token, operator: Token): ast.Assign["target"] | undefined {
    if (first.kind === "variable" || first.kind === "map" || first.kind === "map-access") return first;
    if (first.kind === "identifier" && first.name === "_" && operator.tokenType === t.Assign) return undefined;
    if (startsWithSigil(start)) {
      if (first.kind === "field") this.#fail("syntax-immutable-target", this.#spot(operator), {});
      if (first.kind === "index") this.#fail("syntax-invalid-target", this.#spot(operator), {});
    }
    return this.#failExpected("';'", operator);
  }

  #assign(
    start: Token,
    target: ast.Assign["target"] | undefined,
    operator: Token,
    value: ast.Expr,
  ): ast.Assign | ast.Discard {
    const span = this.#since(start);
    if (target === undefined) return { kind: "discard", span, value };
    const op = operator.tokenType === t.Assign ? undefined : (operator.image.slice(0, -1) as ast.BinaryOp);
    return { kind: "assign", span, target, op, value };
  }

  /** A statement that starts with `$` or `@` cannot be a ternary (language.md 5.3). */
  #expressionStatement(start: Token, first: ast.Expr): ast.ExprStatement {
    let expr = this.#binaryTail(start, first);
    if (this.RECORDING_PHASE || !startsWithSigil(start)) expr = this.#ternaryTail(start, expr);
    if (this.RECORDING_PHASE || !this.#isAfterBraces()) this.#semicolon();
    return { kind: "expr-statement", span: this.#since(start), expr };
  }

  /** After an expression that ended in `}` the semicolon is optional. */
  #isAfterBraces(): boolean {
    return this.#previous().tokenType === t.RCurly && !this.#nextIs(t.Semicolon);
  }

  /** The `;` of a statement, optional before `}`. */
  #semicolon(): void {
    if (this.RECORDING_PHASE || !this.#nextIs(t.RCurly)) this.CONSUME8(t.Semicolon);
  }

  /** As {@link #semicolon}, for the second place in one rule. */
  #semicolon2(): void {
    if (this.RECORDING_PHASE || !this.#nextIs(t.RCurly)) this.CONSUME9(t.Semicolon);
  }

  // ---------------------------------------------------------------- expressions

  readonly expression = this.RULE("expression", (): ast.Expr => {
    this.#enter();
    const start = this.#next();
    const first = this.SUBRULE(this.operand);
    const expr = this.#ternaryTail(start, this.#binaryTail(start, first));
    this.#depth--;
    return expr;
  });

  #ternaryTail(start: Token, condition: ast.Expr): ast.Expr {
    const ternary = this.OPTION8(() => {
      this.CONSUME8(t.Question);
      const then = this.OPTION9(() => this.SUBRULE8(this.expression));
      this.CONSUME8(t.Colon);
      const otherwise = this.SUBRULE9(this.expression);
      return { kind: "ternary", span: this.#since(start), condition, then, otherwise } as const;
    });
    return ternary ?? condition;
  }

  #binaryTail(start: Token, first: ast.Expr): ast.Expr {
    const end = this.#previous().endOffset;
    const stack: OperatorStack[] = [];
    this.MANY9(() => {
      const operator = this.CONSUME9(t.BinaryOperator);
      const rightStart = this.#next().startOffset;
      const right = this.SUBRULE7(this.operand);
      this.ACTION(() => {
        stack[0] ??= new OperatorStack(this.#file, first, start.startOffset, end);
        stack[0].push(operator.image as ast.BinaryOp, right, rightStart, this.#previous().endOffset);
      });
    });
    return stack[0]?.finish() ?? first;
  }

  /** A unary expression: what may stand on either side of a binary operator. */
  readonly operand = this.RULE("operand", (): ast.Expr => {
    const prefixes: Prefix[] = [];
    this.MANY({
      GATE: () => !this.#nextIs(t.LParen) || this.#startsCast(),
      DEF: () => this.OR2(this.#prefixes(prefixes)),
    });
    const start = this.#next();
    let expr: ast.Expr = this.OR({ DEF: this.#primary, ERR_MSG: "expression" });
    this.MANY2(() => {
      const object = expr;
      expr = this.OR3<ast.Expr>([{ ALT: () => this.#field(start, object) }, { ALT: () => this.#index(start, object) }]);
    });
    const step = this.OPTION(() => this.CONSUME(t.StepOperator) as Token);
    if (step !== undefined) expr = this.#step(step.image, expr, this.#since(start), false);
    return prefixes.length === 0 ? expr : this.#withPrefixes(prefixes, expr);
  });

  #prefixes(into: Prefix[]): { ALT: () => void; IGNORE_AMBIGUITIES?: boolean }[] {
    return [
      {
        ALT: () => {
          const { tokenType, image, startOffset } = this.CONSUME(t.PrefixOperator);
          into.push({ kind: image === "++" || image === "--" ? "step" : "unary", op: image, start: startOffset });
          return tokenType;
        },
      },
      { ALT: () => into.push({ kind: "comptime", op: "", start: this.CONSUME(t.Comptime).startOffset }) },
      { ALT: () => into.push(this.#cast()), IGNORE_AMBIGUITIES: true },
    ];
  }

  /** `(type)`; its span reaches to the operand. */
  #cast(): Prefix {
    const start = this.CONSUME7(t.LParen).startOffset;
    const type = this.SUBRULE6(this.type);
    this.CONSUME7(t.RParen);
    return { kind: "cast", type, span: span(this.#file, start, this.#next().startOffset) };
  }

  #withPrefixes(prefixes: readonly Prefix[], primary: ast.Expr): ast.Expr {
    const end = this.#previous().endOffset;
    let operand = primary;
    for (let i = prefixes.length - 1; i >= 0; i--) operand = this.#withPrefix(prefixes[i] as Prefix, operand, end);
    return operand;
  }

  #withPrefix(prefix: Prefix, operand: ast.Expr, end: number): ast.Expr {
    if (prefix.kind === "cast") return { kind: "cast", span: prefix.span, type: prefix.type, operand };
    const place = span(this.#file, prefix.start, end);
    if (prefix.kind === "comptime") return { kind: "comptime", span: place, operand };
    if (prefix.kind === "step") return this.#step(prefix.op, operand, place, true);
    if (prefix.op === "&" && operand.kind !== "variable" && operand.kind !== "map") {
      this.#fail("syntax-address-target", place, {});
    }
    return { kind: "unary", span: place, op: prefix.op as ast.UnaryOp, operand };
  }

  #step(op: string, target: ast.Expr, place: Span, isPrefix: boolean): ast.Expr {
    if (target.kind === "variable" || target.kind === "map" || target.kind === "map-access") {
      return { kind: "step", span: place, op: op as ast.Step["op"], isPrefix, target };
    }
    return this.RECORDING_PHASE ? target : this.#fail("syntax-step-target", place, {});
  }

  #field(start: Token, object: ast.Expr): ast.Field {
    this.OR4([{ ALT: () => this.CONSUME(t.Dot) }, { ALT: () => this.CONSUME(t.Arrow) }]);
    const name = this.OR5<string | number>({
      ERR_MSG: "identifier",
      DEF: [
        { ALT: () => this.CONSUME3(t.Identifier).image },
        { ALT: () => Number(this.#integer(this.CONSUME3(t.Integer))) },
      ],
    });
    return { kind: "field", span: this.#since(start), object, name };
  }

  #index(start: Token, object: ast.Expr): ast.Index {
    this.CONSUME3(t.LSquare);
    const index = this.SUBRULE3(this.expression);
    this.CONSUME3(t.RSquare);
    return { kind: "index", span: this.#since(start), object, index };
  }

  readonly #primary = [
    { ALT: (): ast.Expr => this.#mapAccess() },
    { ALT: (): ast.Expr => this.#variable(this.CONSUME(t.Variable)) },
    { ALT: (): ast.Expr => this.#integerLiteral(this.CONSUME(t.Integer)) },
    { ALT: (): ast.Expr => this.#stringLiteral(this.CONSUME(t.QuotedString)) },
    { ALT: (): ast.Expr => this.#unterminated(this.CONSUME(t.UnterminatedString)) },
    { ALT: (): ast.Expr => this.SUBRULE(this.parenthesis) },
    { ALT: (): ast.Expr => this.SUBRULE(this.block) },
    { ALT: (): ast.Expr => this.#positional(this.CONSUME(t.Positional)) },
    { ALT: (): ast.Expr => this.#positionalCount(this.CONSUME(t.PositionalCount)) },
    { ALT: (): ast.Expr => this.#bool(this.CONSUME(t.True), true) },
    { ALT: (): ast.Expr => this.#bool(this.CONSUME(t.False), false) },
    { ALT: (): ast.Expr => this.SUBRULE(this.ifExpression) },
    { ALT: (): ast.Expr => this.SUBRULE(this.typeQuery) },
    { ALT: (): ast.Expr => this.SUBRULE(this.offsetof) },
    { ALT: (): ast.Expr => this.#identifierOrCall(), IGNORE_AMBIGUITIES: true },
  ];

  #mapAccess(): ast.MapRef | ast.MapAccess {
    const name = this.CONSUME(t.MapName) as Token;
    const map: ast.MapRef = { kind: "map", span: this.#spanOf(name), name: name.image };
    const key = this.OPTION6(() => {
      this.CONSUME(t.LSquare);
      const parts = this.SUBRULE(this.keyParts);
      this.CONSUME(t.RSquare);
      return parts;
    });
    return key === undefined ? map : { kind: "map-access", span: this.#since(name), map, key };
  }

  readonly keyParts = this.RULE("keyParts", (): ast.Expr => {
    const start = this.#next();
    const elements: ast.Expr[] = [];
    this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => elements.push(this.SUBRULE(this.expression)) });
    const [only] = elements;
    return elements.length === 1 && only !== undefined ? only : { kind: "tuple", span: this.#since(start), elements };
  });

  #identifierOrCall(): ast.Identifier | ast.Call {
    const token = this.CONSUME(t.Identifier) as Token;
    const name = token.image;
    const args = this.OPTION7(() => this.SUBRULE(this.arguments));
    if (args === undefined) return { kind: "identifier", span: this.#spanOf(token), name };
    return { kind: "call", span: this.#since(token), name, nameSpan: this.#spanOf(token), args };
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
    const start = this.#next();
    this.CONSUME(t.Typeof);
    const operand = this.#typeOrExpressionInParens();
    return { kind: "typeof", span: this.#since(start), operand };
  });

  /** What starts with `(` and is no cast: a group, a tuple or a record. */
  readonly parenthesis = this.RULE("parenthesis", (): ast.Expr => {
    const start = this.CONSUME(t.LParen) as Token;
    return this.OR<ast.Expr>([
      { GATE: () => this.#startsRecord(), ALT: () => this.#record(start) },
      { ALT: () => this.#emptyTuple(start) },
      { ALT: () => this.#groupOrTuple(start), IGNORE_AMBIGUITIES: true },
    ]);
  });

  /** `( name =`, where the name is none of the parser's own. */
  #startsRecord(): boolean {
    return this.LA(1).tokenType !== t.Builtin && this.LA(2).tokenType === t.Assign;
  }

  #record(start: Token): ast.Record {
    const fields: ast.RecordField[] = [];
    const names = new Set<string>();
    this.AT_LEAST_ONE_SEP({
      SEP: t.Comma,
      DEF: () => {
        const field = this.SUBRULE(this.recordField);
        this.ACTION(() => {
          if (names.has(field.name)) this.#report("syntax-duplicate-name", field.span, { name: field.name });
          names.add(field.name);
        });
        fields.push(field);
      },
    });
    this.CONSUME(t.RParen);
    return { kind: "record", span: this.#since(start), fields };
  }

  readonly recordField = this.RULE("recordField", (): ast.RecordField => {
    const name = this.CONSUME(t.Identifier) as Token;
    this.CONSUME(t.Assign);
    const value = this.SUBRULE(this.expression);
    return { kind: "record-field", span: this.#since(name), name: name.image, value };
  });

  #emptyTuple(start: Token): ast.Tuple {
    this.CONSUME2(t.RParen);
    return { kind: "tuple", span: this.#since(start), elements: [] };
  }

  /** `(e)` is `e`; with a comma it is a tuple. */
  #groupOrTuple(start: Token): ast.Expr {
    const first = this.SUBRULE(this.expression);
    const elements = [first];
    let isTuple = false;
    this.MANY(() => {
      this.CONSUME(t.Comma);
      isTuple = true;
      if (this.RECORDING_PHASE || !this.#nextIs(t.RParen)) elements.push(this.SUBRULE2(this.expression));
    });
    this.CONSUME3(t.RParen);
    return isTuple ? { kind: "tuple", span: this.#since(start), elements } : first;
  }

  readonly ifExpression = this.RULE("ifExpression", (): ast.If => {
    this.#enter();
    const branches = [this.#ifBranch(0)];
    let otherwise: ast.Block | undefined;
    this.MANY({
      GATE: () => otherwise === undefined,
      DEF: () => {
        this.CONSUME(t.Else);
        this.OR({
          ERR_MSG: "'{' or 'if' after 'else'",
          DEF: [
            { ALT: () => void branches.push(this.#ifBranch(1)) },
            { ALT: () => void (otherwise = this.SUBRULE(this.block)) },
          ],
        });
      },
    });
    this.#depth--;
    return this.#ifChain(branches, otherwise);
  });

  #ifBranch(idx: 0 | 1): IfBranch {
    const start = this.consume(idx, t.If).startOffset;
    const condition = this.subrule(idx, this.operand);
    return { start, condition, then: this.subrule(idx + 2, this.block) };
  }

  /** Each `else if` is the `else` of the one before; all end at the last brace. */
  #ifChain(branches: readonly IfBranch[], last: ast.Block | undefined): ast.If {
    const end = this.#previous().endOffset;
    let otherwise: ast.Block | ast.If | undefined = last;
    for (let i = branches.length - 1; i >= 0; i--) {
      const branch = branches[i];
      if (branch === undefined) continue;
      const { start, condition, then } = branch;
      otherwise = { kind: "if", span: span(this.#file, start, end), condition, then, otherwise };
    }
    return otherwise as ast.If;
  }

  readonly typeQuery = this.RULE("typeQuery", (): ast.Sizeof | ast.Typeinfo => {
    const start = this.#next();
    const kind = this.OR<"sizeof" | "typeinfo">([
      { ALT: () => meaning(this.CONSUME(t.Sizeof), "sizeof") },
      { ALT: () => meaning(this.CONSUME(t.Typeinfo), "typeinfo") },
    ]);
    const operand = this.#typeOrExpressionInParens();
    return { kind, span: this.#since(start), operand };
  });

  readonly offsetof = this.RULE("offsetof", (): ast.Offsetof => {
    const start = this.#next();
    const path: string[] = [];
    this.CONSUME(t.Offsetof);
    this.CONSUME(t.LParen);
    const operand = this.SUBRULE(this.typeOrExpression);
    this.CONSUME(t.Comma);
    this.AT_LEAST_ONE_SEP({
      SEP: t.Dot,
      DEF: () => path.push(this.CONSUME(t.Identifier).image),
      ERR_MSG: "identifier",
    });
    this.CONSUME(t.RParen);
    return { kind: "offsetof", span: this.#since(start), operand, path };
  });

  // ---------------------------------------------------------------- types

  readonly type = this.RULE("type", (): ast.TypeExpr => {
    this.#enter();
    const start = this.#next();
    let type: ast.TypeExpr = this.OR({
      ERR_MSG: "type",
      DEF: [
        { ALT: (): ast.TypeExpr => this.#taggedType() },
        { ALT: (): ast.TypeExpr => this.#typeofType() },
        { ALT: (): ast.TypeExpr => this.#namedType(this.CONSUME2(t.Identifier)), IGNORE_AMBIGUITIES: true },
      ],
    });
    this.MANY(() => {
      const inner = type;
      type = this.OR2<ast.TypeExpr>([
        { ALT: () => this.#pointerType(start, inner) },
        { ALT: () => this.#arrayType(start, inner) },
      ]);
    });
    this.#depth--;
    return type;
  });

  #taggedType(): ast.NamedType {
    const start = this.#next();
    const tag = this.OR3<"struct" | "union" | "enum">([
      { ALT: () => meaning(this.CONSUME(t.Struct), "struct") },
      { ALT: () => meaning(this.CONSUME(t.Union), "union") },
      { ALT: () => meaning(this.CONSUME(t.Enum), "enum") },
    ]);
    const name = this.CONSUME(t.Identifier).image;
    return { kind: "named-type", span: this.#since(start), tag, name };
  }

  #namedType(token: IToken): ast.NamedType {
    return { kind: "named-type", span: this.#spanOf(token), tag: undefined, name: token.image };
  }

  #typeofType(): ast.TypeofType {
    const start = this.CONSUME(t.Typeof) as Token;
    const operand = this.#typeOrExpressionInParens();
    return { kind: "typeof-type", span: this.#since(start), operand };
  }

  #pointerType(start: Token, to: ast.TypeExpr): ast.PointerType {
    this.CONSUME(t.Star);
    return { kind: "pointer-type", span: this.#since(start), to };
  }

  #arrayType(start: Token, element: ast.TypeExpr): ast.ArrayType {
    this.CONSUME(t.LSquare);
    const length = this.OPTION(() => this.#integer(this.CONSUME(t.Integer)));
    this.CONSUME(t.RSquare);
    return { kind: "array-type", span: this.#since(start), element, length };
  }

  readonly typeOrExpression = this.RULE("typeOrExpression", (): ast.TypeExpr | ast.Expr =>
    this.OR<ast.TypeExpr | ast.Expr>([
      { GATE: () => this.#startsType(), ALT: () => this.SUBRULE(this.type) },
      { ALT: () => this.SUBRULE(this.expression), IGNORE_AMBIGUITIES: true },
    ]),
  );

  #typeOrExpressionInParens(): ast.TypeExpr | ast.Expr {
    this.CONSUME9(t.LParen);
    const operand = this.SUBRULE9(this.typeOrExpression);
    this.CONSUME9(t.RParen);
    return operand;
  }

  /** Whether `( type ) operand` starts here, by looking at tokens only (language.md 6.3). */
  #startsCast(): boolean {
    if (!this.#nextIs(t.LParen)) return false;
    if (this.LA(2).tokenType === t.Typeof && this.LA(3).tokenType === t.LParen) return true;
    const close = this.#typeEnd(2);
    if (close === undefined || this.LA(close).tokenType !== t.RParen) return false;
    const operand = this.LA(close + 1);
    return STARTS_CAST_OPERAND.test(operand.image.charAt(0));
  }

  /** Whether the operand of `sizeof` and its like is a type: a name with nothing but suffixes (6.5). */
  #startsType(): boolean {
    const first = this.LA(1).tokenType;
    if (first === t.Struct || first === t.Union || first === t.Enum) return true;
    if (first === t.Typeof) return this.LA(2).tokenType === t.LParen;
    const end = this.#typeEnd(1);
    if (end === undefined) return false;
    const after = this.LA(end).tokenType;
    return after === t.RParen || after === t.Comma;
  }

  /** How many tokens ahead a type without `typeof` ends that starts `at` tokens ahead. */
  #typeEnd(at: number): number | undefined {
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

  // ---------------------------------------------------------------- leaves

  #variable(token: IToken): ast.Variable {
    return { kind: "variable", span: this.#spanOf(token), name: token.image };
  }

  #integerLiteral(token: IToken): ast.IntegerLiteral {
    return { kind: "integer", span: this.#spanOf(token), value: this.#integer(token) };
  }

  #stringLiteral(token: IToken): ast.StringLiteral {
    return { kind: "string", span: this.#spanOf(token), value: this.#string(token) };
  }

  #bool(token: IToken, value: boolean): ast.BoolLiteral {
    return { kind: "bool", span: this.#spanOf(token), value };
  }

  #positional(token: IToken): ast.Positional {
    const number = this.ACTION(() => BigInt(token.image.slice(1)));
    if (number < 1n || number > MAX_PARAMETER) {
      this.#report("syntax-parameter-range", this.#spanOf(token), { parameter: `$${number}` });
    }
    return { kind: "positional", span: this.#spanOf(token), number };
  }

  #positionalCount(token: IToken): ast.PositionalCount {
    return { kind: "positional-count", span: this.#spanOf(token) };
  }

  #unterminated(token: IToken): never {
    return this.ACTION((): never => {
      const value = readString(token.image);
      if (typeof value !== "string") this.#reportLiteral("syntax-string", token, value);
      return this.#fail("syntax-unterminated-string", this.#spot(this.#next()), {});
    });
  }

  /** A wrong literal does not confuse what follows: it is reported, and stands for 0. */
  #integer(token: IToken): bigint {
    return this.ACTION(() => {
      const value = readInteger(token.image);
      if (typeof value === "bigint") return value;
      this.#reportLiteral("syntax-integer", token, value);
      return 0n;
    });
  }

  #string(token: IToken): string {
    return this.ACTION(() => {
      const value = readString(token.image);
      if (typeof value === "string") return value;
      this.#reportLiteral("syntax-string", token, value);
      return "";
    });
  }

  // ---------------------------------------------------------------- errors

  #reportLiteral(code: "syntax-integer" | "syntax-string", token: IToken, error: LiteralError): void {
    const { startOffset } = token;
    const place = span(this.#file, startOffset + error.start, startOffset + error.end);
    this.#report(code, place, { problem: error.error });
  }

  /** Reports what does not stop the parser, as long as somebody may want to read it. */
  #report<C extends Code>(code: C, place: Span, args: MessageArgs<C>): void {
    if (this.#reported++ >= MAX_SYNTAX_ERRORS) this.#fail(code, place, args);
    this.#bag?.error(code, place, args);
  }

  #fail<C extends Code>(code: C, place: Span, args: MessageArgs<C>): never {
    throw new SyntaxFailure(code, place, args);
  }

  #failExpected(what: string, at: Token): never {
    return this.#fail("syntax-expected", this.#spot(at), { what });
  }

  #enter(): void {
    if (++this.#depth > MAX_DEPTH) this.#fail("syntax-too-deep", this.#spot(this.#next()), { limit: MAX_DEPTH });
  }

  // ---------------------------------------------------------------- tokens and spans

  #next(): Token {
    return this.LA(1) as Token;
  }

  #previous(): Token {
    return this.LA(0) as Token;
  }

  #nextIs(type: TokenType): boolean {
    return this.LA(1).tokenType === type;
  }

  #spanOf(token: IToken): Span {
    return span(this.#file, token.startOffset, token.endOffset as number);
  }

  /** From `start` through the last token that was taken. */
  #since(start: Token): Span {
    return span(this.#file, start.startOffset, this.#previous().endOffset);
  }

  /** The first byte of a token: the place of an "expected …". */
  #spot(token: Token): Span {
    return spot(this.#file, token);
  }
}

/** The first byte of a token, empty at the end of the file. */
export function spot(file: SourceFile, token: Token): Span {
  return span(file, token.startOffset, Math.min(token.startOffset + 1, token.endOffset));
}

/** What a token that was just taken stands for. */
const meaning = <T>(_token: IToken, value: T): T => value;

const startsWithSigil = (token: Token): boolean => token.tokenType === t.Variable || token.tokenType === t.MapName;

const isName = (token: IToken): boolean =>
  token.tokenType === t.Identifier || (token.tokenType.CATEGORIES?.includes(t.Identifier) ?? false);
