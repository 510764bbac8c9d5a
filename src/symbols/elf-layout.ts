/** Where the fields of ELF structures are, for files of both word sizes. @see linux/elf.h */

/** Offset and width in bytes. */
export type FieldAt = readonly [offset: number, bytes: 1 | 2 | 4 | 8];

/** One structure: its size and its fields. */
export interface StructLayout<N extends string> {
  readonly bytes: number;
  readonly fields: Readonly<Record<N, FieldAt>>;
}

export type ElfClass = "elf64" | "elf32";

interface ElfLayout {
  readonly header: StructLayout<
    "type" | "machine" | "entry" | "phoff" | "shoff" | "phentsize" | "phnum" | "shentsize" | "shnum" | "shstrndx"
  >;
  readonly segment: StructLayout<"type" | "flags" | "offset" | "vaddr" | "filesz" | "memsz" | "align">;
  readonly section: StructLayout<
    "name" | "type" | "flags" | "addr" | "offset" | "size" | "link" | "info" | "addralign" | "entsize"
  >;
  readonly symbol: StructLayout<"name" | "value" | "size" | "info" | "shndx">;
  readonly dynamic: StructLayout<"tag" | "value">;
  readonly compression: StructLayout<"type" | "size">;
}

export const ELF_LAYOUTS: { readonly [C in ElfClass]: ElfLayout } = {
  elf64: {
    header: {
      bytes: 64,
      fields: {
        type: [16, 2],
        machine: [18, 2],
        entry: [24, 8],
        phoff: [32, 8],
        shoff: [40, 8],
        phentsize: [54, 2],
        phnum: [56, 2],
        shentsize: [58, 2],
        shnum: [60, 2],
        shstrndx: [62, 2],
      },
    },
    segment: {
      bytes: 56,
      fields: {
        type: [0, 4],
        flags: [4, 4],
        offset: [8, 8],
        vaddr: [16, 8],
        filesz: [32, 8],
        memsz: [40, 8],
        align: [48, 8],
      },
    },
    section: {
      bytes: 64,
      fields: {
        name: [0, 4],
        type: [4, 4],
        flags: [8, 8],
        addr: [16, 8],
        offset: [24, 8],
        size: [32, 8],
        link: [40, 4],
        info: [44, 4],
        addralign: [48, 8],
        entsize: [56, 8],
      },
    },
    symbol: { bytes: 24, fields: { name: [0, 4], info: [4, 1], shndx: [6, 2], value: [8, 8], size: [16, 8] } },
    dynamic: { bytes: 16, fields: { tag: [0, 8], value: [8, 8] } },
    compression: { bytes: 24, fields: { type: [0, 4], size: [8, 8] } },
  },
  elf32: {
    header: {
      bytes: 52,
      fields: {
        type: [16, 2],
        machine: [18, 2],
        entry: [24, 4],
        phoff: [28, 4],
        shoff: [32, 4],
        phentsize: [42, 2],
        phnum: [44, 2],
        shentsize: [46, 2],
        shnum: [48, 2],
        shstrndx: [50, 2],
      },
    },
    segment: {
      bytes: 32,
      fields: {
        type: [0, 4],
        offset: [4, 4],
        vaddr: [8, 4],
        filesz: [16, 4],
        memsz: [20, 4],
        flags: [24, 4],
        align: [28, 4],
      },
    },
    section: {
      bytes: 40,
      fields: {
        name: [0, 4],
        type: [4, 4],
        flags: [8, 4],
        addr: [12, 4],
        offset: [16, 4],
        size: [20, 4],
        link: [24, 4],
        info: [28, 4],
        addralign: [32, 4],
        entsize: [36, 4],
      },
    },
    symbol: { bytes: 16, fields: { name: [0, 4], value: [4, 4], size: [8, 4], info: [12, 1], shndx: [14, 2] } },
    dynamic: { bytes: 8, fields: { tag: [0, 4], value: [4, 4] } },
    compression: { bytes: 12, fields: { type: [0, 4], size: [4, 4] } },
  },
};
