/** Texts made of the values of a record. */
import type { SentValues } from "./output.js";
import { compilePrintf, compilePrintfWriter } from "./printf.js";
import type { TextWriter } from "./text-buffer.js";
import type { TextReader } from "./value-text.js";

/** The text of a record whose values a format puts in words. */
export const formattedText = (format: string, values: SentValues): TextReader =>
  located(values, compilePrintf(format, values.arguments));

/** {@link formattedText} into a buffer. */
export const formattedWriter = (format: string, values: SentValues): TextWriter =>
  locatedWriter(values, compilePrintfWriter(format, values.arguments));

/** The text of the only value of a record. */
export function onlyValue(values: SentValues, how: "text" | "json"): TextReader {
  const [value] = values.arguments;
  if (value === undefined) throw new TypeError("an event of print() has no value");
  return located(values, value[how]());
}

/** A reader that may be called with any record. */
export function located<T>(
  { locate }: SentValues,
  read: (...record: Parameters<TextReader>) => T,
): (...record: Parameters<TextReader>) => T {
  if (locate === undefined) return read;
  return (m, at) => {
    locate(m, at);
    return read(m, at);
  };
}

/** A writer that may. Parameters that are spread would be an array for each event. */
export function locatedWriter({ locate }: SentValues, write: TextWriter): TextWriter {
  if (locate === undefined) return write;
  return (m, at, to) => {
    locate(m, at);
    write(m, at, to);
  };
}
