/**
 * What the kernel wants to know of functions and lines. Its log then shows the line of the script before the
 * instructions that came from it: the text of a line is just a string of the BTF, and so is the script's name.
 *
 *     bpf_func_info  | insn_off | type_id |
 *     bpf_line_info  | insn_off | file_name_off | line_off | line << 10 | column |
 */
import { lineText, positionOf } from "../../grammar/source.js";
import type { BtfBuilder } from "../btf/index.js";
import { FUNC_INFO_BYTES, LINE_INFO_BYTES } from "../kernel/bpf.js";
import type { IrFunction, IrProgram, ValueType } from "../ir/ir.js";
import type { GeneratedProgram } from "./generate.js";

export interface DebugInfo {
  readonly funcInfo: Uint8Array;
  /** Empty when nothing of the program has a place in a source. */
  readonly lineInfo: Uint8Array;
}

const COLUMN_BITS = 10;
const MAX_COLUMN = (1 << COLUMN_BITS) - 1;

export function emitDebugInfo(program: IrProgram, generated: GeneratedProgram, btf: BtfBuilder): DebugInfo {
  return { funcInfo: functionInfo(program, generated, btf), lineInfo: lineInfo(generated, btf) };
}

function functionInfo(program: IrProgram, { functions }: GeneratedProgram, btf: BtfBuilder): Uint8Array {
  const info = new Uint32Array((functions.length * FUNC_INFO_BYTES) / 4);
  functions.forEach(({ index, offset }, at) => {
    const fn = program.functions[index];
    if (fn !== undefined) info.set([offset, functionType(fn, btf)], at * 2);
  });
  return new Uint8Array(info.buffer);
}

function functionType(fn: IrFunction, btf: BtfBuilder): number {
  const long = btf.int("long", 8, { isSigned: true });
  const params = fn.params.map((param, at) => ({ name: `arg${at}`, type: paramType(fn.types[param] ?? "int", btf) }));
  const linkage = fn.isVerifiedAlone === true ? "global" : "static";
  return btf.func(identifier(fn.name), btf.funcProto(long, params), linkage);
}

/** The verifier follows the calls of static functions itself: it needs to know only what is a pointer. Global ones have none. */
const paramType = (type: ValueType, btf: BtfBuilder): number =>
  type === "int" ? btf.int("long", 8, { isSigned: true }) : btf.ptr(0);

/** Kernels before 6.1 refuse longer names. */
const MAX_NAME_BYTES = 127;

/** BTF takes C identifiers only. */
const identifier = (name: string): string =>
  name
    .replace(/[^A-Za-z0-9_]/g, "_")
    .replace(/^(?=[0-9]|$)/, "_")
    .slice(0, MAX_NAME_BYTES);

function lineInfo({ lines, functions }: GeneratedProgram, btf: BtfBuilder): Uint8Array {
  // Lines for some functions but not for others are refused.
  const starts = new Set(lines.map(({ instruction }) => instruction));
  if (!functions.every(({ offset }) => starts.has(offset))) return new Uint8Array(0);
  const info = new Uint32Array((lines.length * LINE_INFO_BYTES) / 4);
  lines.forEach(({ instruction, span }, at) => {
    const { line, column } = positionOf(span.file, span.start);
    const place = ((line << COLUMN_BITS) | Math.min(column, MAX_COLUMN)) >>> 0;
    info.set(
      [instruction, btf.string(printable(span.file.name)), btf.string(printable(lineText(span.file, line))), place],
      at * 4,
    );
  });
  return new Uint8Array(info.buffer);
}

/** BTF strings end at a NUL. */
const printable = (text: string): string => text.replaceAll("\0", "?");
