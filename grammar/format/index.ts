/**
 * A tree as source text again: the style of `--fmt` (probes-and-cli.md 17.6).
 *
 * Formatting a formatted script changes nothing.
 */
import type {
  Assign,
  Block,
  CDefinition,
  ConfigBlock,
  ConfigSetting,
  Expr,
  If,
  Item,
  Macro,
  MapDeclaration,
  Probe,
  Prog,
  Program,
  RootImport,
  Statement,
} from "../ast.js";
import { ExpressionFormatter, type ExpressionNote, startsWithOperator } from "./expressions.js";
import { quote, spellInteger } from "./literals.js";
import { sameTree } from "./same.js";
import { Scanner, type Comment } from "../parser/scanner.js";
import { textOf, type Span } from "../source.js";

const INDENT = "  ";

/** Braces and what is between them on one line. */
const MAX_SHORT_BLOCK = 40;

/**
 * @param comments - as `parse` collected them
 * @param note - what is to be said of an expression
 */
export const format = (program: Program, comments: readonly Comment[], note?: ExpressionNote): string =>
  new Formatter(program, comments, note).format();

type Part = CDefinition | ConfigBlock | RootImport | Item;

/** Byte offsets of something in the source that gets lines of its own. */
type Place = Pick<Span, "start" | "end">;

class Formatter {
  readonly #program: Program;
  readonly #source: string;
  readonly #comments: readonly Comment[];
  readonly #expressions: ExpressionFormatter;
  #nextComment = 0;
  #indent = "";

  constructor(program: Program, comments: readonly Comment[], note: ExpressionNote | undefined) {
    const blocks = { lines: (block: Block) => this.#block(block), short: (block: Block) => this.#shortBlock(block) };
    this.#expressions = new ExpressionFormatter(blocks, note);
    this.#program = program;
    this.#source = program.span.file.text;
    this.#comments = comments;
  }

  format(): string {
    const { cDefinitions, config, imports, items } = this.#program;
    const settings = config === undefined ? [] : [config];
    const parts: Part[] = [...cDefinitions, ...settings, ...imports, ...items];
    parts.sort((a, b) => a.span.start - b.span.start);
    const lines = new Lines(this.#source);
    this.#shebang(lines);
    for (const part of parts) {
      this.#takeComments(lines, part.span.start);
      lines.add(part.span, this.#part(part));
      this.#dropComments(part);
      this.#takeComments(lines, part.span.end);
    }
    this.#takeComments(lines, Infinity);
    return lines.text;
  }

  #shebang(lines: Lines): void {
    const scanner = new Scanner(this.#program.span.file);
    scanner.skipLayout();
    const start = scanner.at;
    if (!this.#source.startsWith("#!", start)) return;
    this.#takeComments(lines, start);
    const end = scanner.lineEnd(start);
    lines.add({ start, end }, this.#source.slice(start, end).trimEnd());
  }

  // ---------------------------------------------------------------- comments

  /** Gives each comment that starts before `offset`, and has not been printed, its own lines. */
  #takeComments(lines: Lines, offset: number): void {
    for (;;) {
      const comment = this.#comments[this.#nextComment];
      if (comment === undefined || comment.start >= offset) return;
      this.#nextComment++;
      lines.add(comment, commentLines(comment.text).join(`\n${this.#indent}`));
    }
  }

  /** The text of a C definition has its comments in it. */
  #dropComments(part: Part): void {
    if (part.kind !== "c-definition") return;
    while ((this.#comments[this.#nextComment]?.start ?? Infinity) < part.span.end) this.#nextComment++;
  }

  // ---------------------------------------------------------------- items

  #part(part: Part): string {
    switch (part.kind) {
      case "c-definition":
        return part.text.trimEnd();
      case "config":
        return this.#config(part);
      case "root-import":
        return `import ${quote(part.path)};`;
      case "map-declaration":
        return mapDeclaration(part);
      case "macro":
        return this.#macro(part);
      case "prog":
        return this.#prog(part);
      case "probe":
        return this.#probe(part);
    }
  }

  #config(config: ConfigBlock): string {
    return this.#braces(config.span, (lines) => {
      for (const setting of config.settings) {
        this.#takeComments(lines, setting.span.start);
        lines.add(setting.span, `${setting.name} = ${settingValue(setting)};`);
      }
    }).replace(/^/, "config = ");
  }

  #macro(macro: Macro): string {
    const params = macro.params.map((param) => param.name).join(", ");
    return `macro ${macro.name}(${params})\n${this.#block(macro.body)}`;
  }

  #prog({ name, body }: Prog): string {
    return `prog ${name} ${this.#block(body)}`;
  }

  #probe(probe: Probe): string {
    const lines = new Lines(this.#source, { keepsBlankLines: false });
    probe.attachPoints.forEach((point, i) => {
      this.#takeComments(lines, point.span.start);
      lines.add(point.span, point.text + (i < probe.attachPoints.length - 1 ? "," : ""));
    });
    if (probe.predicate !== undefined) {
      const { predicate } = probe;
      this.#takeComments(lines, predicate.span.end);
      lines.add(predicate.span, delimitPredicate(this.#expressions.text(predicate)));
    }
    this.#takeComments(lines, probe.body.span.start);
    lines.add(probe.body.span, this.#body(probe.body));
    return lines.text.trimEnd();
  }

  // ---------------------------------------------------------------- statements

  /** Worth what stands at its end. */
  #block(block: Block): string {
    return this.#lines(block, (lines, value) => this.#line(lines, value, ""));
  }

  #shortBlock({ statements, value, span }: Block): string | undefined {
    const hasComments = (this.#comments[this.#nextComment]?.start ?? Infinity) < span.end;
    // Blocks within are laid out where they stand.
    if (hasComments || statements.length > 0 || (value !== undefined && textOf(value.span).includes("{")))
      return undefined;
    const text = value === undefined ? "{}" : `{ ${this.#expressions.text(value)} }`;
    return text.length > MAX_SHORT_BLOCK ? undefined : text;
  }

  /** Nobody takes what stands at its end, so that is a statement, too. */
  #body(block: Block): string {
    return this.#lines(block, (lines, value) => {
      if (isConstruct(value)) this.#line(lines, { kind: "expr-statement", expr: value, span: value.span }, "");
      else this.#line(lines, value, ";");
    });
  }

  #lines(block: Block, addValue: (lines: Lines, value: Expr) => void): string {
    return this.#braces(block.span, (lines) => {
      block.statements.forEach((statement, i) => this.#line(lines, statement, this.#terminator(block, i)));
      if (block.value !== undefined) addValue(lines, block.value);
    });
  }

  /** `{`, the lines one step further in, and `}`. */
  #braces({ end }: Span, addLines: (lines: Lines) => void): string {
    const outer = this.#indent;
    this.#indent += INDENT;
    const lines = new Lines(this.#source, { indent: this.#indent });
    addLines(lines);
    this.#takeComments(lines, end);
    this.#indent = outer;
    return lines.text === "" ? "{}" : `{\n${lines.text}${outer}}`;
  }

  #line(lines: Lines, node: Statement | Expr, terminator: string): void {
    this.#takeComments(lines, node.span.start);
    const text = this.#statement(node) + terminator;
    // Comments between the words of a statement have no place there any more.
    this.#takeComments(lines, node.span.end);
    lines.add(node.span, text);
  }

  /** `;`, but not after braces, unless what follows would then belong to them. */
  #terminator({ statements, value }: Block, index: number): string {
    const statement = statements[index];
    switch (statement?.kind) {
      case "for":
      case "while":
      case "unroll":
        return "";
      case "expr-statement":
        break;
      default:
        return ";";
    }
    if (!isConstruct(statement.expr)) return ";";
    const next = statements[index + 1] ?? value;
    const following = next?.kind === "expr-statement" ? next.expr : next;
    return following === undefined || startsWithOperator(following) ? ";" : "";
  }

  #statement(node: Statement | Expr): string {
    const column = this.#indent.length;
    switch (node.kind) {
      case "expr-statement":
        return isConstruct(node.expr)
          ? this.#expressions.construct(node.expr, (block) => this.#body(block))
          : this.#expression(node.expr);
      case "assign":
        return this.#assignment(node);
      case "let": {
        const type = node.type === undefined ? "" : ` : ${this.#expressions.text(node.type)}`;
        return this.#withValue(`let ${node.variable.name}${type}`, node.value);
      }
      case "discard":
        return this.#withValue("_", node.value);
      case "break":
      case "continue":
        return node.kind;
      case "return":
        return node.value === undefined ? "return" : `return ${this.#expressions.layout(node.value, column + 7)}`;
      case "for":
        return `for ${node.variable.name} : ${this.#iterable(node.over)} ${this.#body(node.body)}`;
      case "while":
        return `while ${this.#expressions.condition(node.condition)} ${this.#body(node.body)}`;
      case "unroll":
        return `unroll (${this.#expressions.text(node.count)}) ${this.#body(node.body)}`;
      case "import-statement":
        return `import ${quote(node.path)}`;
      default:
        return this.#expression(node);
    }
  }

  #withValue(head: string, value: Expr | undefined): string {
    if (value === undefined) return head;
    const start = `${head} = `;
    return start + this.#expressions.layout(value, this.#indent.length + start.length);
  }

  #iterable(over: Extract<Statement, { kind: "for" }>["over"]): string {
    if (over.kind === "map") return over.name;
    return `${this.#expressions.bound(over.start)}..${this.#expressions.bound(over.end)}`;
  }

  /** `x = x + y` is `x += y`. */
  #assignment({ target, op, value }: Assign): string {
    const canShorten =
      op === undefined && value.kind === "binary" && COMPOUND.has(value.op) && sameTree(target, value.left);
    const operator = canShorten ? value.op : (op ?? "");
    const head = `${this.#expressions.text(target)} ${operator}= `;
    return head + this.#expressions.layout(canShorten ? value.right : value, this.#indent.length + head.length);
  }

  /** A statement that starts with `$` or `@` cannot be a ternary; one that starts with a parenthesis can. */
  #expression(expr: Expr): string {
    const text = this.#expressions.layout(expr, this.#indent.length);
    if (expr.kind !== "ternary" || !/^[$@]/.test(text)) return text;
    const condition = this.#expressions.text(expr.condition);
    return `(${condition})${text.slice(condition.length)}`;
  }
}

const isConstruct = (node: Expr): node is If | Block => node.kind === "if" || node.kind === "block";

const COMPOUND: ReadonlySet<string> = new Set(["+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>"]);

/** Lines, with the runs of blank lines that stood between their sources. */
class Lines {
  text = "";
  readonly #source: string;
  readonly #indent: string;
  readonly #keepsBlankLines: boolean;
  #end: number | undefined;

  constructor(source: string, { indent = "", keepsBlankLines = true } = {}) {
    this.#source = source;
    this.#indent = indent;
    this.#keepsBlankLines = keepsBlankLines;
  }

  add({ start, end }: Place, text: string): void {
    if (this.#keepsBlankLines && this.#end !== undefined && start > this.#end) {
      const newlines = this.#source.slice(this.#end, start).split("\n").length - 1;
      this.text += "\n".repeat(Math.max(newlines - 1, 0));
    }
    this.#end = Math.max(end, this.#end ?? 0);
    this.text += `${this.#indent}${text}\n`;
  }
}

/** A predicate that starts with `*` or `/` would start a comment; one that ends with one needs none to end like it. */
const delimitPredicate = (text: string): string =>
  `/${/^[*/]/.test(text) ? " " : ""}${text}${text.endsWith("/") ? " " : ""}/`;

function mapDeclaration({ map, mapKind, entries, span }: MapDeclaration): string {
  const spelling = /\(\s*(\w+)\s*\)[\s;]*$/.exec(textOf(span))?.[1];
  return `let ${map} = ${mapKind}(${spellInteger(entries, spelling)});`;
}

/** Words need no quotes, unless they would be read as something else. */
function settingValue({ value, span }: ConfigSetting): string {
  if (typeof value === "bigint") return spellInteger(value, /\w+$/.exec(textOf(span))?.[0]);
  if (typeof value === "boolean") return String(value);
  return /^[A-Za-z_]\w*$/.test(value) && value !== "true" && value !== "false" ? value : quote(value);
}

/** A comment as `//` lines. */
function commentLines(text: string): string[] {
  if (text.startsWith("//")) return [text.trimEnd()];
  const lines = text
    .slice(2, text.endsWith("*/") && text.length > 3 ? -2 : undefined)
    .split("\n")
    .map((line, i) => (i === 0 ? line : line.replace(/^\s*\*+(?=\s|$)/, "")).trim());
  while (lines.length > 1 && lines[0] === "") lines.shift();
  while (lines.length > 1 && lines.at(-1) === "") lines.pop();
  return lines.map((line) => (line === "" ? "//" : `// ${line}`));
}
