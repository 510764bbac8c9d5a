import type { UnwindArchitecture } from "../../codegen/kernel/unwind-rules.js";
import { type Binary, ElfError } from "../symbols/index.js";
import { readCallFrames } from "./call-frames.js";
import { frameSections } from "./frame-sections.js";
import { buildTree } from "./frame-tree.js";

/** Where the rules of a file are in the kernel. */
export interface ModuleTable {
  /** What addresses in it count from. */
  readonly base: number;
  /** Its root. */
  readonly node: number;
  readonly levels: number;
}

/** Writes to the maps that programs read. */
export interface TableMaps {
  /** False where there is no room left. */
  putNode(number: number, bytes: Uint8Array): boolean;
  putSpace(process: number, bytes: Uint8Array): boolean;
  putFile(key: Uint8Array, bytes: Uint8Array): boolean;
  dropFile(key: Uint8Array): void;
  dropSpace(process: number): void;
}

/** The tables of files, each made once: whoever has mapped a file of that build shares it. */
export class ModuleTables {
  readonly #architecture: UnwindArchitecture;
  readonly #maps: TableMaps;
  readonly #onTrouble: (message: string) => void;
  readonly #byBinary = new Map<Binary, ModuleTable | undefined>();
  readonly #byBuildId = new Map<string, ModuleTable | undefined>();
  #nextNode = 1;
  #isFull = false;

  constructor(architecture: UnwindArchitecture, maps: TableMaps, onTrouble: (message: string) => void) {
    this.#architecture = architecture;
    this.#maps = maps;
    this.#onTrouble = onTrouble;
  }

  /** Undefined: nothing is known of its frames. */
  of(binary: Binary): ModuleTable | undefined {
    if (this.#byBinary.has(binary)) return this.#byBinary.get(binary);
    const buildId = buildIdOf(binary);
    const isKnown = buildId !== undefined && this.#byBuildId.has(buildId);
    const table = isKnown ? this.#byBuildId.get(buildId) : this.#read(binary);
    this.#byBinary.set(binary, table);
    // Where its code lies is known without it; there may be very many of them in a long run.
    binary.close();
    if (buildId !== undefined) this.#byBuildId.set(buildId, table);
    return table;
  }

  #read(binary: Binary): ModuleTable | undefined {
    const { path, elf } = binary;
    if (elf.class !== "elf64") return undefined;
    try {
      const sections = frameSections(elf);
      const table = readCallFrames(sections, this.#architecture);
      if (table.trouble !== undefined)
        this.#onTrouble(`${path}: ${table.trouble}; dw_ustack does without what is broken`);
      if (table.addresses.length === 0) {
        this.#onTrouble(`${path} has no tables for unwinding: dw_ustack follows frame pointers in it`);
        return undefined;
      }
      return this.#store(table.addresses, table.rules, lowestAddress(binary));
    } catch (error) {
      if (!(error instanceof ElfError)) throw error;
      this.#onTrouble(`${error.message}; dw_ustack follows frame pointers in it`);
      return undefined;
    }
  }

  #store(addresses: Float64Array, rules: Uint32Array, base: number): ModuleTable | undefined {
    const tree = buildTree({ addresses, rules }, { base, firstNode: this.#nextNode });
    if (tree === undefined || this.#isFull) return undefined;
    for (const [i, bytes] of tree.nodes.entries()) {
      if (this.#maps.putNode(this.#nextNode + i, bytes)) continue;
      this.#isFull = true;
      this.#onTrouble("dw_ustack has no room for more tables: it follows frame pointers in other programs");
      return undefined;
    }
    this.#nextNode += tree.nodes.length;
    return { base, node: this.#nextNode - 1, levels: tree.levels };
  }
}

/** A file whose notes are broken has none. */
function buildIdOf({ elf }: Binary): string | undefined {
  try {
    return elf.buildId();
  } catch (error) {
    if (error instanceof ElfError) return undefined;
    throw error;
  }
}

/** Of the code and data that are loaded; mappings start at whole pages. */
function lowestAddress({ elf }: Binary): number {
  const PT_LOAD = 1;
  const addresses = elf.segments.filter(({ type }) => type === PT_LOAD).map(({ address }) => Number(address));
  const lowest = addresses.length === 0 ? 0 : Math.min(...addresses);
  return Math.floor(lowest / PAGE_BYTES) * PAGE_BYTES;
}

const PAGE_BYTES = 65_536;
