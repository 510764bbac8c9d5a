/**
 * The order in which type errors are told: wrong literals, then errors of inference, then all others. Where there are
 * some of one sort the next is left out: what is typed by guess is likely to be wrong in more ways (language.md 18.3).
 * Which sort a message belongs to stands beside its words (`grammar/messages/stage.ts`).
 */
import { type Code, DiagnosticBag, type Extra, type MessageArgs, type Span, stageOf } from "../../../grammar/index.js";

type Tell = () => void;

export class StagedBag extends DiagnosticBag {
  readonly #target: DiagnosticBag;
  readonly #isWrong: boolean;
  readonly #ofLiterals: Tell[] = [];
  readonly #ofInference: Tell[] = [];
  readonly #others: Tell[] = [];
  /** By the walk that finds them. */
  readonly #warnings = { first: [] as Tell[], second: [] as Tell[], third: [] as Tell[] };

  constructor(target: DiagnosticBag) {
    super();
    this.#target = target;
    this.#isWrong = target.hasErrors;
  }

  override error<C extends Code>(code: C, span: Span | undefined, args: MessageArgs<C>, extra?: Extra): void {
    const tell = (): void => {
      this.#target.error(code, span, args, extra);
    };
    const stage = stageOf(code);
    if (stage === "always") tell();
    else if (stage === "literals") this.#ofLiterals.push(tell);
    else if (stage === "inference") this.#ofInference.push(tell);
    else this.#others.push(tell);
  }

  override warning<C extends Code>(code: C, span: Span | undefined, args: MessageArgs<C>, extra?: Extra): void {
    const stage = stageOf(code);
    const walk = stage === "first-walk" ? "first" : stage === "second-walk" ? "second" : "third";
    this.#warnings[walk].push(() => {
      this.#target.warning(code, span, args, extra);
    });
  }

  /** Tells the first sort of errors that there are, and if there is nothing worse, warnings. */
  finish(): void {
    const worst = this.#ofLiterals.length > 0 ? this.#ofLiterals : this.#ofInference;
    for (const tell of worst) tell();
    if (worst.length > 0 || this.#isWrong) return;
    const { first, second, third } = this.#warnings;
    for (const tell of [...this.#others, ...first, ...second, ...third]) tell();
  }
}
