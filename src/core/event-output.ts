/** Makes data of what a run gives out. */
import type { ScriptMap } from "../../codegen/object.js";
import type { Span } from "../../grammar/index.js";
import {
  asData,
  compileMapData,
  compilePrintfData,
  type Data,
  type DataReader,
  decoded,
  type EventHandler,
  type HelperFailure,
  helperMessage,
  located,
  type Losses,
  type Memory,
  type Output,
  type PrintableMap,
  type RepeatedWarning,
  type SentValues,
  type ValueContext,
} from "../output/index.js";
import type { LossesEvent, TraceEvent } from "./events.js";
import { placeOf } from "./place.js";
import { Printf, PrintfSite } from "./printf-event.js";

export interface EventOutputOptions {
  readonly values: ValueContext;
  /** What it throws ends the run. */
  readonly onEvent: (event: TraceEvent) => void;
  /** What becomes of the script's own numbers. */
  readonly numbers: <T>(data: T) => T;
  /** Called after each batch of events. */
  readonly onBatchEnd: () => void;
}

export class EventOutput implements Output {
  readonly #values: ValueContext;
  readonly #emit: (event: TraceEvent) => void;
  readonly #batchEnd: () => void;
  readonly #numbers: EventOutputOptions["numbers"];
  /** Nobody can go away. */
  readonly isClosed = false;

  constructor({ values, onEvent, numbers, onBatchEnd }: EventOutputOptions) {
    this.#values = values;
    this.#numbers = numbers;
    this.#emit = onEvent;
    this.#batchEnd = onBatchEnd;
  }

  compilePrintf(bytes: string, values: SentValues, span: Span): EventHandler {
    const emit = this.#emit;
    const site = new PrintfSite(bytes, values, placeOf(span));
    const numbers = this.#numbers;
    const read = together(compilePrintfData(bytes, values.arguments));
    return located(values, (m, record) => emit(new Printf(site, numbers(read(m, record)))));
  }

  compileValue(values: SentValues, span: Span): EventHandler {
    const [value] = values.arguments;
    if (value === undefined) throw new TypeError("an event of print() has no value");
    const emit = this.#emit;
    const at = placeOf(span);
    const numbers = this.#numbers;
    const data = value.data();
    const text = asData(value.text());
    return located(values, (m, record) => {
      emit({ kind: "value", value: numbers(data(m, record)), text: text(m, record), at });
    });
  }

  compileMap(map: ScriptMap): PrintableMap {
    const data = compileMapData(map, this.#values);
    return {
      print: (reading, options) => {
        const map = data(reading, options);
        this.#emit({ kind: "map", map: { ...map, entries: this.#numbers(map.entries) } });
      },
    };
  }

  time(text: string): void {
    this.#emit({ kind: "time", text: decoded(text) });
  }

  cat(text: string): void {
    this.#emit({ kind: "cat", text: decoded(text) });
  }

  system(text: string): void {
    this.#emit({ kind: "system", text: decoded(text) });
  }

  join(bytes: readonly string[], separator: string): void {
    const strings = bytes.map(decoded);
    this.#emit({ kind: "join", strings, text: strings.join(decoded(separator)) });
  }

  errorf(message: string, span: Span): void {
    this.#say("error", message, span);
  }

  warnf(message: string, span: Span): void {
    this.#say("warning", message, span);
  }

  lostEvents(count: bigint): void {
    this.#emit({ kind: "lost", count });
  }

  losses(all: Losses): void {
    const losses = lossesData(all);
    if (losses.length > 0) this.#emit({ kind: "losses", losses });
  }

  droppedActions(counts: ReadonlyMap<string, number>): void {
    this.#emit({ kind: "dropped", counts: Object.fromEntries(counts) });
  }

  helperFailed({ helper, result, span }: HelperFailure): void {
    const message = helperMessage(helper, result);
    this.#emit({ kind: "warning", message, at: placeOf(span), helper, result });
  }

  runtimeError(message: string, span: Span): void {
    this.#say("warning", message, span);
  }

  warningRepeated({ message, span, times, isTotal }: RepeatedWarning): void {
    this.#emit({ kind: "warning", message: decoded(message), at: placeOf(span), times, isTotal });
  }

  failure(message: string): void {
    this.#say("error", message, undefined);
  }

  endOfBatch(): void {
    this.#batchEnd();
  }

  // What is to be said of a run itself is no event of the script.
  attachedProbes(): void {}
  endOfRun(): void {}
  flush(): void {}

  #say(kind: "error" | "warning", message: string, span: Span | undefined): void {
    this.#emit({ kind, message: decoded(message), at: span && placeOf(span) });
  }
}

export const lossesData = ({ probes }: Losses): LossesEvent["losses"] =>
  probes.map(({ probe, counts }) => ({ probe: decoded(probe), counts: Object.fromEntries(counts) }));

/** All values of a record. A list of its size at once: one that grows is copied. */
function together(readers: readonly DataReader[]): (m: Memory, at: number) => readonly Data[] {
  const [a, b, c, d] = readers as DataReader[];
  switch (readers.length) {
    case 0:
      return () => [];
    case 1:
      return (m, at) => [a!(m, at)];
    case 2:
      return (m, at) => [a!(m, at), b!(m, at)];
    case 3:
      return (m, at) => [a!(m, at), b!(m, at), c!(m, at)];
    case 4:
      return (m, at) => [a!(m, at), b!(m, at), c!(m, at), d!(m, at)];
    default:
      return (m, at) => readers.map((read) => read(m, at));
  }
}
