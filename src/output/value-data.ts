/** Values as data, for programs. As for text, a format is compiled once. */
import type { RecordFormatField, ValueFormat } from "../../codegen/object.js";
import { isUnwindFailure, placeFinder, UNWIND_FAILURE_TEXT } from "./code-place.js";
import { integerReader, narrow } from "./integer.js";
import type { Data, StackFrame } from "./data.js";
import { byteString, endOfString, type Memory } from "./memory.js";
import type { CodePlaceName } from "./names.js";
import type { ValueContext } from "./value-context.js";
import { bufferBytes, compileText, fieldBits, type TextReader } from "./value-text.js";

export type DataReader = (m: Memory, at: number) => Data;

type Format<K extends ValueFormat["kind"]> = Extract<ValueFormat, { kind: K }>;
type Compile<K extends ValueFormat["kind"]> = (format: Format<K>, cx: ValueContext) => DataReader;

export function compileData(format: ValueFormat, cx: ValueContext): DataReader {
  const compile = COMPILERS[format.kind] as (format: ValueFormat, cx: ValueContext) => DataReader;
  return compile(format, cx);
}

// ---------------------------------------------------------------- text

/** Longer runs than this are faster through Buffer. */
const SHORT = 24;

/** What bytes say in UTF-8; bytes that say nothing become U+FFFD. */
export function utf8(m: Memory, start: number, end: number): string {
  if (end - start > SHORT) return m.bytes.toString("utf8", start, end);
  for (let at = start; at < end; at++) if ((m.bytes[at] ?? 0) > 0x7f) return m.bytes.toString("utf8", start, end);
  return byteString(m, start, end);
}

/** From a byte string. */
export const decoded = (bytes: string): string =>
  /[\x80-\xff]/.test(bytes) ? Buffer.from(bytes, "latin1").toString("utf8") : bytes;

/** The text that people see. */
const shown = (format: ValueFormat, cx: ValueContext): DataReader => asData(compileText(format, cx));

export const asData =
  (text: TextReader): ((m: Memory, at: number) => string) =>
  (m, at) =>
    decoded(text(m, at));

function compileString(format: Format<"string">, { truncationTrailer }: ValueContext): DataReader {
  const { bytes } = format;
  const trailer = format.noTrailer === true ? "" : decoded(truncationTrailer);
  return (m, at) => {
    const end = endOfString(m, at, at + bytes);
    return end === at + bytes && bytes > 0 ? utf8(m, at, end) + trailer : utf8(m, at, end);
  };
}

// ---------------------------------------------------------------- by kind

const COMPILERS: { readonly [K in ValueFormat["kind"]]: Compile<K> } = {
  int: (f) => integerReader(f.bytes, f.isSigned),
  bool: () => (m, at) => m.bytes[at] !== 0,
  enum: (f) => integerReader(f.bytes, f.isSigned),
  pointer: () => integerReader(8, false),
  string: compileString,
  buffer: (f) => (m, at) => Uint8Array.from(bufferBytes(m, at, f.bytes)),
  array: compileArray,
  tuple: compileTuple,
  record: compileRecord,
  stack: compileFrames,
  inet: shown,
  ksym: shown,
  usym: shown,
  mac: shown,
  timestamp: shown,
  username: shown,
  "cgroup-path": shown,
  none: () => () => null,
};

function compileArray({ count, stride, element: format }: Format<"array">, cx: ValueContext): DataReader {
  const element = compileData(format, cx);
  return (m, at) => Array.from({ length: count }, (_, i) => element(m, at + i * stride));
}

function compileTuple(format: Format<"tuple">, cx: ValueContext): DataReader {
  const elements = format.elements.map((e) => ({ offset: e.offset, data: compileData(e.format, cx) }));
  return (m, at) => elements.map(({ offset, data }) => data(m, at + offset));
}

function compileRecord(format: Format<"record">, cx: ValueContext): DataReader {
  const fields = format.fields.map((f) => ({ name: decoded(f.name), offset: f.offset, data: compileField(f, cx) }));
  return (m, at) => Object.fromEntries(fields.map(({ name, offset, data }) => [name, data(m, at + offset)]));
}

function compileField(field: RecordFormatField, cx: ValueContext): DataReader {
  const bits = fieldBits(field);
  if (bits === undefined) return compileData(field.format, cx);
  return field.format.kind === "bool" ? (m, at) => bits(m, at) !== 0 : bits;
}

/** For the layout see stack-text.ts. The innermost frame comes first. */
function compileFrames(format: Format<"stack">, { names }: ValueContext): DataReader {
  const { isUser, mode, limit } = format;
  const header = isUser ? 16 : 8;
  if (isUser && mode === "build_id") return buildIdFrames(header, limit);
  const place = placeFinder(format, names);
  return (m, at) => {
    const pid = m.view.getInt32(at, true);
    const probe = m.view.getInt32(at + 4, true);
    const count = Math.min(m.view.getUint32(at + header - 8, true), limit);
    return Array.from({ length: count }, (_, i): StackFrame => {
      const address = m.view.getBigUint64(at + header + 8 * i, true);
      const bare = { address: narrow(address) };
      if (isUnwindFailure(address, format, probe)) return { ...bare, name: UNWIND_FAILURE_TEXT };
      if (mode === "raw" || mode === "build_id") return bare;
      const symbol = isUser ? names.userSymbol(address, pid, probe) : names.kernelSymbol(address);
      if (symbol === undefined) return bare;
      const named = {
        ...bare,
        name: decoded(symbol.name),
        offset: Number(symbol.offset),
        ...placeData(place(address, { frame: i, pid, probe })),
      };
      return "module" in symbol && typeof symbol.module === "string"
        ? { ...named, module: decoded(symbol.module) }
        : named;
    });
  };
}

type PlaceData = Pick<StackFrame, "file" | "line" | "inlined">;

function placeData(place: CodePlaceName | undefined): PlaceData {
  if (place === undefined) return {};
  const { position, inlined } = place;
  const frames = inlined.map((frame) => ({ name: decoded(frame.name), ...positionData(frame.position) }));
  return { ...positionData(position), ...(frames.length > 0 ? { inlined: frames } : {}) };
}

const positionData = (position: CodePlaceName["position"]): Pick<StackFrame, "file" | "line"> =>
  position === undefined ? {} : { file: decoded(position.file), line: position.line };

const BUILD_ID_FRAME_BYTES = 32;
const BUILD_ID_VALID = 1;

function buildIdFrames(header: number, limit: number): DataReader {
  return (m, at) => {
    const count = Math.min(m.view.getUint32(at + header - 8, true), limit);
    return Array.from({ length: count }, (_, i): StackFrame => {
      const frame = at + header + i * BUILD_ID_FRAME_BYTES;
      const place = narrow(m.view.getBigUint64(frame + 24, true));
      if (m.view.getInt32(frame, true) !== BUILD_ID_VALID) return { address: place };
      return { address: place, buildId: m.bytes.toString("hex", frame + 4, frame + 24) };
    });
  };
}
