/** The ways in which sections are compressed. */
import * as zlib from "node:zlib";
import { decompress } from "fzstd";

/** ELFCOMPRESS_* */
const WAYS: Readonly<Record<number, (bytes: Uint8Array, size: number) => Uint8Array>> = {
  1: inflate,
  2: (bytes, size) => unzstd(bytes, size),
};

/** Into one buffer: when it is full Node makes another, and puts them together. */
function inflate(bytes: Uint8Array, size: number): Uint8Array {
  const chunkSize = Math.max(size + 1, LEAST_CHUNK_BYTES);
  return zlib.inflateSync(bytes, { maxOutputLength: Math.max(size, 1), chunkSize });
}

/** As Node will have it. */
const LEAST_CHUNK_BYTES = 64;

type Unzstd = (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Uint8Array;

/** Node can do it from version 22.15 on, several times as fast. */
function unzstd(bytes: Uint8Array, size: number): Uint8Array {
  const own = (zlib as { readonly zstdDecompressSync?: Unzstd }).zstdDecompressSync;
  if (own !== undefined) return own(bytes, { maxOutputLength: Math.max(size, 1) });
  return decompress(bytes, new Uint8Array(size));
}

/** @returns undefined for a way that nobody knows @throws when the data are broken, or are not of that size */
export function decompressSection(way: number, bytes: Uint8Array, size: number): Uint8Array | undefined {
  const output = WAYS[way]?.(bytes, size);
  if (output !== undefined && output.length !== size) throw new Error(`it has ${output.length} bytes, not ${size}`);
  return output;
}
