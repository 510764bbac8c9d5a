/** A file that is being read: its tokens, its conditionals, and whether all of it is inside of an include guard. */
import type { SourceFile } from "../source.js";
import { CLexer } from "./lexer.js";
import type { CToken } from "./token.js";

/** An `#if` that has not been closed. */
export interface Conditional {
  readonly place: CToken;
  /** Its text counts. */
  isLive: boolean;
  /** One of its branches was taken, or none may be, because what is around it does not count. */
  isSettled: boolean;
  hasElse: boolean;
}

/** What an include guard looks like so far: the first directive, and nothing behind its `#endif`. */
type GuardState =
  | { readonly kind: "at-start" }
  | { readonly kind: "inside"; readonly name: string }
  | { readonly kind: "closed"; readonly name: string }
  | { readonly kind: "none" };

const NO_GUARD: GuardState = { kind: "none" };

export class OpenFile {
  readonly file: SourceFile;
  readonly lexer: CLexer;
  readonly conditionals: Conditional[] = [];
  /** It counts as this file for `#include_next` and `#pragma once`. */
  readonly path: string | undefined;
  #guard: GuardState = { kind: "at-start" };

  constructor(file: SourceFile, path: string | undefined) {
    this.file = file;
    this.path = path;
    this.lexer = new CLexer(file);
  }

  take(): CToken {
    return this.lexer.next();
  }

  /** The tokens up to the end of the line. */
  restOfLine(): readonly CToken[] {
    const rest: CToken[] = [];
    for (;;) {
      const token = this.take();
      if (token.startsLine) {
        this.lexer.unread(token);
        return rest;
      }
      rest.push(token);
    }
  }

  /** The next token if it is on the same line. */
  takeInLine(): CToken | undefined {
    const token = this.take();
    if (!token.startsLine) return token;
    this.lexer.unread(token);
    return undefined;
  }

  get isLive(): boolean {
    return this.conditionals.at(-1)?.isLive ?? true;
  }

  /** The macro that keeps the file from being read twice; known at its end. */
  get guard(): string | undefined {
    return this.#guard.kind === "closed" ? this.#guard.name : undefined;
  }

  /** @param guard the macro whose absence a directive at the beginning of the file asks for */
  openConditional(conditional: Conditional, guard: string | undefined): void {
    if (this.#guard.kind === "at-start" && guard !== undefined) this.#guard = { kind: "inside", name: guard };
    else this.noteText();
    this.conditionals.push(conditional);
  }

  /** `#else` or `#elif`. */
  noteBranch(): void {
    if (this.conditionals.length === 1) this.#guard = NO_GUARD;
  }

  closeConditional(): void {
    this.conditionals.pop();
    if (this.#guard.kind === "inside" && this.conditionals.length === 0) {
      this.#guard = { kind: "closed", name: this.#guard.name };
    }
  }

  /** Something stands outside of what would be the guard. */
  noteText(): void {
    if (this.#guard.kind !== "inside") this.#guard = NO_GUARD;
  }
}
