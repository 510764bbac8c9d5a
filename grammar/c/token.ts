/** Tokens of C, as the preprocessor sees them. */
import type { SourceFile } from "../source.js";

export type CTokenKind =
  | "identifier"
  /** Also what only begins like a number: `1.5e+3`, `0x`, `08zz`. */
  | "number"
  | "character"
  | "string"
  | "punctuator"
  /** A directive that the parser must see in its place among the declarations: the text after `#pragma`. */
  | "pragma"
  /** A byte that means nothing, or a quote that is not closed on its line. */
  | "other"
  | "end";

export interface CToken {
  readonly kind: CTokenKind;
  /** As written, with line continuations taken out. */
  readonly text: string;
  readonly file: SourceFile;
  /** Of what macros made: the outermost call. */
  readonly at: number;
  /** White space before it. */
  readonly hasSpace: boolean;
  /** The first one on its line, where a directive may start and another one ends. */
  readonly startsLine: boolean;
  /** The name of a macro inside of its own expansion: it is never expanded again. */
  readonly isPainted: boolean;
}

export const isPunctuator = (token: CToken, text: string): boolean =>
  token.kind === "punctuator" && token.text === text;

export const isIdentifier = (token: CToken, text: string): boolean =>
  token.kind === "identifier" && token.text === text;
