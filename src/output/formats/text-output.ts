/** `-f text`: program output on one stream, status lines and warnings on standard error. */
import type { ScriptMap } from "../../../codegen/object.js";
import { renderRecord, renderRecords, renderScriptMessage, type Span } from "../../../grammar/index.js";
import { type Losses, lossText } from "../losses.js";
import { helperMessage } from "../helper-message.js";
import { compileMapText } from "../maps/map-text.js";
import type { EventHandler, HelperFailure, Output, PrintableMap, RepeatedWarning, SentValues } from "../output.js";
import { formattedWriter, onlyValue } from "../sent-values.js";
import type { ValueContext } from "../value-context.js";
import type { Sink } from "../writer.js";

export interface TextOutputOptions {
  readonly out: Sink;
  readonly err: Sink;
  readonly values: ValueContext;
  /** Of warnings. */
  readonly color: boolean;
  /** `-q`: no "Attached N probes". */
  readonly isQuiet: boolean;
  /** `--no-warnings` drops warnings; errors stay. */
  readonly showsWarnings: boolean;
}

export class TextOutput implements Output {
  readonly #options: TextOutputOptions;
  readonly #out: Sink;

  constructor(options: TextOutputOptions) {
    this.#options = options;
    this.#out = options.out;
  }

  compilePrintf(format: string, values: SentValues): EventHandler {
    const writer = formattedWriter(format, values);
    const out = this.#out;
    return (m, at) => out.append(writer, m, at);
  }

  compileValue(values: SentValues): EventHandler {
    const text = onlyValue(values, "text");
    return (m, at) => this.#out.write(`${text(m, at)}\n`);
  }

  compileMap(map: ScriptMap): PrintableMap {
    const print = compileMapText(map, this.#options.values);
    return { print: (reading, options) => print(reading, options, this.#out) };
  }

  time(text: string): void {
    this.#out.write(text);
  }

  cat(text: string): void {
    this.#out.write(text);
  }

  /** One newline more than the command has printed, as the reference does. */
  system(text: string): void {
    this.#out.write(`${text}\n`);
  }

  join(strings: readonly string[], separator: string): void {
    this.#out.write(`${strings.join(separator)}\n`);
  }

  errorf(message: string, span: Span): void {
    this.#say(renderScriptMessage("error", span, message, { color: this.#options.color }));
  }

  warnf(message: string, span: Span): void {
    if (!this.#options.showsWarnings) return;
    this.#say(renderScriptMessage("warning", span, message, { color: this.#options.color }));
  }

  attachedProbes(count: number): void {
    if (!this.#options.isQuiet) this.#say(`Attached ${count} ${count === 1 ? "probe" : "probes"}\n`);
  }

  lostEvents(count: bigint): void {
    this.#say(`Lost ${count} events\n`);
  }

  losses({ probes }: Losses): void {
    if (!this.#options.showsWarnings) return;
    for (const probe of probes) {
      const text = lossText(probe);
      if (text !== undefined) this.#say(renderRecord("warning", undefined, text, { color: this.#options.color }));
    }
  }

  droppedActions(counts: ReadonlyMap<string, number>): void {
    if (!this.#options.showsWarnings) return;
    const list = [...counts].map(([name, count]) => `${name}() ${count}`).join(", ");
    const message = `What was queued when the signal came has been dropped: ${list}`;
    this.#say(renderRecord("warning", undefined, message, { color: this.#options.color }));
  }

  helperFailed({ helper, result, span }: HelperFailure): void {
    this.#warn(`${helperMessage(helper, result)}\nAdditional Info - helper: ${helper}, retcode: ${result}`, span);
  }

  runtimeError(message: string, span: Span): void {
    this.#warn(message, span);
  }

  warningRepeated({ message, span, times, isTotal }: RepeatedWarning): void {
    this.warnf(`${message} (${times} ${isTotal ? "in all" : "more"})`, span);
  }

  failure(message: string): void {
    this.#say(renderRecord("error", undefined, message, { color: this.#options.color }));
  }

  endOfRun(): void {
    this.#out.write("\n\n");
  }

  endOfBatch(): void {
    this.#out.endOfBatch();
  }

  flush(): void {
    this.#out.flush();
  }

  get isClosed(): boolean {
    return this.#out.isClosed;
  }

  #warn(message: string, span: Span): void {
    if (!this.#options.showsWarnings) return;
    this.#say(renderRecords("warning", span, message, { color: this.#options.color }));
  }

  /** Both streams may end in one place: what was printed before comes before. */
  #say(text: string): void {
    this.#out.flush();
    this.#options.err.write(text);
    this.#options.err.flush();
  }
}
