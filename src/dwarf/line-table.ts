/**
 * Which line of which file each instruction is from: `.debug_line`, versions 2 to 5. The table is a program whose
 * instructions count address and line up and put out rows.
 */
import { posix } from "node:path";
import { Cursor, unitLength } from "./cursor.js";
import { DwarfError } from "./dwarf-error.js";
import { type RawValue, readForm, type Widths } from "./forms.js";
import type { DebugSections } from "./sections.js";
import { stringAt } from "./unit.js";

export interface SourceFile {
  /** As rows and declarations name it. */
  readonly index: number;
  /** As the compiler was told of it. */
  readonly shown: string;
  /** From the root, without `.` and `..`. */
  readonly path: string;
}

export interface LineRow {
  readonly address: bigint;
  /** {@link SourceFile.index} */
  readonly file: number;
  /** From 1; 0: the compiler knows of none. */
  readonly line: number;
  readonly column: number;
}

export interface LineTable {
  readonly files: readonly SourceFile[];
  /** Those that are wanted, in the order of the table. */
  rows(isWanted: (row: Omit<LineRow, "address">) => boolean): Iterable<LineRow>;
}

interface Header extends Widths {
  readonly minimumInstructionBytes: number;
  readonly lineBase: number;
  readonly lineRange: number;
  /** By standard opcode: how many operands it has. */
  readonly operandCounts: Uint8Array;
}

/** @param directory - in which the compiler ran */
export function readLineTable(
  sections: DebugSections,
  offset: number,
  { directory, addressBytes: unitAddressBytes }: { readonly directory: string; readonly addressBytes: number },
): LineTable {
  const cursor = new Cursor(sections.bytes(".debug_line"), offset);
  const { length, offsetBytes } = unitLength(cursor);
  const end = cursor.at + length;
  const version = cursor.u16();
  if (version < 2 || version > 5) throw new DwarfError(`there is a line table of version ${version}`);
  const addressBytes = version < 5 ? unitAddressBytes : cursor.u8();
  if (version === 5) cursor.skip(1);
  const headerBytes = cursor.offset(offsetBytes);
  const program = cursor.at + headerBytes;
  const minimumInstructionBytes = cursor.u8();
  // Operations per instruction (of processors with very long ones) and whether rows are statements at first.
  cursor.skip(version < 4 ? 1 : 2);
  const lineBase = cursor.i8();
  const lineRange = cursor.u8();
  if (lineRange === 0) throw new DwarfError("a line table has no range of lines");
  const operandCounts = cursor.block(cursor.u8() - 1);
  const header = { version, offsetBytes, addressBytes, minimumInstructionBytes, lineBase, lineRange, operandCounts };
  const files = version < 5 ? listedFiles(cursor, directory) : describedFiles(cursor, header, sections, directory);
  return { files, rows: (isWanted) => runProgram(cursor.bytes.subarray(0, end), program, header, isWanted) };
}

// ---------------------------------------------------------------- files

function fileOf(index: number, name: string, folder: string, directory: string): SourceFile {
  const shown = name.startsWith("/") || folder === "" ? name : `${folder}/${name}`;
  return { index, shown, path: posix.resolve("/", directory, shown) };
}

/** Until version 4: names up to an empty one. Directory 0 is that of the compiler, and the first file has number 1. */
function listedFiles(cursor: Cursor, directory: string): readonly SourceFile[] {
  const folders = [directory];
  for (let name = cursor.string(); name !== ""; name = cursor.string()) folders.push(name);
  const files: SourceFile[] = [];
  for (let name = cursor.string(); name !== ""; name = cursor.string()) {
    const folder = folders[cursor.uleb()] ?? "";
    cursor.skipLeb();
    cursor.skipLeb();
    files.push(fileOf(files.length + 1, name, folder, directory));
  }
  return files;
}

const CONTENT_PATH = 1;
const CONTENT_DIRECTORY = 2;

/** Since version 5: the tables say what they contain, and count from 0. */
function describedFiles(
  cursor: Cursor,
  widths: Widths,
  sections: DebugSections,
  directory: string,
): readonly SourceFile[] {
  const folders = describedEntries(cursor, widths, sections).map(({ path }) => path);
  return describedEntries(cursor, widths, sections).map(({ path, directory: folder }, index) =>
    fileOf(index, path, folders[folder] ?? "", folders[0] ?? directory),
  );
}

function describedEntries(
  cursor: Cursor,
  widths: Widths,
  sections: DebugSections,
): readonly { readonly path: string; readonly directory: number }[] {
  const formats = Array.from({ length: cursor.u8() }, () => ({ content: cursor.uleb(), form: cursor.uleb() }));
  const count = cursor.uleb();
  if (count > cursor.bytes.length) throw new DwarfError("a line table names more files than it can have");
  const entries = [];
  for (let i = 0; i < count; i++) {
    let path = "";
    let directory = 0;
    for (const { content, form } of formats) {
      const value = readForm(cursor, form, 0n, widths);
      if (content === CONTENT_PATH) path = textOf(value, sections);
      else if (content === CONTENT_DIRECTORY && "number" in value) directory = Number(value.number);
    }
    entries.push({ path, directory });
  }
  return entries;
}

function textOf(value: RawValue, sections: DebugSections): string {
  if (value.class === "string") return value.text;
  if (value.class === "string-line") return stringAt(sections.bytes(".debug_line_str"), Number(value.number));
  return value.class === "string-offset" ? stringAt(sections.bytes(".debug_str"), Number(value.number)) : "";
}

// ---------------------------------------------------------------- the program

/** DW_LNS_*, DW_LNE_*: those that say something of addresses, files, lines and columns. */
const STANDARD = {
  extended: 0,
  copy: 1,
  advancePc: 2,
  advanceLine: 3,
  setFile: 4,
  setColumn: 5,
  constAddPc: 8,
  fixedAdvancePc: 9,
} as const;
const EXTENDED = { endSequence: 1, setAddress: 2 } as const;

function* runProgram(
  bytes: Uint8Array,
  start: number,
  { minimumInstructionBytes, lineBase, lineRange, operandCounts }: Header,
  isWanted: (row: Omit<LineRow, "address">) => boolean,
): Generator<LineRow> {
  const firstSpecial = operandCounts.length + 1;
  const cursor = new Cursor(bytes, start);
  const special = (opcode: number): number => Math.floor((opcode - firstSpecial) / lineRange) * minimumInstructionBytes;
  // Programs lie where numbers are exact.
  let address = 0;
  let row = { file: 1, line: 1, column: 0 };
  while (!cursor.isAtEnd) {
    const opcode = cursor.u8();
    if (opcode >= firstSpecial) {
      address += special(opcode);
      row = { ...row, line: row.line + lineBase + ((opcode - firstSpecial) % lineRange) };
    } else if (opcode === STANDARD.extended) {
      const length = cursor.uleb();
      const end = cursor.at + length;
      const extended = length === 0 ? 0 : cursor.u8();
      // The row at the end of a sequence is of no instruction.
      if (extended === EXTENDED.endSequence) [address, row] = [0, { file: 1, line: 1, column: 0 }];
      else if (extended === EXTENDED.setAddress) address = Number(cursor.unsigned(length - 1));
      cursor.at = end;
    } else if (opcode === STANDARD.advancePc) address += cursor.uleb() * minimumInstructionBytes;
    else if (opcode === STANDARD.advanceLine) row = { ...row, line: row.line + Number(cursor.sleb()) };
    else if (opcode === STANDARD.setFile) row = { ...row, file: cursor.uleb() };
    else if (opcode === STANDARD.setColumn) row = { ...row, column: cursor.uleb() };
    else if (opcode === STANDARD.constAddPc) address += special(255);
    else if (opcode === STANDARD.fixedAdvancePc) address += cursor.u16();
    else if (opcode !== STANDARD.copy) for (let i = operandCounts[opcode - 1] ?? 0; i > 0; i--) cursor.skipLeb();
    const isRow = opcode >= firstSpecial || opcode === STANDARD.copy;
    if (isRow && isWanted(row)) yield { address: BigInt(address), ...row };
  }
}
