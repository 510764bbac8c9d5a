/** Definitions of macros, and what a call of one becomes. */
import type { SourceFile } from "../source.js";
import type { CErrors } from "./failure.js";
import { CLexer } from "./lexer.js";
import { type CToken, isPunctuator } from "./token.js";

export interface CMacro {
  readonly name: string;
  /** Where it is defined. */
  readonly file: SourceFile;
  /** Undefined: without parentheses. */
  readonly params: readonly string[] | undefined;
  /** The last parameter takes all arguments that are left. */
  readonly isVariadic: boolean;
  readonly body: readonly CToken[];
  /** `##` or `#` occurs in it. */
  readonly hasOperators: boolean;
}

export interface MacroArgument {
  readonly raw: readonly CToken[];
  /** With its own macros expanded; made when it is first needed. */
  expanded(): readonly CToken[];
}

/** The value of a macro as scripts see it: its tokens joined without spaces (language.md 4.2). */
export const macroText = (macro: CMacro): string => macro.body.map((token) => token.text).join("");

/** The body with the arguments in their places. */
export function substitute(macro: CMacro, args: readonly MacroArgument[], errors: CErrors): readonly CToken[] {
  if (!macro.hasOperators && args.length === 0) return macro.body;
  return new Substitution(macro, args, errors).run();
}

class Substitution {
  readonly #macro: CMacro;
  readonly #args: readonly MacroArgument[];
  readonly #errors: CErrors;
  readonly #out: CToken[] = [];
  /** The last `##` had no tokens on either side. */
  #pastedNothing = false;

  constructor(macro: CMacro, args: readonly MacroArgument[], errors: CErrors) {
    this.#macro = macro;
    this.#args = args;
    this.#errors = errors;
  }

  run(): readonly CToken[] {
    this.#take(this.#macro.body);
    return this.#out;
  }

  #take(body: readonly CToken[]): void {
    for (let i = 0; i < body.length; i++) {
      const token = body[i]!;
      if (isPunctuator(token, "#") && this.#macro.params !== undefined) i += this.#stringify(body, i);
      else if (isPunctuator(token, "##") && i > 0 && i + 1 < body.length) i += this.#paste(body, i);
      else if (isOptional(token) && this.#macro.isVariadic) i += this.#takeOptional(body, i);
      else this.#takeOne(token, isPasted(body, i));
    }
  }

  #argument(token: CToken): MacroArgument | undefined {
    if (token.kind !== "identifier") return undefined;
    const index = this.#macro.params?.indexOf(token.text) ?? -1;
    return index < 0 ? undefined : this.#args[index];
  }

  #takeOne(token: CToken, isOperand: boolean): void {
    const argument = this.#argument(token);
    if (argument === undefined) this.#out.push(token);
    else this.#pushAll(isOperand ? argument.raw : argument.expanded(), token.hasSpace);
  }

  #pushAll(tokens: readonly CToken[], hasSpace: boolean): void {
    for (const [i, token] of tokens.entries()) {
      this.#out.push(i === 0 ? { ...token, hasSpace, startsLine: false } : token);
    }
  }

  /** `#param`. @returns how many tokens more were taken */
  #stringify(body: readonly CToken[], i: number): number {
    const next = body[i + 1];
    const argument = next && this.#argument(next);
    if (argument === undefined) {
      this.#out.push(body[i]!);
      return 0;
    }
    this.#out.push({ ...body[i]!, kind: "string", text: stringOf(argument.raw) });
    return 1;
  }

  /** `left ## right`, where the left operand has been taken already. */
  #paste(body: readonly CToken[], i: number): number {
    const right = body[i + 1]!;
    const left = this.#leftOperand(body, i);
    const argument = this.#argument(right);
    const operand = argument === undefined ? [right] : argument.raw;
    this.#pastedNothing = left === undefined && operand.length === 0;
    if (this.#isCommaBeforeRest(left, right)) {
      // GNU: the comma goes when there are no more arguments.
      if (operand.length === 0) this.#out.pop();
      else this.#pushAll(argument?.expanded() ?? operand, right.hasSpace);
      return 1;
    }
    const [first, ...rest] = operand;
    if (first === undefined) return 1;
    if (left === undefined) this.#out.push(first);
    else {
      this.#out.pop();
      this.#out.push(...this.#joined(left, first));
    }
    this.#out.push(...rest);
    return 1;
  }

  /** Nothing, when the left operand is an argument without tokens; in `a ## b ## c` it is what came of `a ## b`. */
  #leftOperand(body: readonly CToken[], i: number): CToken | undefined {
    const isChain = i > 2 && isPunctuator(body[i - 2]!, "##");
    if (isChain) return this.#pastedNothing ? undefined : this.#out.at(-1);
    const before = body[i - 1]!;
    return this.#argument(before)?.raw.length === 0 ? undefined : this.#out.at(-1);
  }

  #isCommaBeforeRest(left: CToken | undefined, right: CToken): boolean {
    if (!this.#macro.isVariadic || left === undefined || !isPunctuator(left, ",")) return false;
    return right.kind === "identifier" && this.#macro.params?.at(-1) === right.text;
  }

  #joined(left: CToken, right: CToken): readonly CToken[] {
    const text = left.text + right.text;
    const lexer = new CLexer({ name: left.file.name, text });
    const token = lexer.next();
    if (token.text === text && token.kind !== "other") return [{ ...left, kind: token.kind, text }];
    this.#errors.error(left, `pasting formed '${text}', an invalid preprocessing token`);
    return [left, right];
  }

  /** `__VA_OPT__(…)`. */
  #takeOptional(body: readonly CToken[], i: number): number {
    const end = closing(body, i + 1);
    if (end === undefined) {
      this.#out.push(body[i]!);
      return 0;
    }
    if ((this.#args.at(-1)?.raw.length ?? 0) > 0) this.#take(body.slice(i + 2, end));
    return end - i;
  }
}

const isOptional = (token: CToken): boolean => token.kind === "identifier" && token.text === "__VA_OPT__";

/** Operands of `##` are taken as they were written. */
function isPasted(body: readonly CToken[], i: number): boolean {
  const [before, after] = [body[i - 1], body[i + 1]];
  return (after !== undefined && isPunctuator(after, "##")) || (before !== undefined && isPunctuator(before, "##"));
}

/** Of the parenthesis at `open`. */
function closing(body: readonly CToken[], open: number): number | undefined {
  let depth = 0;
  for (let i = open; i < body.length; i++) {
    if (isPunctuator(body[i]!, "(")) depth++;
    else if (isPunctuator(body[i]!, ")")) depth--;
    if (depth === 0) return i === open ? undefined : i;
  }
  return undefined;
}

function stringOf(tokens: readonly CToken[]): string {
  let text = "";
  for (const [i, token] of tokens.entries()) {
    if (i > 0 && (token.hasSpace || token.startsLine)) text += " ";
    const isLiteral = token.kind === "string" || token.kind === "character";
    text += isLiteral ? token.text.replace(/["\\]/g, "\\$&") : token.text;
  }
  return `"${text}"`;
}
