/**
 * Libraries inside of zip files, as Android packages have them: `ARCHIVE!/MEMBER`. The member must be stored, not
 * compressed, since it is mapped from the archive.
 */
import { FileSource } from "./byte-source.js";
import { ElfError } from "./elf-error.js";

const SEPARATOR = "!/";
const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const MAX_COMMENT_BYTES = 0xffff;
const STORED = 0;

export interface MemberPath {
  readonly archive: string;
  readonly member: string;
}

export function splitMemberPath(path: string): MemberPath | undefined {
  const at = path.indexOf(SEPARATOR);
  return at === -1 ? undefined : { archive: path.slice(0, at), member: path.slice(at + SEPARATOR.length) };
}

/** Where a member's bytes are in the archive. @throws {@link ElfError} when it is not there or compressed */
export function archiveMember(archive: string, member: string): { readonly offset: number; readonly size: number } {
  const source = new FileSource(archive);
  try {
    const entry = findEntry(source, member);
    if (entry.method !== STORED) throw new ElfError(`${archive}${SEPARATOR}${member}`, "is compressed in its archive");
    const local = viewOf(source.read(entry.localAt, LOCAL_BYTES));
    if (local.getUint32(0, true) !== LOCAL_SIGNATURE) throw new ElfError(archive, "is a broken zip file");
    const offset = entry.localAt + LOCAL_BYTES + local.getUint16(26, true) + local.getUint16(28, true);
    return { offset, size: entry.size };
  } finally {
    source.close();
  }
}

interface Entry {
  readonly method: number;
  readonly size: number;
  readonly localAt: number;
}

/** Walks over the central directory, which the last bytes of the file point to. */
function findEntry(source: FileSource, member: string): Entry {
  const directory = readDirectory(source);
  const view = viewOf(directory);
  let at = 0;
  while (at + ENTRY_BYTES <= directory.length && view.getUint32(at, true) === ENTRY_SIGNATURE) {
    const nameEnd = at + ENTRY_BYTES + view.getUint16(at + 28, true);
    const name = Buffer.from(directory.subarray(at + ENTRY_BYTES, nameEnd)).toString("latin1");
    if (name === member) {
      return {
        method: view.getUint16(at + 10, true),
        size: view.getUint32(at + 20, true),
        localAt: view.getUint32(at + 42, true),
      };
    }
    at = nameEnd + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  throw new ElfError(`${source.name}${SEPARATOR}${member}`, "is not in its archive");
}

function readDirectory(source: FileSource): Uint8Array {
  const tailBytes = Math.min(source.size, END_BYTES + MAX_COMMENT_BYTES);
  const tail = viewOf(source.read(source.size - tailBytes, tailBytes));
  for (let at = tailBytes - END_BYTES; at >= 0; at--) {
    if (tail.getUint32(at, true) !== END_SIGNATURE) continue;
    return source.read(tail.getUint32(at + 16, true), tail.getUint32(at + 12, true));
  }
  throw new ElfError(source.name, "is not a zip file");
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
