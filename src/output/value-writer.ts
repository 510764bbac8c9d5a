/** The text of values, as `compileText` makes it, into a buffer: numbers and strings without one of JavaScript's in between. */
import type { ValueFormat } from "../../codegen/object.js";
import { integerReader } from "./integer.js";
import { endOfString } from "./memory.js";
import { type TextWriter, writingText } from "./text-buffer.js";
import type { ValueContext } from "./value-context.js";
import { compileText } from "./value-text.js";

export function compileWriter(format: ValueFormat, cx: ValueContext): TextWriter {
  if (format.kind === "int") {
    const read = integerReader(format.bytes, format.isSigned);
    return (m, at, to) => to.integer(read(m, at));
  }
  if (format.kind === "string" && !cx.isTerminal) {
    const { bytes } = format;
    const trailer = format.noTrailer === true || bytes === 0 ? "" : cx.truncationTrailer;
    return (m, at, to) => {
      const end = endOfString(m, at, at + bytes);
      to.copy(m.bytes, at, end);
      if (end === at + bytes) to.string(trailer);
    };
  }
  return writingText(compileText(format, cx));
}
