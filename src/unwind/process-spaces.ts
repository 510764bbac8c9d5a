import {
  NO_START,
  SPACE_BYTES,
  SPACE_INFO_BYTES,
  SPACE_INFOS_AT,
  SPACE_MAPPINGS,
  SPACE_STARTS_AT,
} from "../../codegen/kernel/unwind-rules.js";
import { BinaryCache, type Mapping, TargetProcess } from "../symbols/index.js";
import type { ModuleTables, TableMaps } from "./module-tables.js";

/** What of a process programs find: its code, and for each piece the table of its file. */
export class ProcessSpaces {
  readonly #tables: ModuleTables;
  readonly #maps: TableMaps;
  readonly #binaries = new BinaryCache();
  /** What was written last, without its generation; those that were written first come first. */
  readonly #written = new Map<number, string>();
  #generation = 0n;

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
    const mappings = process.codeMappings();
    if (mappings.length === 0) return this.drop(pid);
    const bytes = this.#encode(mappings, process);
    const text = Buffer.from(bytes.buffer).toString("latin1");
    if (this.#written.get(pid) === text) return;
    new DataView(bytes.buffer).setBigUint64(0, ++this.#generation, true);
    this.#written.delete(pid);
    while (!this.#maps.putSpace(pid, bytes)) if (!this.#dropOldest()) return;
    this.#written.set(pid, text);
  }

  /** Makes the table of a file before a process maps it. */
  prepare(path: string): void {
    const binary = this.#binaries.at(path);
    if (binary !== undefined) this.#tables.of(binary);
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

  /** Undefined for code of which no table tells, such as that of compilers at run time. */
  #entry(mapping: Mapping, rootPrefix: string, pid: number): SpaceEntry | undefined {
    const binary = this.#binaries.of(mapping, rootPrefix, pid);
    const table = binary && this.#tables.of(binary);
    const virtual = binary?.addressOf(Number(mapping.fileOffset));
    if (table === undefined || virtual === undefined) return undefined;
    const address = Number(virtual) - table.base;
    const bytes = Number(mapping.end - mapping.start);
    if (address < 0 || address + bytes > MAX_ADDRESS) return undefined;
    return { start: mapping.start, bytes, address, node: table.node, levels: table.levels };
  }
}

interface SpaceEntry {
  readonly start: bigint;
  readonly bytes: number;
  readonly address: number;
  readonly node: number;
  readonly levels: number;
}

const MAX_ADDRESS = 2 ** 32 - 2;
