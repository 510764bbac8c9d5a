/**
 * An argument that has been read as data, for who wants its text afterwards: what `compilePrintf` makes of these is what it
 * makes of the record, but for paddings of strings that are no UTF-8.
 */
import { toBytes } from "../files/index.js";
import type { Argument } from "./argument.js";
import type { Data } from "./data.js";
import type { Integer } from "./integer.js";
import { writingText } from "./text-buffer.js";

/** @param value - what {@link compilePrintfData} has read */
export function givenArgument({ format }: Argument, value: () => Data | undefined): Argument {
  const text = (): string => bytesOf(String(value()));
  return {
    format,
    text: () => text,
    writer: () => writingText(text),
    json: () => text,
    integer: () => () => integerOf(value()),
    buffer: () => () => value() as Uint8Array,
    data: () => () => value() ?? null,
  };
}

const bytesOf = (text: string): string => (/[^\0-\x7f]/.test(text) ? toBytes(text) : text);

/** A character is one of its byte. */
const integerOf = (value: Data | undefined): Integer =>
  typeof value === "string" ? value.charCodeAt(0) : (value as Integer);
