/**
 * The grammar of items (language.md 2), on top of those of statements, expressions and types. Rules build the tree as
 * they go.
 *
 * One parser object is built when the program starts (or rather when its start-up snapshot is made) and used for every
 * script. It reads one top-level item at a time; `../parser.ts` cuts the text into items.
 *
 * While Chevrotain records the grammar, it runs every rule once with empty tokens and no input: what looks into nodes
 * then sits in an `ACTION`, and spans are computed from tokens only.
 */
import type { IToken } from "chevrotain";
import type * as ast from "../ast.js";
import * as t from "../tokens.js";
import type { Token } from "../tokens.js";
import { MACRO_PARAMETER, meaning, type RuleOptions } from "./base.js";
import { StatementRules } from "./statement-rules.js";

export class ScriptParser extends StatementRules {
  constructor(options: RuleOptions = { skipValidations: true }) {
    super(options);
    this.performSelfAnalysis();
  }

  readonly config = this.RULE("config", (): ast.ConfigBlock => {
    const start = this.next();
    const settings: ast.ConfigSetting[] = [];
    this.CONSUME(t.Config);
    this.CONSUME(t.Assign);
    this.CONSUME(t.LCurly);
    this.MANY(() => {
      settings.push(this.SUBRULE(this.setting));
      if (this.RECORDING_PHASE || !this.nextIs(t.RCurly)) this.CONSUME(t.Semicolon);
      this.MANY2(() => this.CONSUME2(t.Semicolon));
    });
    this.CONSUME(t.RCurly);
    return { kind: "config", span: this.since(start), settings };
  });

  readonly setting = this.RULE("setting", (): ast.ConfigSetting => {
    const name = this.CONSUME(t.Identifier) as Token;
    this.CONSUME(t.Assign);
    const value = this.OR<string | bigint | boolean>({
      ERR_MSG: "string, int, boolean, or ident",
      DEF: [
        { ALT: () => this.string(this.CONSUME(t.QuotedString)) },
        { ALT: () => this.integer(this.CONSUME(t.Integer)) },
        { ALT: () => meaning(this.CONSUME(t.True), true) },
        { ALT: () => meaning(this.CONSUME(t.False), false) },
        { ALT: () => this.CONSUME2(t.Identifier).image, IGNORE_AMBIGUITIES: true },
      ],
    });
    return { kind: "setting", span: this.since(name), name: name.image, nameSpan: this.spanOf(name), value };
  });

  readonly rootImport = this.RULE("rootImport", (): ast.RootImport => {
    const start = this.next();
    const path = this.importPath();
    const place = this.since(start);
    this.CONSUME(t.Semicolon, { ERR_MSG: "';' after import" });
    return { kind: "root-import", span: place, path };
  });

  readonly mapDeclaration = this.RULE("mapDeclaration", (): ast.MapDeclaration => {
    const start = this.next();
    this.CONSUME(t.Let);
    this.ACTION(() => {
      if (!this.nextIs(t.MapName)) this.fail("syntax-root-let", this.spanOf(start), {});
    });
    const map = this.CONSUME(t.MapName).image;
    this.CONSUME(t.Assign);
    const mapKind = this.CONSUME(t.Identifier, { ERR_MSG: "map type name" }) as Token;
    this.CONSUME(t.LParen);
    const entries = this.integer(
      this.CONSUME(t.Integer, { ERR_MSG: "positive integer for map declaration max entries" }),
    );
    this.CONSUME(t.RParen);
    this.OPTION(() => this.CONSUME(t.Semicolon));
    return {
      kind: "map-declaration",
      span: this.since(start),
      map,
      mapKind: mapKind.image,
      mapKindSpan: this.spanOf(mapKind),
      entries,
    };
  });

  readonly macro = this.RULE("macro", (): ast.Macro => {
    const start = this.next();
    const params: ast.MacroParam[] = [];
    this.CONSUME(t.Macro);
    const name = this.CONSUME(t.Identifier, { ERR_MSG: "macro name" }).image;
    this.CONSUME(t.LParen);
    this.MANY_SEP({ SEP: t.Comma, DEF: () => params.push(this.SUBRULE(this.macroParam)) });
    this.CONSUME(t.RParen);
    const body = this.SUBRULE(this.block);
    return { kind: "macro", span: this.since(start), name, params, body };
  });

  readonly macroParam = this.RULE("macroParam", (): ast.MacroParam => {
    const kind = this.OR<ast.MacroParam["kind"]>({
      ERR_MSG: MACRO_PARAMETER,
      DEF: [
        { ALT: () => meaning(this.CONSUME(t.Variable), "variable") },
        { ALT: () => meaning(this.CONSUME(t.MapName), "map") },
        { ALT: () => meaning(this.CONSUME(t.Identifier), "identifier") },
      ],
    });
    const token = this.previous();
    if (token.tokenType === t.Builtin) {
      this.fail("syntax-builtin-parameter", this.spanOf(token), { name: token.image });
    }
    return { kind, span: this.spanOf(token), name: token.image };
  });

  readonly probe = this.RULE("probe", (): ast.Probe => {
    const start = this.next();
    const attachPoints = [this.attachPoint(this.CONSUME(t.AttachPoint, { ERR_MSG: "attach point" }))];
    this.MANY(() => {
      this.CONSUME(t.Comma);
      if (this.RECORDING_PHASE || !(this.nextIs(t.LCurly) || this.nextIs(t.PredicateStart))) {
        attachPoints.push(this.attachPoint(this.CONSUME2(t.AttachPoint, { ERR_MSG: "attach point" })));
      }
    });
    const predicate = this.OPTION2(() => {
      this.CONSUME(t.PredicateStart);
      const condition = this.SUBRULE(this.expression);
      this.CONSUME(t.PredicateEnd, { ERR_MSG: "'/' to close predicate" });
      return condition;
    });
    const body = this.SUBRULE(this.block);
    return { kind: "probe", span: this.since(start), attachPoints, predicate, body };
  });

  readonly prog = this.RULE("prog", (): ast.Prog => {
    const start = this.next();
    this.CONSUME(t.Prog);
    const name = this.CONSUME(t.Identifier, { ERR_MSG: "program name" }) as Token;
    const body = this.SUBRULE(this.block);
    return { kind: "prog", span: this.since(start), name: name.image, nameSpan: this.spanOf(name), body };
  });

  protected attachPoint(token: IToken): ast.AttachPoint {
    return { kind: "attach-point", span: this.spanOf(token), text: token.image };
  }

  /** A text that is one expression: a C macro's. */
  readonly wholeExpression = this.RULE("wholeExpression", (): ast.Expr => {
    const expr = this.SUBRULE(this.expression);
    this.CONSUME(t.EndOfFile, { ERR_MSG: "end of expression" });
    return expr;
  });
}
