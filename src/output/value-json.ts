/** Values as JSON (output.md 13.1). As for text, a format is compiled once. */
import type { RecordFormatField, ValueFormat } from "../../codegen/object.js";
import { integerReader } from "./integer.js";
import { jsonInteger, jsonString } from "./json.js";
import type { ValueContext } from "./value-context.js";
import { bufferBytes, compileText, fieldBits, type TextReader } from "./value-text.js";

type Format<K extends ValueFormat["kind"]> = Extract<ValueFormat, { kind: K }>;
type Compile<K extends ValueFormat["kind"]> = (format: Format<K>, cx: ValueContext) => TextReader;

export function compileJson(format: ValueFormat, cx: ValueContext): TextReader {
  const compile = COMPILERS[format.kind] as (format: ValueFormat, cx: ValueContext) => TextReader;
  return compile(format, cx);
}

const integer = (bytes: number, isSigned: boolean): TextReader => {
  const read = integerReader(bytes, isSigned);
  return (m, at) => jsonInteger(read(m, at));
};

/** The text of the value, in quotes. */
const quoted = (format: ValueFormat, cx: ValueContext): TextReader => {
  const text = compileText(format, cx);
  return (m, at) => jsonString(text(m, at));
};

const COMPILERS: { readonly [K in ValueFormat["kind"]]: Compile<K> } = {
  int: (f) => integer(f.bytes, f.isSigned),
  bool: compileText,
  enum: (f) => integer(f.bytes, f.isSigned),
  pointer: () => integer(8, false),
  string: quoted,
  buffer: (f) => (m, at) => `[${Array.from(bufferBytes(m, at, f.bytes), (b) => (b << 24) >> 24).join(",")}]`,
  array: compileArray,
  tuple: compileTuple,
  record: compileRecord,
  stack: quoted,
  inet: quoted,
  ksym: quoted,
  usym: quoted,
  mac: quoted,
  timestamp: quoted,
  username: quoted,
  "cgroup-path": quoted,
  none: () => () => "null",
};

function compileArray(format: Format<"array">, cx: ValueContext): TextReader {
  const element = compileJson(format.element, cx);
  const { count, stride } = format;
  return (m, at) => `[${Array.from({ length: count }, (_, i) => element(m, at + i * stride)).join(",")}]`;
}

function compileTuple(format: Format<"tuple">, cx: ValueContext): TextReader {
  const elements = format.elements.map((e) => ({ offset: e.offset, json: compileJson(e.format, cx) }));
  return (m, at) => `[${elements.map(({ offset, json }) => json(m, at + offset)).join(",")}]`;
}

function compileRecord(format: Format<"record">, cx: ValueContext): TextReader {
  const fields = format.fields.map((f) => ({
    label: `${jsonString(f.name)}: `,
    offset: f.offset,
    json: compileField(f, cx),
  }));
  return (m, at) => `{${fields.map(({ label, offset, json }) => label + json(m, at + offset)).join(", ")}}`;
}

function compileField(field: RecordFormatField, cx: ValueContext): TextReader {
  const bits = fieldBits(field);
  if (bits === undefined) return compileJson(field.format, cx);
  return field.format.kind === "bool"
    ? (m, at) => (bits(m, at) === 0 ? "false" : "true")
    : (m, at) => jsonInteger(bits(m, at));
}
