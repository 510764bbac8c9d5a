/**
 * Values as text (output.md 2). A format is compiled once into a closure that reads memory; nothing
 * interprets a layout for each event.
 */
import type { RecordFormatField, ValueFormat } from "../../codegen/object.js";
import { BUFFER_TEXT } from "./buffer-text.js";
import { positionText } from "./code-place.js";
import { inetText, macText } from "./inet.js";
import { bitFieldReader, hex, type IntegerReader, integerReader } from "./integer.js";
import { byteString, endOfString, type Memory } from "./memory.js";
import { compileStack } from "./stack-text.js";
import { escapeControls } from "./terminal.js";
import { compileTimestamp } from "./timestamp.js";
import type { ValueContext } from "./value-context.js";

/** The text of the value at `at`: a byte string. */
export type TextReader = (m: Memory, at: number) => string;

type Format<K extends ValueFormat["kind"]> = Extract<ValueFormat, { kind: K }>;
type Compilers = { readonly [K in ValueFormat["kind"]]: (format: Format<K>, cx: ValueContext) => TextReader };

export function compileText(format: ValueFormat, cx: ValueContext): TextReader {
  const compile = COMPILERS[format.kind] as (format: ValueFormat, cx: ValueContext) => TextReader;
  return compile(format, cx);
}

const COMPILERS: Compilers = {
  int: (f) => numberText(f, integerReader(f.bytes, f.isSigned)),
  bool: (f) => numberText(f, integerReader(1, false)),
  enum: (f) => numberText(f, integerReader(f.bytes, f.isSigned)),
  pointer: () => {
    const read = integerReader(8, false);
    return (m, at) => hex(read(m, at));
  },
  string: compileString,
  buffer: (f) => (m, at) => BUFFER_TEXT.r(bufferBytes(m, at, f.bytes)),
  array: compileArray,
  tuple: compileTuple,
  record: compileRecord,
  stack: (f, cx) => compileStack(f, cx.names),
  inet: () => inetText,
  ksym: (_, cx) => (m, at) => {
    const address = m.view.getBigUint64(at, true);
    const symbol = cx.names.kernelSymbol(address);
    return symbol === undefined
      ? unresolved(address)
      : symbol.name + positionText(cx.names.kernelPlace?.(address)?.position);
  },
  usym: (_, cx) => (m, at) => {
    const address = m.view.getBigUint64(at, true);
    const pid = m.view.getInt32(at + 8, true);
    const symbol = cx.names.userSymbol(address, pid, m.view.getInt32(at + 12, true));
    return symbol === undefined
      ? unresolved(address)
      : symbol.name + positionText(cx.names.userPlace?.(address, pid)?.position);
  },
  mac: () => macText,
  timestamp: (_, cx) => compileTimestamp(cx),
  username: (_, cx) => (m, at) => cx.names.userName(m.view.getBigUint64(at, true)),
  "cgroup-path": (_, cx) => (m, at) =>
    cx.names.cgroupPath(cx.strings[m.view.getUint32(at, true)] ?? "*", m.view.getBigUint64(at + 8, true)),
  none: () => () => "null",
};

const unresolved = (address: bigint): string => (address === 0n ? "0" : hex(address));

/** Of what is a number in memory, as whole bytes or as bits. */
function numberText(format: ValueFormat, read: IntegerReader): TextReader {
  if (format.kind === "bool") return (m, at) => (read(m, at) === 0 ? "false" : "true");
  if (format.kind !== "enum") return (m, at) => read(m, at).toString();
  const names = new Map(format.names);
  return (m, at) => {
    const value = read(m, at).toString();
    return names.get(value) ?? value;
  };
}

/** Without a NUL in all its bytes a string has been cut, except for the char arrays of structs. */
function compileString(format: Format<"string">, cx: ValueContext): TextReader {
  const { bytes } = format;
  const trailer = format.noTrailer === true ? "" : cx.truncationTrailer;
  const read: TextReader = (m, at) => {
    const end = endOfString(m, at, at + bytes);
    return end === at + bytes && bytes > 0 ? byteString(m, at, end) + trailer : byteString(m, at, end);
  };
  return cx.isTerminal ? (m, at) => escapeControls(read(m, at)) : read;
}

/** A u32 length and the data; `bytes` is both together. */
export function bufferBytes(m: Memory, at: number, bytes: number): Uint8Array {
  const length = Math.min(m.view.getUint32(at, true), bytes - 4);
  return m.bytes.subarray(at + 4, at + 4 + length);
}

function compileArray(format: Format<"array">, cx: ValueContext): TextReader {
  const { count, stride } = format;
  const element = compileText(format.element, cx);
  return (m, at) => {
    let text = "[";
    for (let i = 0; i < count; i++) text += (i === 0 ? "" : ",") + element(m, at + i * stride);
    return `${text}]`;
  };
}

function compileTuple(format: Format<"tuple">, cx: ValueContext): TextReader {
  const elements = format.elements.map((e) => ({ offset: e.offset, text: compileText(e.format, cx) }));
  return (m, at) => {
    let text = "(";
    let separator = "";
    for (const element of elements) {
      text += separator + element.text(m, at + element.offset);
      separator = ", ";
    }
    return `${text})`;
  };
}

function compileRecord(format: Format<"record">, cx: ValueContext): TextReader {
  if (format.fields.length === 0) return () => "{}";
  const fields = format.fields.map((f, i) => ({
    label: `${i === 0 ? "{ " : ", "}.${f.name} = `,
    offset: f.offset,
    text: compileField(f, cx),
  }));
  return (m, at) => {
    let text = "";
    for (const field of fields) text += field.label + field.text(m, at + field.offset);
    return `${text} }`;
  };
}

function compileField(field: RecordFormatField, cx: ValueContext): TextReader {
  const read = fieldBits(field);
  return read === undefined ? compileText(field.format, cx) : numberText(field.format, read);
}

/** Undefined for whole fields. */
export const fieldBits = ({ bits, format }: RecordFormatField): IntegerReader | undefined =>
  bits && bitFieldReader(bits.shift, bits.size, "isSigned" in format && format.isSigned);
