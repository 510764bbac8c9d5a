/** The two standard streams, for messages that are no program output. */
import {
  renderDiagnostics,
  renderHint,
  renderRecord,
  type Diagnostic,
  type Severity,
  type Span,
} from "../../grammar/index.js";
import { Writer } from "../output/index.js";

export class Console {
  readonly color: boolean;
  /** Colours are not wanted, wherever there would be some. */
  readonly isColorless: boolean;
  readonly showsWarnings: boolean;
  readonly #out = new Writer(1, "none");
  readonly #err = new Writer(2, "none");

  constructor(options: { readonly color: boolean; readonly isColorless?: boolean; readonly showsWarnings: boolean }) {
    this.color = options.color;
    this.isColorless = options.isColorless ?? false;
    this.showsWarnings = options.showsWarnings;
  }

  out(text: string): void {
    this.#out.write(text);
  }

  err(text: string): void {
    this.#err.write(text);
  }

  error(message: string): void {
    this.err(renderRecord("error", undefined, message, { color: this.color }));
  }

  warning(message: string, { span, hint }: { readonly span?: Span; readonly hint?: string } = {}): void {
    if (!this.showsWarnings) return;
    this.err(renderRecord("warning", span, message, { color: this.color }));
    if (hint !== undefined) this.err(renderHint(hint));
  }

  /** Where that is which has been said before. @param of - how serious that was */
  place(message: string, span: Span, of: Severity): void {
    if (of === "warning" && !this.showsWarnings) return;
    this.err(renderRecord("note", span, message, { color: this.color }));
  }

  diagnostics(diagnostics: readonly Diagnostic[]): void {
    const shown = diagnostics.filter((d) => d.severity === "error" || this.showsWarnings);
    this.err(renderDiagnostics(shown, { color: this.color }));
  }
}
