/**
 * What can go wrong with the machine: permission, a missing feature, a full table. Thrown, never
 * printed here; `src/cli` shows the message and ends with the status.
 */
import { InternalError } from "../../codegen/internal-error.js";
import type { Span } from "../../grammar/index.js";
import { type SystemCallFailure, SystemError } from "../kernel/index.js";

/** The kernel lacks something that the script needs. */
export class UnsupportedFeatureError extends Error {
  override readonly name = "UnsupportedFeatureError";
  readonly feature: string;
  /** The first kernel version that has it. */
  readonly since: string;

  constructor(feature: string, since: string, options: ErrorOptions = {}) {
    super(`${feature} needs Linux ${since} or later`, options);
    this.feature = feature;
    this.since = since;
  }
}

/** The kernel did not make a map. */
export class MapError extends SystemError {
  override readonly name = "MapError";
  /** Where a map of the script is declared, or met first. */
  readonly span: Span | undefined;
  /** What to try. */
  readonly hint: string | undefined;

  constructor(
    failure: SystemCallFailure,
    doing: string,
    { span, hint, ...options }: ErrorOptions & { readonly span: Span | undefined; readonly hint: string | undefined },
  ) {
    super(failure, doing, options, hint === undefined ? undefined : "");
    this.span = span;
    this.hint = hint;
  }
}

/** The kernel refused a program. */
export class VerifierError extends SystemError {
  override readonly name = "VerifierError";
  /** The program as the kernel knows it. */
  readonly program: string;
  readonly log: string;
  /** The script text that the refused instruction came from. */
  readonly span: Span | undefined;
  /** The probe in the script. */
  readonly probe: Span | undefined;
  /** What the verifier said last. */
  readonly lastWords: string;
  /** It was for a trampoline: for the entry or the return of a function. */
  readonly isOfTrampoline: boolean;

  constructor(failure: SystemCallFailure, details: VerifierDetails, options: ErrorOptions = {}) {
    super(failure, `Error loading BPF program for ${details.program}`, options);
    this.program = details.program;
    this.log = details.log;
    this.span = details.span;
    this.probe = details.probe;
    this.lastWords = details.lastWords;
    this.isOfTrampoline = details.isOfTrampoline ?? false;
  }
}

export interface VerifierDetails {
  readonly program: string;
  readonly log: string;
  readonly span: Span | undefined;
  readonly probe?: Span | undefined;
  readonly lastWords: string;
  readonly isOfTrampoline?: boolean;
}

/** A program has sent an event that its script has none of: what was compiled is no more what it was, or never was right. */
export class UnknownEventError extends InternalError {
  /** What has happened, for people. */
  readonly what: string;

  constructor(id: number, kinds: number) {
    const what = `it sends an event of number ${id}, and there are ${kinds}`;
    super("events", what);
    this.what = what;
  }
}
