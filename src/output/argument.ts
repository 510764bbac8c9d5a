/** An argument of a formatting call: where its value lies in an event, readable in several ways. */
import type { ValueFormat } from "../../codegen/object.js";
import { type IntegerReader, integerReader } from "./integer.js";
import { byteString, type Memory } from "./memory.js";
import { escapeControls } from "./terminal.js";
import type { TextBuffer, TextWriter } from "./text-buffer.js";
import type { ValueContext } from "./value-context.js";
import { compileData, type DataReader, decoded, utf8 } from "./value-data.js";
import { compileJson } from "./value-json.js";
import { bufferBytes, compileText, type TextReader } from "./value-text.js";
import { compileWriter } from "./value-writer.js";

/** All readers take the start of the event. */
export interface Argument {
  readonly format: ValueFormat;
  text(): TextReader;
  /** The same text, into a buffer. */
  writer(): TextWriter;
  json(): TextReader;
  integer(): IntegerReader;
  buffer(): (m: Memory, at: number) => Uint8Array;
  data(): DataReader;
}

/** A value at a fixed offset of the event. */
export function fixedArgument(format: ValueFormat, offset: number, cx: ValueContext): Argument {
  return {
    format,
    text() {
      const read = compileText(format, cx);
      return (m, at) => read(m, at + offset);
    },
    writer() {
      const write = compileWriter(format, cx);
      return (m, at, to) => write(m, at + offset, to);
    },
    json() {
      const read = compileJson(format, cx);
      return (m, at) => read(m, at + offset);
    },
    integer() {
      const read = integerOf(format);
      return (m, at) => read(m, at + offset);
    },
    buffer() {
      const bytes = format.kind === "buffer" ? format.bytes : 4;
      return (m, at) => bufferBytes(m, at + offset, bytes);
    },
    data() {
      const read = compileData(format, cx);
      return (m, at) => read(m, at + offset);
    },
  };
}

/** A string of known length; one of `capacity` bytes has been cut. */
export function stringText(capacity: number, cx: ValueContext): (m: Memory, start: number, length: number) => string {
  const { truncationTrailer, isTerminal } = cx;
  return (m, start, length) => {
    const read = byteString(m, start, start + length);
    const text = isTerminal ? escapeControls(read) : read;
    return length === capacity ? text + truncationTrailer : text;
  };
}

/** Like {@link stringText}, into a buffer. */
export function stringWriter(
  capacity: number,
  cx: ValueContext,
): (m: Memory, start: number, length: number, to: TextBuffer) => void {
  const { truncationTrailer, isTerminal } = cx;
  const text = stringText(capacity, cx);
  if (isTerminal) return (m, start, length, to) => to.string(text(m, start, length));
  return (m, start, length, to) => {
    to.copy(m.bytes, start, start + length);
    if (length === capacity) to.string(truncationTrailer);
  };
}

/** Like {@link stringText}, for programs. */
export function stringData(
  capacity: number,
  { truncationTrailer }: ValueContext,
): (m: Memory, start: number, length: number) => string {
  const trailer = decoded(truncationTrailer);
  return (m, start, length) => {
    const text = utf8(m, start, start + length);
    return length === capacity ? text + trailer : text;
  };
}

/** What `%d` and its relatives see of a value. */
function integerOf(format: ValueFormat): IntegerReader {
  switch (format.kind) {
    case "int":
    case "enum":
      return integerReader(format.bytes, format.isSigned);
    case "bool":
      return (m, at) => (m.bytes[at] === 0 ? 0 : 1);
    default:
      return integerReader(8, false);
  }
}
