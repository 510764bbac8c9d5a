/** The sections of an ELF file that hold debug information, and the files that belong to it. */
import { isAbsolute, join } from "node:path";
import { inflateSync } from "node:zlib";
import type { DebugSections, SectionSource } from "../dwarf/index.js";
import { isRegularFile, throwScarcity } from "../files/index.js";
import type { DebugDirectories } from "./debug-directories.js";
import { openCommonFile } from "./debug-file.js";
import { ElfError } from "./elf-error.js";
import { ElfFile, type ElfSection } from "./elf-file.js";

export const hasDebugInfo = (elf: ElfFile): boolean => sectionIn(elf, ".debug_info") !== undefined;

/** What is open besides the file itself. */
export class OpenFiles {
  readonly #files: ElfFile[] = [];

  add(elf: ElfFile): ElfFile {
    this.#files.push(elf);
    return elf;
  }

  close(): void {
    for (const elf of this.#files) elf.close();
    this.#files.length = 0;
  }
}

export interface DebugFiles {
  /** The binary that is traced: what belongs to it lies beside it. */
  readonly binary: string;
  readonly directories: DebugDirectories;
  readonly open: OpenFiles;
  readonly onLongWork?: (() => void) | undefined;
}

/** Each section is read piece by piece; what is compressed is decompressed when it is first asked for. */
export function sectionsOf(elf: ElfFile, files?: DebugFiles): DebugSections {
  const known = new Map<string, SectionSource | undefined>();
  const section = (name: string): SectionSource | undefined => {
    if (!known.has(name)) known.set(name, sourceOf(elf, name));
    return known.get(name);
  };
  const own: DebugSections = { file: elf.path, section };
  if (files === undefined) return own;
  const { directories, open, binary, onLongWork } = files;
  const told = onLongWork && { onLongWork };
  const another = (other: ElfFile): DebugSections => ({ ...sectionsOf(open.add(other)), ...told });
  return {
    ...own,
    ...told,
    supplement: () => {
      const common = openCommonFile(elf, directories);
      return common === undefined || common === "missing" ? undefined : another(common);
    },
    split: ({ name, directory }) => {
      const place = isAbsolute(name) ? name : join(directory, name);
      const beside = join(binary, "..", name.replace(/^.*\//, ""));
      return openFirst([place, beside], another);
    },
    package: () => openFirst([`${elf.path}.dwp`, `${binary}.dwp`], another),
  };
}

/** What a program's debug information needs and is not there, if it is not all in one. */
export const lacksCommonFile = (elf: ElfFile, directories: DebugDirectories): boolean => {
  const common = openCommonFile(elf, directories);
  if (common instanceof ElfFile) common.close();
  return common === "missing";
};

/** What is broken or no ELF file is as good as missing. */
function openFirst(paths: readonly string[], read: (elf: ElfFile) => DebugSections): DebugSections | undefined {
  for (const path of paths) {
    try {
      if (isRegularFile(path)) return read(ElfFile.open(path));
    } catch (error) {
      throwScarcity(error);
    }
  }
  return undefined;
}

const SHT_NOBITS = 8;

/** `.debug_info`, or as compilers compressed it before ELF had a way to: `.zdebug_info`. */
function sectionIn(elf: ElfFile, name: string): ElfSection | undefined {
  return [name, name.replace(".debug", ".zdebug")]
    .map((candidate) => elf.section(candidate))
    .find((section) => section !== undefined && section.type !== SHT_NOBITS);
}

function sourceOf(elf: ElfFile, wanted: string): SectionSource | undefined {
  const section = sectionIn(elf, wanted);
  if (section === undefined) return undefined;
  // What no linker has seen has a section for each type.
  const all = elf.sections.filter(({ name, type }) => name === section.name && type !== SHT_NOBITS);
  if (all.length > 1) return inMemory(Buffer.concat(all.map((part) => elf.bytesOf(part))));
  if (section.name === wanted && !ElfFile.isCompressed(section))
    return {
      size: section.size,
      read: (offset, length) => elf.readSection(section, offset, length),
      readInto: (offset, target) => elf.readSectionInto(section, offset, target),
    };
  const bytes = elf.bytesOf(section);
  const whole = section.name === wanted ? bytes : inflateOldStyle(elf.path, section.name, bytes);
  return inMemory(whole);
}

const inMemory = (bytes: Uint8Array): SectionSource => ({
  size: bytes.length,
  read: (offset, length) => bytes.subarray(offset, offset + length),
});

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
