/** The sections of an ELF file that hold debug information. */
import { inflateSync } from "node:zlib";
import type { DebugSections } from "../dwarf/index.js";
import { ElfError } from "./elf-error.js";
import type { ElfFile } from "./elf-file.js";

export const hasDebugInfo = (elf: ElfFile): boolean => nameIn(elf, ".debug_info") !== undefined;

/** Each is read, and decompressed, when it is first asked for. */
export function sectionsOf(elf: ElfFile): DebugSections {
  const read = new Map<string, Uint8Array>();
  return {
    bytes: (name) => {
      const known = read.get(name);
      if (known !== undefined) return known;
      const bytes = contents(elf, name);
      read.set(name, bytes);
      return bytes;
    },
  };
}

const SHT_NOBITS = 8;

/** `.debug_info`, or as compilers compressed it before ELF had a way to: `.zdebug_info`. */
const nameIn = (elf: ElfFile, name: string): string | undefined =>
  [name, name.replace(".debug", ".zdebug")].find((candidate) => {
    const section = elf.section(candidate);
    return section !== undefined && section.type !== SHT_NOBITS;
  });

function contents(elf: ElfFile, wanted: string): Uint8Array {
  const name = nameIn(elf, wanted);
  const bytes = name === undefined ? undefined : elf.sectionBytes(name);
  if (name === undefined || bytes === undefined) return new Uint8Array();
  return name === wanted ? bytes : inflateOldStyle(elf.path, name, bytes);
}

/** More than any program has. */
const MAX_BYTES = 2 ** 31;

/** `ZLIB`, the size (big-endian, 8 bytes), the data. */
function inflateOldStyle(path: string, name: string, bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isMarked = bytes.length > 12 && view.getUint32(0) === 0x5a4c4942;
  const size = isMarked ? Number(view.getBigUint64(4)) : 0;
  if (size === 0 || size > MAX_BYTES) throw new ElfError(path, `section ${name} cannot be decompressed`);
  try {
    return inflateSync(bytes.subarray(12), { maxOutputLength: size });
  } catch (cause) {
    throw new ElfError(path, `section ${name} cannot be decompressed`, { cause });
  }
}
