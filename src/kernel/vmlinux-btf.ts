/** Where kernels keep their BTF. */
import { closeSync, existsSync, fstatSync, openSync } from "node:fs";
import { bytePath } from "../files/index.js";
import { Btf, BtfError, type WalkTypes } from "../../codegen/btf/index.js";
import { ElfFile } from "../symbols/index.js";
import { native } from "./native.js";

const LIVE = "/sys/kernel/btf";

/** Kernel images with debug data, as distributions place them. */
export const kernelImages = (release: string): readonly string[] => [
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
  for (const image of kernelImages(release)) {
    const bytes = existsSync(image) ? btfSection(image) : undefined;
    if (bytes !== undefined) return Btf.parse(bytes, undefined, walk);
  }
  return undefined;
}

/** The BTF of a loaded module; `undefined` when it is not loaded or has none. */
export function readModuleBtf(module: string, base: Btf): Btf | undefined {
  const path = `${LIVE}/${module}`;
  return existsSync(path) ? parseFile(path, base) : undefined;
}

function parseFile(path: string, base: Btf | undefined): Btf {
  const bytes = contentsOf(path);
  try {
    return Btf.parse(bytes, base, walk);
  } catch (cause) {
    throw new BtfError(`${path}: ${(cause as Error).message}`, { cause });
  }
}

const walk: WalkTypes = (words, sizes, columns) => native().walkBtfTypes(words, sizes, columns);

/** Since Linux 6.16 the kernel's own can be mapped, which copies nothing. */
function contentsOf(path: string): Uint8Array {
  const fd = openSync(bytePath(path), "r");
  try {
    const { size } = fstatSync(fd);
    return path.startsWith(LIVE) ? mappedOrRead(fd, size) : read(fd, size);
  } finally {
    closeSync(fd);
  }
}

function mappedOrRead(fd: number, size: number): Uint8Array {
  try {
    return native().mapFile(fd, size);
  } catch {
    return read(fd, size);
  }
}

function read(fd: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  return bytes.subarray(0, native().readFully(fd, bytes));
}

function btfSection(path: string): Uint8Array | undefined {
  const elf = ElfFile.open(path);
  try {
    return elf.sectionBytes(".BTF");
  } finally {
    elf.close();
  }
}
