/** The text of `strftime(fmt, ns)` (stdlib.md 7). */
import { CLOCK_NUMBERS } from "../../codegen/functions/strftime.js";
import type { Memory } from "./memory.js";
import { endsInConversion, oncePerSecond, strftime } from "./strftime.js";
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

/** One format. Of times of one second only the fraction is made anew. */
export class TimestampFormat {
  readonly #cx: Pick<ValueContext, "zone" | "maxTimeBytes" | "onFailure">;
  /** Between two of the texts stands a fraction. */
  readonly #fractions: readonly ((ns: number) => string)[];
  readonly #textOf: (second: number, ns: number) => string;

  constructor(format: string, cx: Pick<ValueContext, "zone" | "maxTimeBytes" | "onFailure">) {
    this.#cx = cx;
    const parts = format.split(FRACTION);
    const pieces = parts.filter((_, i) => i % 2 === 0);
    this.#fractions = parts.flatMap((part, i) => (i % 2 === 0 ? [] : [FRACTIONS[part] ?? String]));
    // A fraction's digits would be the width of a conversion that is not complete.
    if (pieces.slice(0, -1).some(endsInConversion)) {
      const timeAt = oncePerSecond(cx.zone, (time) => time);
      this.#textOf = (second, ns) => strftime(this.#joined(pieces, ns), timeAt(second));
    } else {
      const textsAt = oncePerSecond(cx.zone, (time) => pieces.map((piece) => strftime(piece, time)));
      this.#textOf = (second, ns) => this.#joined(textsAt(second), ns);
    }
  }

  textOf(epochNs: bigint): string {
    const second = Number(epochNs / SECOND_NS);
    if (second === 0) return UNKNOWN;
    const { maxTimeBytes, onFailure } = this.#cx;
    const text = this.#textOf(second, Number(epochNs % SECOND_NS));
    if (text !== "" && text.length < maxTimeBytes) return text;
    onFailure("strftime returned 0");
    return UNKNOWN;
  }

  #joined(pieces: readonly string[], ns: number): string {
    let text = pieces[0] ?? "";
    this.#fractions.forEach((digits, i) => (text += digits(ns) + (pieces[i + 1] ?? "")));
    return text;
  }
}
