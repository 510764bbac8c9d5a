/**
 * The dynamic linker's list of libraries, `/etc/ld.so.cache`, in glibc's format:
 *
 *     | "glibc-ld.so.cache1.1" | count | bytes of strings | flags, extensions … | entries | strings |
 *     0                        20      24                 28                    48
 *
 *     entry: | flags | soname | path | os version | hwcap |   soname and path are offsets from the start
 *            0       4        8      12           16     24
 *
 * An older format may stand in front of it, for older linkers.
 */
import type { Architecture } from "../../codegen/facts.js";

export interface CachedLibrary {
  readonly soname: string;
  readonly path: string;
}

const MAGIC = Buffer.from("glibc-ld.so.cache1.1", "latin1");
const HEADER_BYTES = 48;
const ENTRY_BYTES = 24;
/** `FLAG_ELF_LIBC6` with the bits of the architecture's native ABI. */
const NATIVE_FLAGS: { readonly [A in Architecture]: number } = { x86_64: 0x0303, aarch64: 0x0a03 };

/** The libraries of the native ABI in file order; none for bytes that are no such cache. */
export function parseLdSoCache(bytes: Uint8Array, arch: Architecture): readonly CachedLibrary[] {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = all.indexOf(MAGIC);
  if (start === -1 || start + HEADER_BYTES > all.length) return [];
  const cache = all.subarray(start);
  const count = Math.min(cache.readUInt32LE(20), Math.floor((cache.length - HEADER_BYTES) / ENTRY_BYTES));
  const libraries: CachedLibrary[] = [];
  for (let i = 0, at = HEADER_BYTES; i < count; i++, at += ENTRY_BYTES) {
    if ((cache.readInt32LE(at) & 0xffff) !== NATIVE_FLAGS[arch]) continue;
    const soname = stringAt(cache, cache.readUInt32LE(at + 4));
    const path = stringAt(cache, cache.readUInt32LE(at + 8));
    if (soname !== "" && path !== "") libraries.push({ soname, path });
  }
  return libraries;
}

/**
 * The first library whose soname starts with `target`, where `target` without `.so` means with it: `libc`, `libc.so`
 * and `libc.so.6` find libc.so.6, and `libz` does not find libzstd.
 */
export function findLibrary(libraries: readonly CachedLibrary[], target: string): string | undefined {
  const prefix = target.includes(".so") ? target : `${target}.so`;
  return libraries.find(({ soname }) => soname.startsWith(prefix))?.path;
}

function stringAt(cache: Buffer, offset: number): string {
  const end = cache.indexOf(0, offset);
  return end === -1 ? "" : cache.toString("latin1", offset, end);
}
