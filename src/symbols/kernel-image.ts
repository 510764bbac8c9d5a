/** The files with the kernel's debug information: lines of sources for addresses of the kernel itself, and of its modules. */
import { existsSync, readFileSync } from "node:fs";
import { bytePath } from "../files/index.js";
import { type CodePlace, DwarfError } from "../dwarf/index.js";
import { Binary } from "./binary.js";
import { ElfError } from "./elf-error.js";
import { buildIdIn } from "./elf-file.js";
import type { KernelSymbols } from "./kernel-symbols.js";
import type { ModuleImages } from "./module-images.js";

/** Functions that every kernel has. They tell how far it was moved when it was started. */
const LANDMARKS: readonly string[] = ["start_kernel", "vfs_read", "schedule", "do_exit"];

const NOTES = "/sys/kernel/notes";

export interface KernelImageOptions {
  /** Where it may be. */
  readonly paths: readonly string[];
  /** That one and no other (`BPFTRACE_VMLINUX`). */
  readonly chosen: string | undefined;
  readonly onTrouble: (message: string) => void;
  /** Of what is not in the kernel itself. */
  readonly modules: ModuleImages;
}

export class KernelImage {
  readonly #options: KernelImageOptions;
  readonly #places = new Map<bigint, CodePlace | undefined>();
  #open: { readonly binary: Binary; readonly movedBy: bigint } | null | undefined;

  constructor(options: KernelImageOptions) {
    this.#options = options;
  }

  placeOf(address: bigint, symbols: KernelSymbols): CodePlace | undefined {
    let place = this.#places.get(address);
    if (place === undefined && !this.#places.has(address)) {
      const module = symbols.moduleAt(address);
      place = module === undefined ? this.#find(address, symbols) : this.#options.modules.placeOf(address, module);
      this.#places.set(address, place);
    }
    return place;
  }

  close(): void {
    this.#open?.binary.close();
    this.#open = null;
    this.#options.modules.close();
  }

  #find(address: bigint, symbols: KernelSymbols): CodePlace | undefined {
    try {
      if (this.#open === undefined) this.#open = this.#openFirst(symbols) ?? null;
      return this.#open === null ? undefined : this.#open.binary.placeOf(address - this.#open.movedBy);
    } catch (error) {
      if (!(error instanceof DwarfError || error instanceof ElfError)) throw error;
      this.#options.onTrouble(
        `The debug information of ${this.#open?.binary.path ?? "the kernel"} is broken: ${error.message}`,
      );
      this.#open = null;
      return undefined;
    }
  }

  #openFirst(symbols: KernelSymbols): { readonly binary: Binary; readonly movedBy: bigint } | undefined {
    const { paths, chosen } = this.#options;
    for (const path of chosen === undefined ? paths : [chosen]) {
      const binary = existsSync(bytePath(path)) ? opened(path) : undefined;
      if (binary === undefined) continue;
      let movedBy: bigint | undefined;
      try {
        movedBy = this.#movedBy(binary, symbols);
      } finally {
        if (movedBy === undefined) binary.close();
      }
      if (movedBy !== undefined) return { binary, movedBy };
    }
    return undefined;
  }

  /** `undefined` for the image of another kernel. What says nothing of itself is believed only where it was asked for. */
  #movedBy(binary: Binary, symbols: KernelSymbols): bigint | undefined {
    const { chosen, onTrouble } = this.#options;
    const id = binary.elf.buildId();
    const running = runningBuildId();
    if (id === undefined ? chosen === undefined : running !== undefined && id !== running) {
      if (chosen !== undefined)
        onTrouble(`${binary.path} is not the image of the running kernel: its build id is another`);
      return undefined;
    }
    for (const name of LANDMARKS) {
      const now = symbols.addressOf(name);
      const [then] = binary.functionsNamed(name);
      if (now !== undefined && then !== undefined) return now - then.address;
    }
    return undefined;
  }
}

function opened(path: string): Binary | undefined {
  try {
    return Binary.open(path);
  } catch {
    return undefined;
  }
}

/** Of the kernel; undefined where it does not say. */
export function runningBuildId(): string | undefined {
  try {
    return buildIdIn(readFileSync(NOTES));
  } catch {
    return undefined;
  }
}
