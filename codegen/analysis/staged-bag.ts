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
  "field-unsupported-tag",
  "function-unknown",
  "index-of-other",
  "key-invalid",
  "key-type",
  "key-value",
  "loop-range",
  "loop-scalar-map",
  "loop-type",
  "map-kind-mismatch",
  "map-now-keyed",
  "map-now-scalar",
  "map-undefined",
  "map-unknown",
  "offsetof-field",
  "offsetof-type",
  "offsetof-unknown",
  "operator-pointer",
  "operator-unsupported-unary",
  "record-field-missing",
  "tuple-element",
  "type-unknown",
  "value-map-to-map",
  "value-to-map",
  "value-to-variable",
  "variable-type-unresolved",
]);

export class StagedBag extends DiagnosticBag {
  readonly #target: DiagnosticBag;
  readonly #later: (() => void)[] = [];

  constructor(target: DiagnosticBag) {
    super();
    this.#target = target;
  }

  override error<C extends Code>(code: C, span: Span | undefined, args: MessageArgs<C>, extra?: Extra): void {
    const tell = (): void => {
      this.#target.error(code, span, args, extra);
    };
    if (OF_INFERENCE.has(code)) tell();
    else this.#later.push(tell);
  }

  override warning<C extends Code>(code: C, span: Span | undefined, args: MessageArgs<C>, extra?: Extra): void {
    this.#later.push(() => {
      this.#target.warning(code, span, args, extra);
    });
  }

  /** Tells the rest, unless something worse is known. */
  finish(): void {
    if (this.#target.hasErrors) return;
    for (const tell of this.#later) tell();
  }
}
