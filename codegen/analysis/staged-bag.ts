/**
 * The order in which type errors are told. Errors of inference come first, and where there are some all else is left
 * out: what is typed by guess is likely to be wrong in more ways (language.md 18.3).
 */
import { type Code, DiagnosticBag, type Extra, type MessageArgs, type Span } from "../../grammar/index.js";

const OF_INFERENCE: ReadonlySet<Code> = new Set<Code>([
  "aggregation-argument",
  "argument-literal",
  "assignment-type",
  "assignment-locked",
  "branch-types",
  "comptime-unresolved",
  "declaration-type",
  "element-type",
  "enum-unknown",
  "field-missing",
  "field-of-other",
  "field-parameter-missing",
  "field-unsupported-tag",
  "function-unknown",
  "hist-bits",
  "index-of-other",
  "key-invalid",
  "key-type",
  "key-value",
  "lhist-buckets",
  "lhist-negative",
  "lhist-order",
  "lhist-step",
  "lhist-step-literal",
  "lhist-step-range",
  "loop-range",
  "loop-scalar-map",
  "loop-type",
  "map-kind-mismatch",
  "map-undefined",
  "map-unknown",
  "offsetof-field",
  "offsetof-type",
  "operator-pointer",
  "operator-unsupported-unary",
  "record-field-missing",
  "str-argument",
  "str-negative",
  "tuple-element",
  "type-unknown",
  "value-map-to-map",
  "value-to-map",
  "value-to-variable",
  "variable-type-unresolved",
]);

/** Told in any case. */
const ALWAYS: ReadonlySet<Code> = new Set<Code>(["print-arity"]);

export class StagedBag extends DiagnosticBag {
  readonly #target: DiagnosticBag;
  readonly #later: (() => void)[] = [];
  #isWrong: boolean;

  constructor(target: DiagnosticBag) {
    super();
    this.#target = target;
    this.#isWrong = target.hasErrors;
  }

  override error<C extends Code>(code: C, span: Span | undefined, args: MessageArgs<C>, extra?: Extra): void {
    const tell = (): void => {
      this.#target.error(code, span, args, extra);
    };
    if (!OF_INFERENCE.has(code) && !ALWAYS.has(code)) return void this.#later.push(tell);
    this.#isWrong ||= OF_INFERENCE.has(code);
    tell();
  }

  override warning<C extends Code>(code: C, span: Span | undefined, args: MessageArgs<C>, extra?: Extra): void {
    this.#later.push(() => {
      this.#target.warning(code, span, args, extra);
    });
  }

  /** Tells the rest, unless something worse is known. */
  finish(): void {
    if (this.#isWrong) return;
    for (const tell of this.#later) tell();
  }
}
