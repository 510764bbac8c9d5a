/** The text of `strftime(fmt, ns)` (stdlib.md 7). */
import { CLOCK_NUMBERS } from "../../codegen/functions/strftime.js";
import type { Memory } from "./memory.js";
import { endsInConversion, type LocalTime, localTime, strftime } from "./strftime.js";
import type { ValueContext } from "./value-context.js";

const UNKNOWN = "(?)";
const SECOND_NS = 1_000_000_000n;
/** The clock mode whose values count from boot; all others are absolute. */
const MODE_BOOT = CLOCK_NUMBERS.boot;

/** `%f` microseconds, `%k` nanoseconds and `%l` milliseconds are replaced everywhere, also after `%%`. */
const FRACTION = /%([fkl])/;
const FRACTIONS: Readonly<Record<string, (ns: number) => string>> = {
  f: (ns) => String(Math.floor(ns / 1_000)).padStart(6, "0"),
  k: (ns) => String(ns).padStart(9, "0"),
  l: (ns) => String(Math.floor(ns / 1_000_000)).padStart(3, "0"),
};

/** What shows a `timestamp`: u32 format, u32 clock mode, u64 ns. */
export function compileTimestamp(cx: ValueContext): (m: Memory, at: number) => string {
  const formats = new Map<number, TimestampFormat>();
  const formatOf = (index: number): TimestampFormat => {
    const known = formats.get(index) ?? new TimestampFormat(cx.strings[index] ?? "", cx);
    formats.set(index, known);
    return known;
  };
  return ({ view }, at) => {
    const isSinceBoot = view.getUint32(at + 4, true) === MODE_BOOT;
    const ns = view.getBigUint64(at + 8, true) + (isSinceBoot ? cx.bootToRealNs : 0n);
    return formatOf(view.getUint32(at, true)).textOf(ns);
  };
}

/** One format. Times that follow each other are mostly of one second, of which only the fraction is made anew. */
export class TimestampFormat {
  readonly #cx: Pick<ValueContext, "zone" | "maxTimeBytes" | "onFailure">;
  /** Text with conversions; between two of them stands a fraction. */
  readonly #pieces: readonly string[];
  readonly #fractions: readonly ((ns: number) => string)[];
  /** A fraction's digits would be the width of a conversion that is not complete. */
  readonly #isEntangled: boolean;
  #second: number | undefined;
  #time: LocalTime | undefined;
  #texts: readonly string[] = [];

  constructor(format: string, cx: Pick<ValueContext, "zone" | "maxTimeBytes" | "onFailure">) {
    this.#cx = cx;
    const parts = format.split(FRACTION);
    this.#pieces = parts.filter((_, i) => i % 2 === 0);
    this.#fractions = parts.flatMap((part, i) => (i % 2 === 0 ? [] : [FRACTIONS[part] ?? String]));
    this.#isEntangled = this.#pieces.slice(0, -1).some(endsInConversion);
  }

  textOf(epochNs: bigint): string {
    const second = Number(epochNs / SECOND_NS);
    if (second === 0) return UNKNOWN;
    const { maxTimeBytes, onFailure } = this.#cx;
    const text = this.#textWithin(second, Number(epochNs % SECOND_NS));
    if (text !== "" && text.length < maxTimeBytes) return text;
    onFailure("strftime returned 0");
    return UNKNOWN;
  }

  #textWithin(second: number, ns: number): string {
    const time = this.#at(second);
    if (this.#isEntangled) return strftime(this.#joined(this.#pieces, ns), time);
    return this.#joined(this.#texts, ns);
  }

  #at(second: number): LocalTime {
    if (this.#time !== undefined && second === this.#second) return this.#time;
    const time = localTime(second, this.#cx.zone);
    this.#second = second;
    this.#time = time;
    if (!this.#isEntangled) this.#texts = this.#pieces.map((piece) => strftime(piece, time));
    return time;
  }

  #joined(pieces: readonly string[], ns: number): string {
    let text = pieces[0] ?? "";
    this.#fractions.forEach((digits, i) => (text += digits(ns) + (pieces[i + 1] ?? "")));
    return text;
  }
}
