/**
 * The USDT probes of a program or library: the notes that `sys/sdt.h` leaves in `.note.stapsdt` (probes-and-cli.md 7.1).
 *
 *     | location | base | semaphore | provider \0 | name \0 | arguments \0 |      addresses in words of the ELF class
 *
 * @see https://sourceware.org/systemtap/wiki/UserSpaceProbeImplementation
 */
import type { UsdtNotes, UsdtPlace } from "../../codegen/facts.js";
import type { ElfFile, ElfNote, ElfSegment } from "./elf-file.js";
import { programArchitecture } from "./elf-machines.js";

const SECTION = ".note.stapsdt";
const BASE_SECTION = ".stapsdt.base";
const OWNER = "stapsdt";
const NOTE_TYPE = 3;
const PT_LOAD = 1;
const PF_X = 1;
/** The kernel maps whole pages of a file, also those that its last segment fills only in part. */
const PAGE = 4096n;

export function readUsdtNotes(elf: ElfFile): UsdtNotes {
  const places: UsdtPlace[] = [];
  const problems: string[] = [];
  const base = elf.section(BASE_SECTION)?.address;
  const { notes, rest } = elf.notesOf(SECTION);
  for (const [i, note] of notes.entries()) {
    if (note.owner !== OWNER || note.type !== NOTE_TYPE) continue;
    const place = placeOf(elf, note, base);
    if (typeof place === "string") problems.push(`note ${i + 1} ${place}`);
    else places.push(place);
  }
  if (rest > 0) problems.push(`note ${notes.length + 1} is cut off`);
  return { architecture: programArchitecture(elf.machine), places, problems };
}

/** A text: what is wrong. */
function placeOf(elf: ElfFile, note: ElfNote, sectionBase: bigint | undefined): UsdtPlace | string {
  const raw = readDescription(note.description, elf.class === "elf64" ? 8 : 4);
  if (raw === undefined) return "is cut off";
  const { provider, name, args } = raw;
  if (provider === "" || name === "") return "has no name";
  const label = `(${provider}:${name})`;
  // Prelink moves a library by one distance, and the notes are not told.
  const moved = sectionBase === undefined || raw.base === 0n ? 0n : sectionBase - raw.base;
  const address = BigInt.asUintN(64, raw.location + moved);
  const fileOffset = elf.fileOffsetOf(address);
  if (fileOffset === undefined) return `${label} is at ${hex(address)}, where no code is`;
  const place = { provider, name, address, fileOffset: BigInt(fileOffset), args };
  if (raw.semaphore === 0n) return { ...place, semaphore: undefined };
  const at = BigInt.asUintN(64, raw.semaphore + moved);
  const segment = elf.segments.find(
    (s) => s.type === PT_LOAD && at >= s.address && at + 2n <= s.address + s.memorySize,
  );
  if (segment === undefined) return `${label} has its semaphore at ${hex(at)}, where nothing is`;
  if ((segment.flags & PF_X) !== 0) return `${label} has its semaphore at ${hex(at)}, where code is`;
  return { ...place, semaphore: { address: at, fileOffset: mappedOffset(segment, at) } };
}

const hex = (address: bigint): string => `0x${address.toString(16)}`;

/** Memory that a program gets without a page of its file has no offset in it. */
function mappedOffset(segment: ElfSegment, address: bigint): bigint | undefined {
  const fileEnd = segment.address + BigInt(segment.fileSize);
  const mappedEnd = segment.fileSize === 0 ? segment.address : ((fileEnd + PAGE - 1n) / PAGE) * PAGE;
  return address < mappedEnd ? address - segment.address + BigInt(segment.offset) : undefined;
}

interface Description {
  readonly location: bigint;
  readonly base: bigint;
  readonly semaphore: bigint;
  readonly provider: string;
  readonly name: string;
  readonly args: string;
}

function readDescription(bytes: Uint8Array, wordBytes: 4 | 8): Description | undefined {
  if (bytes.length < 3 * wordBytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (i: number): bigint =>
    wordBytes === 8 ? view.getBigUint64(8 * i, true) : BigInt(view.getUint32(4 * i, true));
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1", 3 * wordBytes);
  const [provider, name, args, ...after] = text.split("\0");
  // A text without its NUL leaves nothing behind it.
  if (provider === undefined || name === undefined || args === undefined || after.length === 0) return undefined;
  return { location: word(0), base: word(1), semaphore: word(2), provider, name, args };
}
