/** Files, directives and macros: from text to the tokens that declarations are read from. */
import type { SourceFile } from "../source.js";
import { type CErrors, CSyntaxError } from "./failure.js";
import { type HeaderFile, isOfKernel } from "./header-file.js";
import { after, answerQueries, evaluateIf, headerOf, isQuery, type Queries } from "./if-expression.js";
import type { CMacro } from "./macro.js";
import { type DynamicMacro, MacroExpander, TokenBudget } from "./macro-expander.js";
import { functionMacro, objectMacro } from "./macro-definition.js";
import { type Conditional, OpenFile } from "./open-file.js";
import { dynamicMacros, KERNEL_TYPES } from "./predefined.js";
import { type CToken, isIdentifier, isPunctuator } from "./token.js";

export interface IncludeRequest {
  /** As written, without its delimiters. */
  readonly name: string;
  readonly isQuoted: boolean;
  /** `#include_next`: the search goes on behind the directory in which {@link IncludeRequest.from} was found. */
  readonly isNext: boolean;
  /** The name of the including file as it was answered; undefined for the script itself. */
  readonly from: string | undefined;
}

export interface HeaderSource {
  /** The file under the name that it was found by; undefined when there is none. */
  readInclude(request: IncludeRequest): HeaderFile | undefined;
  /** What such a header would declare is known without it. */
  isKnownWithout(header: string): boolean;
  /** What `BPFTRACE_HAVE_BTF` tells. */
  hasKernelTypes(): boolean;
}

const MAX_INCLUDE_DEPTH = 200;
const MAX_INCLUDES = 20_000;
const MAX_TEXT_BYTES = 2 ** 27;

export class Preprocessor {
  readonly errors: CErrors;
  readonly macros: Map<string, CMacro>;
  /** Headers that the script includes and that are nowhere, or of which only a part is known. */
  readonly incomplete = new Set<string>();
  readonly #headers: HeaderSource;
  readonly #dynamic: Map<string, DynamicMacro>;
  readonly #expander: MacroExpander;
  readonly #budget = new TokenBudget();
  readonly #files: OpenFile[] = [];
  /** Headers that a macro keeps from being read again. */
  readonly #guards = new Map<string, string>();
  readonly #once = new Set<string>();
  #includeCount = 0;
  #textBytes = 0;

  /** @param macros that are defined from the beginning */
  constructor(headers: HeaderSource, errors: CErrors, macros: ReadonlyMap<string, CMacro> = new Map()) {
    this.#headers = headers;
    this.errors = errors;
    this.macros = new Map(macros);
    this.#dynamic = dynamicMacros({
      depth: () => this.#files.length - 1,
      hasKernelTypes: () => headers.hasKernelTypes(),
    });
    this.#expander = new MacroExpander(this.#table(), () => this.#fileToken());
  }

  /** Reads a text as if it stood here. */
  open(file: SourceFile, path?: string): void {
    this.#textBytes += file.text.length;
    this.#files.push(new OpenFile(file, path));
  }

  /** With macros expanded; `end` at the end of everything. */
  next(): CToken {
    for (;;) {
      const token = this.#expander.next();
      if (token.kind !== "identifier" || token.text !== "_Pragma") return token;
      const pragma = this.#pragmaOperator(token);
      if (pragma !== undefined) return pragma;
    }
  }

  /** What the use of a macro without parameters becomes. */
  expanded(macro: CMacro): readonly CToken[] {
    return new MacroExpander(this.#table(), () => this.#fileToken()).expandAll(macro.body);
  }

  #table() {
    return { macros: this.macros, dynamic: this.#dynamic, errors: this.errors, budget: this.#budget };
  }

  // ---------------------------------------------------------------- files

  get #top(): OpenFile | undefined {
    return this.#files.at(-1);
  }

  #fileToken(): CToken {
    for (;;) {
      const top = this.#top!;
      const token = top.take();
      if (token.kind === "end") {
        if (this.#files.length === 1) {
          this.#checkEnd(top);
          return token;
        }
        this.#leave(top);
      } else if (token.startsLine && isPunctuator(token, "#")) {
        const made = this.#directive(token, top);
        this.#skipDeadText();
        if (made !== undefined) return made;
      } else {
        top.noteText();
        return token;
      }
    }
  }

  #leave(file: OpenFile): void {
    this.#checkEnd(file);
    if (file.path !== undefined && file.guard !== undefined) this.#guards.set(file.path, file.guard);
    this.#files.pop();
  }

  #checkEnd({ conditionals, lexer, file }: OpenFile): void {
    for (const { place } of conditionals.splice(0).reverse())
      this.errors.error(place, "unterminated conditional directive");
    if (lexer.unterminatedComment === undefined) return;
    this.errors.error({ file, at: lexer.unterminatedComment }, "unterminated /* comment");
    lexer.unterminatedComment = undefined;
  }

  /** Of the branches that were not taken only the directives are read. */
  #skipDeadText(): void {
    const top = this.#top!;
    while (!top.isLive) {
      top.lexer.skipToDirective();
      const token = top.take();
      if (token.kind === "end") return this.#checkEnd(top);
      if (isPunctuator(token, "#")) this.#directive(token, top);
    }
  }

  // ---------------------------------------------------------------- directives

  #directive(hash: CToken, file: OpenFile): CToken | undefined {
    const name = file.takeInLine();
    if (name === undefined) return undefined;
    const directive = name.kind === "identifier" ? DIRECTIVES.get(name.text) : undefined;
    const wasLive = file.isLive;
    if (!wasLive && directive?.isConditional !== true) {
      file.lexer.skipLine();
      return undefined;
    }
    if (directive?.isConditional !== true) file.noteText();
    try {
      if (directive === undefined) this.#unknownDirective(name, hash);
      else return directive.run(this, name, file);
    } catch (failure) {
      if (!(failure instanceof CSyntaxError)) throw failure;
      this.errors.error(failure.place, failure.message);
    } finally {
      // An included file is on top by now; the rest of this line is not its own.
      file.lexer.skipLine();
    }
    return undefined;
  }

  /** `# 1 "file"` is a line marker. */
  #unknownDirective(name: CToken, hash: CToken): void {
    if (name.kind !== "number") this.errors.error(name.kind === "end" ? hash : name, "invalid preprocessing directive");
  }

  openConditional(place: CToken, file: OpenFile, isTrue: () => boolean, guard?: string): void {
    const conditional: Conditional = { place, isLive: false, isSettled: true, hasElse: false };
    const wasLive = file.isLive;
    file.openConditional(conditional, guard);
    if (!wasLive) return;
    conditional.isSettled = false;
    this.#settle(conditional, isTrue);
  }

  /** A condition that makes no sense is false. */
  #settle(conditional: Conditional, isTrue: () => boolean): void {
    conditional.isLive = isTrue();
    conditional.isSettled = conditional.isLive;
  }

  elseBranch(place: CToken, file: OpenFile, isTrue: (() => boolean) | undefined): void {
    const conditional = file.conditionals.at(-1);
    if (conditional === undefined) throw new CSyntaxError(place, `#${place.text} without #if`);
    if (conditional.hasElse) throw new CSyntaxError(place, `#${place.text} after #else`);
    file.noteBranch();
    conditional.isLive = false;
    if (isTrue === undefined) conditional.hasElse = true;
    if (conditional.isSettled) return;
    this.#settle(conditional, isTrue ?? (() => true));
  }

  endConditional(place: CToken, file: OpenFile): void {
    if (file.conditionals.length === 0) throw new CSyntaxError(place, "#endif without #if");
    file.closeConditional();
  }

  isDefined(name: string): boolean {
    if (this.macros.has(name) || isQuery(name)) return true;
    return this.#dynamic.has(name) && (name !== KERNEL_TYPES || this.#headers.hasKernelTypes());
  }

  undefine(name: string): void {
    this.macros.delete(name);
    this.#dynamic.delete(name);
  }

  /** The rest of the line as a condition. */
  evaluate(directive: CToken, file: OpenFile): boolean {
    const tokens = file.restOfLine();
    const last = tokens.at(-1) ?? directive;
    const end: CToken = { ...last, kind: "end", text: "", at: after(last).at };
    const queries: Queries = {
      isDefined: (name) => this.isDefined(name),
      hasHeader: (header, isNext) => this.#find(header, file, isNext) !== undefined,
    };
    const expanded = this.#expandCondition(answerQueries(tokens, queries), end);
    return evaluateIf(answerQueries(expanded, queries), end);
  }

  /** What a macro puts behind `defined` is a name, and stays one. */
  #expandCondition(tokens: readonly CToken[], end: CToken): readonly CToken[] {
    let at = 0;
    const expander = new MacroExpander(this.#table(), () => tokens[at++] ?? end);
    const out: CToken[] = [];
    for (let token = expander.next(); token.kind !== "end"; token = expander.next()) {
      out.push(token);
      if (!isIdentifier(token, "defined")) continue;
      const next = expander.nextRaw();
      const rest = isPunctuator(next, "(") ? [next, expander.nextRaw(), expander.nextRaw()] : [next];
      out.push(...rest.filter(({ kind }) => kind !== "end"));
    }
    return out;
  }

  // ---------------------------------------------------------------- #include

  include(directive: CToken, file: OpenFile, isNext: boolean): void {
    const header = file.lexer.headerName() ?? this.#expandedHeader(directive, file);
    file.lexer.skipLine();
    const name = header.text.slice(1, -1);
    const found = this.#find(header, file, isNext);
    const isOwn = !isOfKernel(file.file);
    if (isOwn && (found === undefined || found.isPartial === true)) this.incomplete.add(name);
    if (found === undefined) {
      if (!isOwn) return;
      if (this.#headers.isKnownWithout(name)) return;
      this.errors.fatal(header, `'${name}' file not found`);
    }
    if (this.#isReadAlready(found.name)) return;
    if (this.#files.length > MAX_INCLUDE_DEPTH) this.errors.fatal(header, "#include nested too deeply");
    if (++this.#includeCount > MAX_INCLUDES || this.#textBytes > MAX_TEXT_BYTES) {
      this.errors.fatal(header, "too much is included");
    }
    this.open(found, found.name);
  }

  #expandedHeader(directive: CToken, file: OpenFile): CToken {
    const tokens = file.restOfLine();
    const [first] = tokens;
    if (first !== undefined) {
      const expander = new MacroExpander(this.#table(), () => first);
      const header = headerOf(expander.expandAll(tokens));
      if (header?.text.endsWith(header.text.startsWith("<") ? ">" : '"') === true) return header;
    }
    throw new CSyntaxError(first ?? after(directive), 'expected "FILENAME" or <FILENAME>');
  }

  #find(header: CToken, { path }: OpenFile, isNext: boolean): HeaderFile | undefined {
    const isQuoted = !header.text.startsWith("<");
    return this.#headers.readInclude({ name: header.text.slice(1, -1), isQuoted, isNext, from: path });
  }

  #isReadAlready(path: string): boolean {
    const guard = this.#guards.get(path);
    return this.#once.has(path) || (guard !== undefined && this.macros.has(guard));
  }

  // ---------------------------------------------------------------- pragmas

  pragma(place: CToken, text: string, file: OpenFile | undefined): CToken | undefined {
    if (/^once\b/.test(text)) {
      if (file?.path !== undefined) this.#once.add(file.path);
      return undefined;
    }
    return { ...place, kind: "pragma", text };
  }

  /** `_Pragma("…")`. */
  #pragmaOperator(name: CToken): CToken | undefined {
    const parts = [this.#expander.next(), this.#expander.next(), this.#expander.next()];
    const text = parts[1]?.kind === "string" ? parts[1].text.slice(1, -1) : "";
    return this.pragma(name, text, this.#top);
  }
}

// ---------------------------------------------------------------- the directives

interface Directive {
  /** Read in text that does not count, too. */
  readonly isConditional: boolean;
  readonly run: (cx: Preprocessor, name: CToken, file: OpenFile) => CToken | undefined;
}

type Run = (cx: Preprocessor, name: CToken, file: OpenFile) => CToken | void;

const row = (isConditional: boolean, run: Run): Directive => ({
  isConditional,
  run: (cx, name, file) => run(cx, name, file) ?? undefined,
});
const conditional = (run: Run): Directive => row(true, run);
const plain = (run: Run): Directive => row(false, run);
const ignored = plain(() => undefined);

const DIRECTIVES: ReadonlyMap<string, Directive> = new Map([
  ["if", conditional((cx, at, file) => cx.openConditional(at, file, () => cx.evaluate(at, file)))],
  ["ifdef", conditional((cx, at, file) => openIfDefined(cx, at, file, true))],
  ["ifndef", conditional((cx, at, file) => openIfDefined(cx, at, file, false))],
  ["elif", conditional((cx, at, file) => cx.elseBranch(at, file, () => cx.evaluate(at, file)))],
  ["elifdef", conditional((cx, at, file) => cx.elseBranch(at, file, () => cx.isDefined(nameAfter(at, file).text)))],
  ["elifndef", conditional((cx, at, file) => cx.elseBranch(at, file, () => !cx.isDefined(nameAfter(at, file).text)))],
  ["else", conditional((cx, at, file) => cx.elseBranch(at, file, undefined))],
  ["endif", conditional((cx, at, file) => cx.endConditional(at, file))],
  ["define", plain((cx, at, file) => define(cx, at, file))],
  ["undef", plain((cx, at, file) => cx.undefine(nameAfter(at, file).text))],
  ["include", plain((cx, at, file) => cx.include(at, file, false))],
  ["include_next", plain((cx, at, file) => cx.include(at, file, true))],
  ["import", plain((cx, at, file) => cx.include(at, file, false))],
  ["error", plain((cx, at, file) => cx.errors.error(at, file.lexer.restOfLine()))],
  ["warning", plain((_cx, _at, file) => void file.lexer.restOfLine())],
  ["pragma", plain((cx, at, file) => cx.pragma(at, file.lexer.restOfLine(), file))],
  ["line", ignored],
  ["ident", ignored],
  ["sccs", ignored],
  ["assert", ignored],
  ["unassert", ignored],
]);

function nameAfter(directive: CToken, file: OpenFile): CToken {
  const name = file.takeInLine();
  if (name === undefined) throw new CSyntaxError(after(directive), "macro name missing");
  if (name.kind !== "identifier") throw new CSyntaxError(name, "macro name must be an identifier");
  return name;
}

/** Without a name the directive has a block all the same. */
function openIfDefined(cx: Preprocessor, at: CToken, file: OpenFile, isWanted: boolean): void {
  const name = file.takeInLine();
  const guard = isWanted ? undefined : name?.text;
  cx.openConditional(
    at,
    file,
    () => {
      if (name === undefined) throw new CSyntaxError(after(at), "macro name missing");
      if (name.kind !== "identifier") throw new CSyntaxError(name, "macro name must be an identifier");
      return cx.isDefined(name.text) === isWanted;
    },
    guard,
  );
}

function define(cx: Preprocessor, directive: CToken, file: OpenFile): void {
  const name = nameAfter(directive, file);
  if (name.text === "defined") throw new CSyntaxError(name, "'defined' cannot be used as a macro name");
  const { lexer } = file;
  const start = lexer.at;
  const macro = lexer.isAtParenthesis
    ? functionMacro(name, file.restOfLine())
    : objectMacro(name, file.file, start, lexer.skipLine());
  cx.macros.set(name.text, macro);
}
