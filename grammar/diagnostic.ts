/**
 * What is wrong with a user's program, as data. The words are in `messages/`, one table for each
 * stage; `render.ts` turns diagnostics into text.
 */
import { MESSAGES } from "./messages/index.js";
import type { Stage } from "./messages/stage.js";
import { outsideLibrary, type Span } from "./source.js";

export type Severity = "error" | "warning";
export type Code = keyof typeof MESSAGES;
type ArgsOf<F extends (args: never) => string> =
  Parameters<F> extends [] ? Record<string, never> | undefined : Parameters<F>[0];
export type MessageArgs<C extends Code> = ArgsOf<(typeof MESSAGES)[C]>;

/** "The other one is here". */
export interface Context {
  readonly span: Span;
  readonly message: string;
}

/** What we say beyond the reference's words. */
export interface Help {
  /** Where a type or a name came from. */
  readonly contexts?: readonly Context[];
  /** What was meant, or what works. */
  readonly hints?: readonly string[];
}

export interface Diagnostic {
  readonly code: Code;
  readonly severity: Severity;
  readonly message: string;
  /** Absent for messages about the run as a whole. */
  readonly span: Span | undefined;
  /** The part of `span` that is wrong, if it is not all of it. */
  readonly mark: Span | undefined;
  readonly contexts: readonly Context[];
  readonly hints: readonly string[];
  readonly help: Help;
  /** Macro calls that led here, innermost first. */
  readonly expandedFrom: readonly Span[];
}

export const messageOf = <C extends Code>(code: C, args: MessageArgs<C>): string =>
  (MESSAGES[code] as (args: MessageArgs<C>) => string)(args);

/** Of what the type checker tells: when; undefined: with all others. */
export function stageOf(code: Code): Stage | undefined {
  const words: object = MESSAGES[code];
  return "stage" in words ? (words.stage as Stage) : undefined;
}

export const context = <C extends Code>(code: C, span: Span, args: MessageArgs<C>): Context => ({
  span,
  message: messageOf(code, args),
});

export interface Extra {
  readonly mark?: Span | undefined;
  readonly contexts?: readonly Context[];
  readonly hints?: readonly string[];
  /** Called when the message is told: to look for names costs time. */
  readonly help?: (() => Help) | undefined;
  readonly expandedFrom?: readonly Span[];
  /** Of a warning: a mistake may be why, and it is told only where there is none. */
  readonly isConsequence?: true;
}

/** Collects diagnostics; each (code, place, words) is kept once. */
export class DiagnosticBag {
  readonly #all: Diagnostic[] = [];
  readonly #seen = new Set<string>();
  readonly #consequences = new Set<Diagnostic>();

  error<C extends Code>(code: C, span: Span | undefined, args: MessageArgs<C>, extra: Extra = {}): void {
    this.#add(code, "error", span, args, extra);
  }

  warning<C extends Code>(code: C, span: Span | undefined, args: MessageArgs<C>, extra: Extra = {}): void {
    this.#add(code, "warning", span, args, extra);
  }

  /** Errors first, then warnings, each in order of creation. */
  get all(): readonly Diagnostic[] {
    return [...this.errors, ...this.warnings];
  }

  get errors(): readonly Diagnostic[] {
    return this.#all.filter((d) => d.severity === "error");
  }

  get warnings(): readonly Diagnostic[] {
    const { hasErrors } = this;
    return this.#all.filter((d) => d.severity === "warning" && !(hasErrors && this.#consequences.has(d)));
  }

  get hasErrors(): boolean {
    return this.#all.some((d) => d.severity === "error");
  }

  #add<C extends Code>(code: C, severity: Severity, place: Span | undefined, args: MessageArgs<C>, extra: Extra): void {
    const message = messageOf(code, args);
    const [span, ...expandedFrom] = outsideLibrary([place, ...(extra.expandedFrom ?? place?.expandedFrom ?? [])]);
    const key = [
      severity,
      message,
      ...[span, ...expandedFrom].map((s) => s && `${s.file.name}:${s.start}-${s.end}`),
    ].join(" ");
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    const diagnostic: Diagnostic = {
      code,
      severity,
      message,
      span,
      mark: extra.mark,
      contexts: extra.contexts ?? [],
      hints: extra.hints ?? [],
      help: extra.help?.() ?? {},
      expandedFrom,
    };
    this.#all.push(diagnostic);
    if (extra.isConsequence === true) this.#consequences.add(diagnostic);
  }
}
