/**
 * The order in which type errors are told: wrong literals, then errors of inference, then all others. Where there are
 * some of one sort the next is left out: what is typed by guess is likely to be wrong in more ways (language.md 18.3).
 */
import { type Code, DiagnosticBag, type Extra, type MessageArgs, type Span } from "../../../grammar/index.js";

const OF_LITERALS: ReadonlySet<Code> = new Set<Code>([
  "hist-bits",
  "lhist-buckets",
  "lhist-negative",
  "lhist-order",
  "lhist-step",
  "lhist-step-literal",
  "lhist-step-range",
]);

const OF_INFERENCE: ReadonlySet<Code> = new Set<Code>([
  "aggregation-argument",
  "assignment-type",
  "assignment-locked",
  "branch-types",
  "comptime-unresolved",
  "element-type",
  "enum-unknown",
  "field-missing",
  "field-of-other",
  "field-parameter-missing",
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
  "map-undefined",
  "map-unknown",
  "offsetof-field",
  "offsetof-type",
  "operator-pointer",
  "operator-unsupported-unary",
  "record-field-missing",
  "sizeof-incomplete",
  "str-argument",
  "str-negative",
  "tuple-element",
  "type-incomplete",
  "type-unknown",
  "value-map-to-map",
  "value-to-map",
  "value-to-variable",
  "variable-type-unavailable",
  "variable-type-unresolved",
]);

/** Told in any case. */
const ALWAYS: ReadonlySet<Code> = new Set<Code>(["print-arity"]);

/** Warnings come from three walks over the whole program. */
const LAST = 2;
const RANKS: { readonly [C in Code]?: number } = {
  "signed-division": 0,
  "distinct-pointers": 0,
  "address-spaces": 0,
  "implicit-cast": 1,
};

export class StagedBag extends DiagnosticBag {
  readonly #target: DiagnosticBag;
  readonly #isWrong: boolean;
  /** Of literals, of inference, and others. */
  readonly #errors: readonly (() => void)[][] = [[], [], []];
  /** By rank. */
  readonly #warnings: readonly (() => void)[][] = [[], [], []];

  constructor(target: DiagnosticBag) {
    super();
    this.#target = target;
    this.#isWrong = target.hasErrors;
  }

  override error<C extends Code>(code: C, span: Span | undefined, args: MessageArgs<C>, extra?: Extra): void {
    const tell = (): void => {
      this.#target.error(code, span, args, extra);
    };
    if (ALWAYS.has(code)) tell();
    else this.#errors[OF_LITERALS.has(code) ? 0 : OF_INFERENCE.has(code) ? 1 : 2]?.push(tell);
  }

  override warning<C extends Code>(code: C, span: Span | undefined, args: MessageArgs<C>, extra?: Extra): void {
    this.#warnings[RANKS[code] ?? LAST]?.push(() => {
      this.#target.warning(code, span, args, extra);
    });
  }

  /** Tells the first sort of errors that there are, and if there is nothing worse, warnings. */
  finish(): void {
    const [ofLiterals = [], ofInference = [], others = []] = this.#errors;
    const worst = ofLiterals.length > 0 ? ofLiterals : ofInference;
    for (const tell of worst) tell();
    if (worst.length > 0 || this.#isWrong) return;
    for (const tell of [...others, ...this.#warnings.flat()]) tell();
  }
}
