import {
  FILE_BYTES,
  FILE_KEY_BYTES,
  NO_START,
  SPACE_BYTES,
  SPACE_INFO_BYTES,
  SPACE_INFOS_AT,
  SPACE_MAPPINGS,
  SPACE_STACK_AT,
  SPACE_STARTS_AT,
} from "../../codegen/kernel/unwind-rules.js";
import { type Binary, BinaryCache, kernelFile, type Mapping, TargetProcess } from "../symbols/index.js";
import type { ModuleTable, ModuleTables, TableMaps } from "./module-tables.js";

/** What of a process programs find: its code, and for each piece the table of its file. */
export class ProcessSpaces {
  readonly #tables: ModuleTables;
  readonly #maps: TableMaps;
  readonly #binaries = new BinaryCache();
  /** What was written last, without its generation; those that were written first come first. */
  readonly #written = new Map<number, string>();
  #generation = 0n;
  /** Whose tables programs find without a space. */
  readonly #files = new Map<string, Binary>();

  constructor(tables: ModuleTables, maps: TableMaps) {
    this.#tables = tables;
    this.#maps = maps;
  }

  has(pid: number): boolean {
    return this.#written.has(pid);
  }

  /** Looks at a process, and tells programs what has changed. A process that is gone has no space. */
  refresh(pid: number): void {
    const process = new TargetProcess(pid);
    // In this order: if another program is started between the two, programs see that its stack is elsewhere.
    const stack = process.stackStart();
    const mappings = process.codeMappings();
    if (mappings.length === 0) return this.drop(pid);
    const bytes = this.#encode(mappings, process);
    new DataView(bytes.buffer).setBigUint64(SPACE_STACK_AT, stack, true);
    const text = Buffer.from(bytes.buffer).toString("latin1");
    if (this.#written.get(pid) === text) return;
    new DataView(bytes.buffer).setBigUint64(0, ++this.#generation, true);
    this.#written.delete(pid);
    while (!this.#maps.putSpace(pid, bytes)) if (!this.#dropOldest()) return;
    this.#written.set(pid, text);
  }

  /** Makes the table of a file before a process maps it. */
  prepare(path: string): void {
    const file = kernelFile(path);
    const binary = file && this.#binaries.at(file.path);
    if (file !== undefined && binary !== undefined) this.#tellFile(file, binary, this.#tables.of(binary));
  }

  drop(pid: number): void {
    if (this.#written.delete(pid)) this.#maps.dropSpace(pid);
  }

  close(): void {
    this.#binaries.close();
  }

  #dropOldest(): boolean {
    for (const pid of this.#written.keys()) {
      this.drop(pid);
      return true;
    }
    return false;
  }

  /** The lowest mappings if there are too many of them: programs and what they were linked with are loaded as such. */
  #encode(mappings: readonly Mapping[], { rootPrefix, pid }: TargetProcess): Uint8Array {
    const bytes = new Uint8Array(SPACE_BYTES);
    const view = new DataView(bytes.buffer);
    const known = mappings.flatMap((mapping) => this.#entry(mapping, rootPrefix, pid) ?? []);
    known.sort((a, b) => (a.start < b.start ? -1 : 1));
    for (let i = 0; i < SPACE_MAPPINGS; i++) {
      const entry = known[i];
      view.setBigUint64(SPACE_STARTS_AT + 8 * i, entry?.start ?? NO_START, true);
      if (entry === undefined) continue;
      const at = SPACE_INFOS_AT + SPACE_INFO_BYTES * i;
      view.setUint32(at, entry.bytes, true);
      view.setUint32(at + 4, entry.address, true);
      view.setUint32(at + 8, entry.node, true);
      view.setUint32(at + 12, entry.levels, true);
    }
    return bytes;
  }

  /** Undefined for what does not fit. */
  #entry(mapping: Mapping, rootPrefix: string, pid: number): SpaceEntry | undefined {
    const bytes = Number(mapping.end - mapping.start);
    if (bytes > MAX_ADDRESS) return undefined;
    const withoutTable = { start: mapping.start, bytes, address: 0, node: 0, levels: 0 };
    const binary = this.#binaries.of(mapping, rootPrefix, pid);
    if (binary === undefined) return withoutTable;
    const table = this.#tables.of(binary);
    this.#tellFile(mapping, binary, table);
    const virtual = binary.addressOf(Number(mapping.fileOffset));
    if (table === undefined || virtual === undefined) return withoutTable;
    const address = Number(virtual) - table.base;
    if (address < 0 || address + bytes > MAX_ADDRESS) return undefined;
    return { ...withoutTable, address, node: table.node, levels: table.levels };
  }

  /** For who maps it next. One whose code lies in several ways in it is found by the spaces alone. */
  #tellFile({ inode, device }: FileNumbers, binary: Binary, table: ModuleTable | undefined): void {
    const name = `${device}:${inode}`;
    if (this.#files.get(name) === binary || inode === 0n) return;
    const key = new DataView(new ArrayBuffer(FILE_KEY_BYTES));
    key.setBigUint64(0, inode, true);
    key.setBigUint64(8, BigInt(device), true);
    const distance = distanceToCode(binary);
    // Its numbers may have been those of another one.
    if (distance === undefined && this.#files.has(name)) this.#maps.dropFile(bytesOf(key));
    this.#files.set(name, binary);
    if (distance === undefined) return;
    const value = new DataView(new ArrayBuffer(FILE_BYTES));
    value.setBigInt64(0, distance - BigInt(table?.base ?? 0), true);
    value.setUint32(8, table?.node ?? 0, true);
    value.setUint32(12, table?.levels ?? 0, true);
    this.#maps.putFile(bytesOf(key), bytesOf(value));
  }
}

type FileNumbers = Pick<Mapping, "device" | "inode">;

const bytesOf = (view: DataView<ArrayBuffer>): Uint8Array => new Uint8Array(view.buffer);

/** From places in a file to addresses of its code, if it is the same for all of that. */
function distanceToCode({ elf }: Binary): bigint | undefined {
  const isCode = (flags: number): boolean => (flags & PF_X) !== 0;
  const code = elf.segments.filter(({ type, flags }) => type === PT_LOAD && isCode(flags));
  const [distance, ...others] = new Set(code.map(({ address, offset }) => address - BigInt(offset)));
  return others.length === 0 ? distance : undefined;
}

const PT_LOAD = 1;
const PF_X = 1;

interface SpaceEntry {
  readonly start: bigint;
  readonly bytes: number;
  readonly address: number;
  readonly node: number;
  readonly levels: number;
}

const MAX_ADDRESS = 2 ** 32 - 2;
