import { MemorySource } from "./byte-source.js";
import { ElfError } from "./elf-error.js";
import { ElfFile } from "./elf-file.js";
import { decompressXz, XzError } from "./xz.js";

/** Symbols of a large program; more than that is no table of symbols. */
const MAX_BYTES = 256 * 2 ** 20;

/** The symbols that some distributions leave in stripped binaries: an ELF file in a section. What is broken is missing. */
export function miniDebugFile(elf: ElfFile): ElfFile | undefined {
  try {
    const packed = elf.sectionBytes(".gnu_debugdata");
    return packed && new ElfFile(new MemorySource(`${elf.path}[.gnu_debugdata]`, decompressXz(packed, MAX_BYTES)));
  } catch (error) {
    if (error instanceof ElfError || error instanceof XzError) return undefined;
    throw error;
  }
}
