/**
 * Text to tree. Never throws: what is wrong goes into the bag, and the tree holds what could be read.
 *
 * This file cuts a script into its top-level items and keeps their order; `parser/rules.ts` is the
 * grammar of an item. A mistake ends the item that it is in, and reading goes on at the next one.
 */
import type { AnyNode, CDefinition, ConfigBlock, Expr, Item, Program, RootImport } from "../ast.js";
import type { DiagnosticBag } from "../diagnostic.js";
import { readDirective, readTypeDefinition, startsTypeDefinition } from "./c-definition.js";
import { tooDeepNode } from "./depth.js";
import { SyntaxFailure } from "./failure.js";
import { MAX_DEPTH, MAX_SYNTAX_ERRORS, spot } from "./base.js";
import { ScriptParser } from "./rules.js";
import { Scanner, type Comment } from "./scanner.js";
import { slipsAt } from "./slips.js";
import { span, type SourceFile, type Span } from "../source.js";
import { EndOfFile, RParen, Semicolon, Token } from "../tokens.js";

const RULES = new ScriptParser();

/**
 * Parses a whole script.
 *
 * @param comments receives every comment outside of C definitions, in order; for the formatter
 */
export function parse(file: SourceFile, bag: DiagnosticBag, comments?: Comment[]): Program {
  return new ProgramReader(file, bag, comments).read();
}

/** Parses a text that is one expression. */
export function parseExpression(file: SourceFile, bag: DiagnosticBag): Expr | undefined {
  return new ProgramReader(file, bag).readExpression();
}

/** The same limit as for nesting, for chains of operators. */
const MAX_TREE_DEPTH = 10_000;

/** Where the stack ends, Chevrotain loses count of its rules, and then fails with another `RangeError`. */
function withinStack<N>(rule: () => N): N {
  try {
    return rule();
  } catch (error) {
    throw error instanceof RangeError ? RULES.stackOverflow() : error;
  }
}

/** The order of the parts of a script. */
const [DEFINITIONS, SETTINGS, ITEMS] = [0, 1, 2] as const;

class ProgramReader {
  readonly #file: SourceFile;
  readonly #bag: DiagnosticBag;
  readonly #scanner: Scanner;
  readonly #cDefinitions: CDefinition[] = [];
  readonly #imports: RootImport[] = [];
  readonly #items: Item[] = [];
  #config: ConfigBlock | undefined;
  #part: 0 | 1 | 2 = DEFINITIONS;
  #failures = 0;

  constructor(file: SourceFile, bag: DiagnosticBag, comments?: Comment[]) {
    this.#file = file;
    this.#bag = bag;
    this.#scanner = new Scanner(file, comments);
  }

  read(): Program {
    this.#skipShebang();
    for (;;) {
      this.#scanner.skipLayout();
      if (this.#scanner.isAtEnd || this.#failures >= MAX_SYNTAX_ERRORS) break;
      this.#readItem();
    }
    RULES.end();
    return {
      kind: "program",
      span: span(this.#file, 0, this.#file.text.length),
      cDefinitions: this.#cDefinitions,
      config: this.#config,
      imports: this.#imports,
      items: this.#items,
    };
  }

  readExpression(): Expr | undefined {
    const tokens: Token[] = [];
    for (let token = this.#scanner.next(); token.tokenType !== EndOfFile; token = this.#scanner.next()) {
      tokens.push(token);
    }
    const before = this.#bag.errors.length;
    let expr: Expr | undefined;
    this.#recovering(
      () => (expr = this.#run(tokens, () => RULES.wholeExpression())),
      () => undefined,
    );
    RULES.end();
    return this.#bag.errors.length === before ? expr : undefined;
  }

  #skipShebang(): void {
    const scanner = this.#scanner;
    scanner.skipLayout();
    if (scanner.text.startsWith("#!", scanner.at)) scanner.at = scanner.lineEnd(scanner.at);
  }

  // ---------------------------------------------------------------- items

  #readItem(): void {
    if (this.#scanner.text.charAt(this.#scanner.at) === "#") return this.#readDirective();
    switch (this.#scanner.peekWord()) {
      case "struct":
      case "union":
      case "enum":
        return startsTypeDefinition(this.#scanner) ? this.#readTypeDefinition() : this.#readProbe();
      case "config":
        return this.#readConfig();
      case "import":
        return this.#readImport();
      case "let":
        return this.#readMapDeclaration();
      case "macro":
        return this.#readMacro();
      case "prog":
        return this.#scanner.startsProg ? this.#readProg() : this.#readProbe();
      case "fn":
        return this.#skipFunction();
      default:
        return this.#readProbe();
    }
  }

  #readDirective(): void {
    this.#expectPart(DEFINITIONS, "C definitions");
    this.#cDefinitions.push(readDirective(this.#scanner, this.#file));
  }

  #readTypeDefinition(): void {
    this.#recovering(
      () => {
        const definition = readTypeDefinition(this.#scanner, this.#file);
        this.#expectPart(DEFINITIONS, "C definitions", definition.span);
        this.#cDefinitions.push(definition);
      },
      (failedAt) => this.#skipDefinition(failedAt),
    );
  }

  #readConfig(): void {
    this.#expectPart(SETTINGS, "config");
    const start = this.#scanner.at;
    this.#readBraced((tokens) => {
      const config = this.#run(tokens, () => RULES.config());
      if (this.#config === undefined) this.#config = config;
      else this.#bag.error("syntax-duplicate-config", this.#wordAt(start), {});
    });
  }

  #readImport(): void {
    this.#expectPart(SETTINGS, "root imports");
    this.#readLine(Semicolon, (tokens) => this.#imports.push(this.#run(tokens, () => RULES.rootImport())));
  }

  #readMapDeclaration(): void {
    this.#part = ITEMS;
    this.#readLine(RParen, (tokens) => this.#items.push(this.#run(tokens, () => RULES.mapDeclaration())));
  }

  #readMacro(): void {
    this.#part = ITEMS;
    this.#readBraced((tokens) => this.#items.push(this.#run(tokens, () => RULES.macro())));
  }

  #readProg(): void {
    this.#part = ITEMS;
    this.#readBraced((tokens) => this.#items.push(this.#run(tokens, () => RULES.prog())));
  }

  /** Users' functions are part of bpftrace's grammar, but nothing can be done with them. */
  #skipFunction(): void {
    this.#part = ITEMS;
    this.#failures++;
    this.#bag.error("syntax-function", this.#wordAt(this.#scanner.at), {}, { hints: ["Use a macro."] });
    this.#scanner.skipBraces();
  }

  #readProbe(): void {
    this.#part = ITEMS;
    const tokens: Token[] = [];
    let bodyAt = Infinity;
    this.#recovering(
      () => {
        this.#scanner.attachPoints(tokens);
        this.#scanner.predicate(tokens);
        bodyAt = this.#scanner.block(tokens);
        this.#items.push(this.#run(tokens, () => RULES.probe()));
      },
      (failedAt) => this.#skipBody(failedAt, bodyAt),
    );
  }

  /** Reports a misplaced item. It is read all the same. */
  #expectPart(
    part: 0 | 1,
    what: "C definitions" | "config" | "root imports",
    place = this.#wordAt(this.#scanner.at),
  ): void {
    if (this.#part > part) {
      this.#failures++;
      this.#bag.error("syntax-order", place, { what });
    } else this.#part = part;
  }

  /** The word at `start`, with the `#` of a directive. */
  #wordAt(start: number): Span {
    const word = /#?[ \t]*\w*/y;
    word.lastIndex = start;
    word.test(this.#file.text);
    return span(this.#file, start, Math.max(word.lastIndex, start + 1));
  }

  // ---------------------------------------------------------------- shapes of items

  /** An item that ends with a pair of braces. */
  #readBraced(parseTokens: (tokens: Token[]) => void): void {
    const tokens: Token[] = [];
    let bodyAt = Infinity;
    this.#recovering(
      () => {
        this.#scanner.through(EndOfFile, tokens);
        bodyAt = this.#scanner.block(tokens);
        parseTokens(tokens);
      },
      (failedAt) => this.#skipBody(failedAt, bodyAt),
    );
  }

  /** An item without braces, that ends with `last` and perhaps a `;`. */
  #readLine(last: typeof Semicolon, parseTokens: (tokens: Token[]) => void): void {
    const start = this.#scanner.at;
    const tokens: Token[] = [];
    this.#recovering(
      () => {
        this.#scanner.through(last, tokens);
        if (last !== Semicolon) this.#scanner.semicolon(tokens);
        parseTokens(tokens);
      },
      (failedAt) =>
        this.#skipLine(
          start,
          failedAt,
          tokens.some((token) => token.tokenType === Semicolon),
        ),
    );
  }

  /** Parses an item's tokens. */
  #run<N extends AnyNode>(tokens: Token[], rule: () => N): N {
    this.#scanner.skipLayout();
    const end = this.#scanner.at;
    tokens.push(new Token(EndOfFile, "", end, Math.min(end + 1, this.#file.text.length)));
    RULES.begin(this.#file, tokens, this.#bag);
    const node = withinStack(rule);
    const [error] = RULES.errors;
    if (error !== undefined) {
      throw new SyntaxFailure("syntax-expected", spot(this.#file, error.token as Token), { what: error.message });
    }
    const deepest = tokens.length > MAX_DEPTH ? tooDeepNode(node, MAX_TREE_DEPTH) : undefined;
    if (deepest !== undefined) throw new SyntaxFailure("syntax-too-deep", deepest.span, { limit: MAX_TREE_DEPTH });
    return node;
  }

  // ---------------------------------------------------------------- recovery

  /** Reports the failure of `read`, and lets `skip` go to where the next item may start. */
  #recovering(read: () => void, skip: (failedAt: number) => void): void {
    try {
      read();
    } catch (failure) {
      if (!(failure instanceof SyntaxFailure)) throw failure;
      this.#failures++;
      const { code, span, args } = failure;
      this.#bag.error(code, span, args, { help: () => ({ hints: slipsAt(span) }) });
      skip(span.start);
    }
  }

  /** The end of a body is known once it has been scanned; else the next pair of braces is the body. */
  #skipBody(failedAt: number, bodyAt: number): void {
    if (failedAt >= bodyAt) return;
    this.#scanner.at = failedAt;
    this.#scanner.skipBraces();
  }

  /** To the end of the line's statement, or to what failed when that stands on a later line. */
  #skipLine(start: number, failedAt: number, hasEnd: boolean): void {
    const isSameLine = !this.#file.text.slice(start, failedAt).includes("\n");
    if (failedAt > start && !(hasEnd && isSameLine)) this.#scanner.at = failedAt;
  }

  /** Past the braces that stand on the same line, and past a `;`. */
  #skipDefinition(failedAt: number): void {
    if (this.#scanner.isAtEnd) return;
    this.#scanner.at = failedAt;
    const hasBraces = /[^;\n]*?\{/y;
    hasBraces.lastIndex = failedAt;
    if (hasBraces.test(this.#file.text)) this.#scanner.skipBraces();
    const rest = /[^;{\n]*;?/y;
    rest.lastIndex = this.#scanner.at;
    rest.test(this.#file.text);
    this.#scanner.at = rest.lastIndex;
  }
}
