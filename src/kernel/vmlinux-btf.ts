/** Where kernels keep their BTF. */
import { existsSync, readFileSync } from "node:fs";
import { bytePath } from "../files/byte-path.js";
import { Btf, BtfError } from "../../codegen/btf/index.js";
import { ElfFile } from "../symbols/index.js";

const LIVE = "/sys/kernel/btf";

/** Kernel images with debug data, as distributions place them. */
const images = (release: string): readonly string[] => [
  `/boot/vmlinux-${release}`,
  `/lib/modules/${release}/vmlinux-${release}`,
  `/lib/modules/${release}/build/vmlinux`,
  `/usr/lib/modules/${release}/kernel/vmlinux`,
  `/usr/lib/debug/boot/vmlinux-${release}`,
  `/usr/lib/debug/boot/vmlinux-${release}.debug`,
  `/usr/lib/debug/lib/modules/${release}/vmlinux`,
];

/**
 * The BTF of the running kernel, or of a file.
 *
 * @param path a raw BTF file to read instead
 * @returns `undefined` when there is none
 * @throws {@link BtfError} when it is broken
 */
export function readVmlinuxBtf(release: string, path: string | undefined): Btf | undefined {
  if (path !== undefined) return parseFile(path, undefined);
  if (existsSync(`${LIVE}/vmlinux`)) return parseFile(`${LIVE}/vmlinux`, undefined);
  for (const image of images(release)) {
    const bytes = existsSync(image) ? btfSection(image) : undefined;
    if (bytes !== undefined) return Btf.parse(bytes);
  }
  return undefined;
}

/** The BTF of a loaded module; `undefined` when it is not loaded or has none. */
export function readModuleBtf(module: string, base: Btf): Btf | undefined {
  const path = `${LIVE}/${module}`;
  return existsSync(path) ? parseFile(path, base) : undefined;
}

function parseFile(path: string, base: Btf | undefined): Btf {
  const bytes = readFileSync(bytePath(path));
  try {
    return Btf.parse(bytes, base);
  } catch (cause) {
    throw new BtfError(`${path}: ${(cause as Error).message}`, { cause });
  }
}

function btfSection(path: string): Uint8Array | undefined {
  const elf = ElfFile.open(path);
  try {
    return elf.sectionBytes(".BTF");
  } finally {
    elf.close();
  }
}
