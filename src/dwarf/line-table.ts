/**
 * Which line of which file each instruction is from: `.debug_line`, versions 2 to 5. The table is a program whose
 * instructions count address and line up and put out rows.
 */
import { posix } from "node:path";
import { addressOf } from "./exact-number.js";
import { Cursor, unitLength } from "./cursor.js";
import { type RawValue, readForm, type Widths } from "./forms.js";
import type { SectionTable } from "./sections.js";

/** A unit names hundreds, of which mostly one is meant: paths are put together when they are asked for. */
export class SourceFile {
  /** As rows and declarations name it. */
  readonly index: number;
  readonly #name: string;
  readonly #folder: string;
  readonly #directory: string;

  constructor(index: number, name: string, folder: string, directory: string) {
    this.index = index;
    this.#name = name;
    this.#folder = folder;
    this.#directory = directory;
  }

  /** As the compiler was told of it. */
  get shown(): string {
    return this.#name.startsWith("/") || this.#folder === "" ? this.#name : `${this.#folder}/${this.#name}`;
  }

  /** Without `.` and `..`; from the root, unless the compiler was not told where it ran. */
  get path(): string {
    const { shown } = this;
    return posix.normalize(shown.startsWith("/") ? shown : posix.join(this.#directory, shown));
  }

  /** Whether it is the file that the last components of a path, without `.` and `..`, stand for. */
  isAt(end: string): boolean {
    // Only a name that ends with dots may be of another file than it says.
    const last = end.slice(end.lastIndexOf("/") + 1);
    if (!this.#name.endsWith(last) && !this.#name.endsWith(".")) return false;
    return endsWithPath(this.path, end) || endsWithPath(this.shown, end);
  }
}

const endsWithPath = (path: string, end: string): boolean => path === end || path.endsWith(`/${end}`);

export interface LineRow {
  readonly address: bigint;
  /** {@link SourceFile.index} */
  readonly file: number;
  /** From 1; 0: the compiler knows of none. */
  readonly line: number;
  readonly column: number;
}

export interface LineTable {
  /** How much of the file it is. */
  readonly size: number;
  readonly files: readonly SourceFile[];
  /** Those that are wanted, in the order of the table. @param line - no others are asked for */
  rows(isWanted: (row: Omit<LineRow, "address">) => boolean, line?: number): readonly LineRow[];
  /** All rows, and where each sequence of them ends. */
  each(emit: EmitRow): void;
}

/** Programs lie where numbers are exact. The row at the end of a sequence is of no instruction: it lies behind the last. */
export type EmitRow = (row: RowState, isEnd: boolean) => void;

/** One object serves for all rows of a table. */
export interface RowState {
  /** See {@link exactNumber}. */
  address: number;
  file: number;
  line: number;
  column: number;
  /** Debuggers stop here; other rows tell more of the same statement. */
  isStatement: boolean;
}

interface Header extends Widths {
  readonly minimumInstructionBytes: number;
  readonly isStatementAtFirst: boolean;
  readonly lineBase: number;
  readonly lineRange: number;
  /** By standard opcode: how many operands it has. */
  readonly operandCounts: Uint8Array;
}

/** @param directory - in which the compiler ran */
export function readLineTable(
  sections: SectionTable,
  offset: number,
  { directory, addressBytes: unitAddressBytes }: { readonly directory: string; readonly addressBytes: number },
): LineTable {
  const section = sections.get(".debug_line");
  const whole = section.parse(offset, (cursor) => unitLength(cursor).length + cursor.at);
  const cursor = new Cursor(section.bytes(offset, whole), 0, { section, offset });
  const { offsetBytes } = unitLength(cursor);
  const version = cursor.u16();
  if (version < 2 || version > 5) throw cursor.broken(`there is a line table of version ${version}`);
  const addressBytes = version < 5 ? unitAddressBytes : cursor.u8();
  if (version === 5) cursor.skip(1);
  const headerBytes = cursor.offset(offsetBytes);
  const program = cursor.at + headerBytes;
  const minimumInstructionBytes = cursor.u8();
  // Operations per instruction, of processors with very long ones.
  if (version >= 4) cursor.skip(1);
  const isStatementAtFirst = cursor.u8() !== 0;
  const lineBase = cursor.i8();
  const lineRange = cursor.u8();
  if (lineRange === 0) throw cursor.broken("a line table has no range of lines");
  const operandCounts = cursor.block(cursor.u8() - 1);
  const widths = { version, offsetBytes, addressBytes };
  const header = { ...widths, minimumInstructionBytes, isStatementAtFirst, lineBase, lineRange, operandCounts };
  const files = version < 5 ? listedFiles(cursor, directory) : describedFiles(cursor, header, sections, directory);
  const run = (emit: EmitRow, only?: number): void =>
    runProgram(new Cursor(cursor.bytes, program, { section, offset }), header, emit, only);
  const rows: LineTable["rows"] = (isWanted, line) => {
    const wanted: LineRow[] = [];
    const add: EmitRow = (row, isEnd) => {
      if (!isEnd && isWanted(row)) wanted.push(lineRow(row));
    };
    run(add, line);
    return wanted;
  };
  return { size: whole, files, rows, each: (emit) => run(emit) };
}

const lineRow = ({ address, file, line, column }: RowState): LineRow => ({
  address: addressOf(address),
  file,
  line,
  column,
});

// ---------------------------------------------------------------- files

/** Until version 4: names up to an empty one. Directory 0 is that of the compiler, and the first file has number 1. */
function listedFiles(cursor: Cursor, directory: string): readonly SourceFile[] {
  const folders = [directory];
  for (let name = cursor.string(); name !== ""; name = cursor.string()) folders.push(name);
  const files: SourceFile[] = [];
  for (let name = cursor.string(); name !== ""; name = cursor.string()) {
    const folder = folders[cursor.uleb()] ?? "";
    cursor.skipLeb();
    cursor.skipLeb();
    files.push(new SourceFile(files.length + 1, name, folder, directory));
  }
  return files;
}

const CONTENT_PATH = 1;
const CONTENT_DIRECTORY = 2;

/** Since version 5: the tables say what they contain, and count from 0. */
function describedFiles(
  cursor: Cursor,
  widths: Widths,
  sections: SectionTable,
  directory: string,
): readonly SourceFile[] {
  const folders = describedEntries(cursor, widths, sections).map(({ path }) => path);
  return describedEntries(cursor, widths, sections).map(
    ({ path, directory: folder }, index) => new SourceFile(index, path, folders[folder] ?? "", folders[0] ?? directory),
  );
}

function describedEntries(
  cursor: Cursor,
  widths: Widths,
  sections: SectionTable,
): readonly { readonly path: string; readonly directory: number }[] {
  const formats = Array.from({ length: cursor.u8() }, () => ({ content: cursor.uleb(), form: cursor.uleb() }));
  const count = cursor.uleb();
  if (count > cursor.bytes.length) throw cursor.broken("a line table names more files than it can have");
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

function textOf(value: RawValue, sections: SectionTable): string {
  if (value.class === "string") return value.text;
  if (value.class === "string-line") return sections.get(".debug_line_str").sharedString(Number(value.number));
  return value.class === "string-offset" ? sections.get(".debug_str").string(Number(value.number)) : "";
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
  negateStatement: 6,
  constAddPc: 8,
  fixedAdvancePc: 9,
} as const;
const EXTENDED = { endSequence: 1, setAddress: 2 } as const;

/** @param only - rows of another line are left out */
function runProgram(
  cursor: Cursor,
  { minimumInstructionBytes, isStatementAtFirst, lineBase, lineRange, operandCounts }: Header,
  emit: EmitRow,
  only?: number,
): void {
  const firstSpecial = operandCounts.length + 1;
  const special = (opcode: number): number => Math.floor((opcode - firstSpecial) / lineRange) * minimumInstructionBytes;
  // Most opcodes are special ones, or set a column of one byte: a table per opcode, and no call or object for them, make
  // tables four times as fast.
  const { bytes } = cursor;
  const advances = Float64Array.from({ length: 256 }, (_, opcode) => special(opcode));
  const lines = Int16Array.from({ length: 256 }, (_, opcode) => lineBase + ((opcode - firstSpecial) % lineRange));
  let [address, file, line, column, isStatement] = [0, 1, 1, 0, isStatementAtFirst];
  const row: RowState = { address, file, line, column, isStatement };
  const put = (isEnd: boolean): void => {
    row.address = address;
    row.file = file;
    row.line = line;
    row.column = column;
    row.isStatement = isStatement;
    emit(row, isEnd);
  };
  let { at } = cursor;
  while (at < bytes.length) {
    const opcode = bytes[at++] as number;
    if (opcode >= firstSpecial) {
      address += advances[opcode] as number;
      line += lines[opcode] as number;
      if (only === undefined || line === only) put(false);
      continue;
    }
    if (opcode === STANDARD.setColumn && (bytes[at] as number) < 0x80) {
      column = bytes[at++] as number;
      continue;
    }
    cursor.at = at;
    if (opcode === STANDARD.copy) {
      if (only === undefined || line === only) put(false);
    } else if (opcode === STANDARD.extended) {
      const length = cursor.uleb();
      const end = cursor.at + length;
      const extended = length === 0 ? 0 : cursor.u8();
      if (extended === EXTENDED.endSequence) {
        put(true);
        [address, file, line, column, isStatement] = [0, 1, 1, 0, isStatementAtFirst];
      } else if (extended === EXTENDED.setAddress) address = cursor.address(length - 1);
      cursor.at = end;
    } else if (opcode === STANDARD.advancePc) address += cursor.uleb() * minimumInstructionBytes;
    else if (opcode === STANDARD.advanceLine) line += cursor.signedLeb();
    else if (opcode === STANDARD.setFile) file = cursor.uleb();
    else if (opcode === STANDARD.setColumn) column = cursor.uleb();
    else if (opcode === STANDARD.negateStatement) isStatement = !isStatement;
    else if (opcode === STANDARD.constAddPc) address += advances[255] as number;
    else if (opcode === STANDARD.fixedAdvancePc) address += cursor.u16();
    else for (let i = operandCounts[opcode - 1] ?? 0; i > 0; i--) cursor.skipLeb();
    ({ at } = cursor);
  }
}
