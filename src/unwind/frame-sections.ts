/** Where a file keeps its call frame information. */
import type { ElfFile } from "../symbols/index.js";
import type { FrameSection } from "./call-frames.js";
import { FrameCursor } from "./frame-cursor.js";

const SHT_NOBITS = 8;
const PT_GNU_EH_FRAME = 0x6474_e550;

/** What programs need for exceptions first; what debuggers have besides. */
export function frameSections(elf: ElfFile): readonly FrameSection[] {
  const named = ([".eh_frame", ".debug_frame"] as const).flatMap((name): FrameSection[] => {
    const section = elf.section(name);
    if (section === undefined || section.type === SHT_NOBITS) return [];
    return [{ name, bytes: elf.bytesOf(section), address: Number(section.address) }];
  });
  const bySegment = named.some(({ name }) => name === ".eh_frame") ? undefined : behindHeader(elf);
  return bySegment === undefined ? named : [bySegment, ...named];
}

/** A file without a list of sections still tells its segments, and the header of the table where the table is. */
function behindHeader(elf: ElfFile): FrameSection | undefined {
  const header = elf.segments.find(({ type }) => type === PT_GNU_EH_FRAME);
  const bytes = header && elf.dataAt(header.address, 12);
  if (header === undefined || bytes === undefined || bytes.length < 12) return undefined;
  const cursor = new FrameCursor(bytes);
  const [version, encoding] = [cursor.u8(), cursor.u8()];
  const PC_RELATIVE_I32 = 0x1b;
  if (version !== 1 || encoding !== PC_RELATIVE_I32) return undefined;
  cursor.skip(2);
  const address = Number(header.address) + 4 + cursor.i32();
  const frames = elf.dataAt(BigInt(address), MAX_BYTES);
  return frames && { name: ".eh_frame", bytes: frames, address };
}

/** It goes on to the end of its segment: where it ends, it says itself. */
const MAX_BYTES = 2 ** 28;
