/** `-f json`: one record a line, all on the program's output stream (output.md 13). */
import type { ScriptMap } from "../../../codegen/object.js";
import { outsideLibrary, positionOf, renderRecord, type Span } from "../../../grammar/index.js";
import type { Losses } from "../losses.js";
import { jsonObject, jsonString } from "../json.js";
import { compileJsonPrintf } from "../json-printf.js";
import { compileMapJson } from "../maps/map-json.js";
import type { EventHandler, HelperFailure, Output, PrintableMap, RepeatedWarning, SentValues } from "../output.js";
import { locatedWriter, onlyValue } from "../sent-values.js";
import { strerror } from "../strerror.js";
import type { ValueContext } from "../value-context.js";
import type { Sink } from "../writer.js";

export interface JsonOutputOptions {
  readonly out: Sink;
  readonly err: Sink;
  readonly values: ValueContext;
  readonly isQuiet: boolean;
  readonly showsWarnings: boolean;
}

export class JsonOutput implements Output {
  readonly #options: JsonOutputOptions;
  readonly #out: Sink;

  constructor(options: JsonOutputOptions) {
    this.#options = options;
    this.#out = options.out;
  }

  compilePrintf(format: string, values: SentValues): EventHandler {
    const writer = locatedWriter(
      values,
      compileJsonPrintf('{"type": "printf", "data": ', format, values.arguments, "}\n"),
    );
    const out = this.#out;
    return (m, at) => out.append(writer, m, at);
  }

  compileValue(values: SentValues): EventHandler {
    const json = onlyValue(values, "json");
    return (m, at) => this.#out.write(dataRecord("value", json(m, at)));
  }

  compileMap(map: ScriptMap): PrintableMap {
    const print = compileMapJson(map, this.#options.values);
    return { print: (reading, options) => print(reading, options, this.#out) };
  }

  time(text: string): void {
    this.#out.write(dataRecord("time", jsonString(text)));
  }

  cat(text: string): void {
    this.#record("cat", [["data", jsonString(text)]]);
  }

  system(text: string): void {
    this.#record("syscall", [["data", jsonString(text)]]);
  }

  join(strings: readonly string[], separator: string): void {
    this.#record("join", [["data", jsonString(strings.join(separator))]]);
  }

  errorf(message: string, span: Span): void {
    this.#record("errorf", [["msg", jsonString(message)], ...placeOf(span)]);
  }

  warnf(message: string, span: Span): void {
    if (this.#options.showsWarnings) this.#record("warnf", [["msg", jsonString(message)], ...placeOf(span)]);
  }

  attachedProbes(count: number): void {
    if (this.#options.isQuiet) return;
    this.#counted("attached_probes", "probes", count.toString());
  }

  lostEvents(count: bigint): void {
    this.#counted("lost_events", "events", count.toString());
  }

  losses({ probes }: Losses): void {
    const data = probes.map(({ probe, counts }) =>
      jsonObject([["probe", jsonString(probe)], ...counts.map(([cause, count]) => [cause, count.toString()] as const)]),
    );
    if (data.length > 0) this.#record("losses", [["data", `[${data.join(", ")}]`]]);
  }

  droppedActions(counts: ReadonlyMap<string, number>): void {
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
    this.#record("dropped_actions", [
      ["count", total.toString()],
      ["data", jsonObject([...counts].map(([name, count]) => [name, count.toString()] as const))],
    ]);
  }

  helperFailed({ helper, result, span }: HelperFailure): void {
    if (!this.#options.showsWarnings) return;
    this.#record("helper_error", [
      ["msg", jsonString(strerror(-result))],
      ["helper", jsonString(helper)],
      ["retcode", result.toString()],
      ...placeOf(span),
    ]);
  }

  runtimeError(message: string, span: Span): void {
    if (!this.#options.showsWarnings) return;
    this.#record("runtime_error", [["msg", jsonString(message)], ...placeOf(span)]);
  }

  warningRepeated({ message, span, times, isTotal }: RepeatedWarning): void {
    if (!this.#options.showsWarnings) return;
    this.#record(isTotal ? "warning_total" : "warning_repeated", [
      ["msg", jsonString(message)],
      ["count", times.toString()],
      ...placeOf(span),
    ]);
  }

  failure(message: string): void {
    this.#out.flush();
    this.#options.err.write(renderRecord("error", undefined, message, { color: false }));
  }

  endOfRun(): void {}

  endOfBatch(): void {
    this.#out.endOfBatch();
  }

  flush(): void {
    this.#out.flush();
  }

  get isClosed(): boolean {
    return this.#out.isClosed;
  }

  #counted(type: string, what: string, count: string): void {
    this.#record(type, [
      ["count", count],
      ["data", jsonObject([[what, count]])],
    ]);
  }

  #record(type: string, members: readonly Member[]): void {
    this.#out.write(`${jsonObject([["type", jsonString(type)], ...members])}\n`);
  }
}

type Member = readonly [key: string, value: string];

/** What comes by the million: made without lists of members, which took a third of an event's time. */
const dataRecord = (type: string, json: string): string => `{"type": "${type}", "data": ${json}}\n`;

/** The innermost place in the script's own text. */
function placeOf(span: Span): readonly Member[] {
  const { file, start } = outsideLibrary([span, ...(span.expandedFrom ?? [])])[0] ?? span;
  const { line, column } = positionOf(file, start);
  return [
    ["filename", jsonString(file.name)],
    ["line", line.toString()],
    ["col", column.toString()],
  ];
}
