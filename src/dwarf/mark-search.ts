/** Finds any of several short byte strings in a section, in one turn. */
import type { Section } from "./sections.js";

/**
 * Above so many, looking at each byte once is faster than looking for each mark: that is JavaScript, which runs interpreted at
 * a start and takes some 50 ns for a byte, where looking for one mark takes half of one.
 */
const MAX_TURNS = 100;

/** Calls `found` with the offset of each mark, which ascend if it is one mark. It may return where to go on with that mark. */
export function searchMarks(section: Section, marks: readonly Buffer[], found: Found): void {
  const longest = Math.max(0, ...marks.map(({ length }) => length));
  if (longest === 0) return;
  const searchIn = marks.length > MAX_TURNS ? searcherOfMany(marks) : searcherOfFew(marks);
  for (const { start, bytes } of section.chunks(longest - 1)) searchIn(bytes, (at) => (found(start + at) ?? 0) - start);
}

type Found = (offset: number) => number | void;

type Searcher = (bytes: Buffer, found: (at: number) => number) => void;

function searcherOfFew(marks: readonly Buffer[]): Searcher {
  return (bytes, found) => {
    for (const mark of marks) {
      for (let at = bytes.indexOf(mark); at !== -1;) at = bytes.indexOf(mark, Math.max(at + 1, found(at)));
    }
  };
}

/** Most places are told by their first two bytes. */
function searcherOfMany(marks: readonly Buffer[]): Searcher {
  const byPair = new Map<number, Buffer[]>();
  const isFirstPair = new Uint8Array(1 << 16);
  for (const mark of marks) {
    const pair = mark.readUInt16LE(0);
    isFirstPair[pair] = 1;
    byPair.set(pair, [...(byPair.get(pair) ?? []), mark]);
  }
  return (bytes, found) => {
    let pair = (bytes[0] ?? 0) << 8;
    for (let at = 0; at + 1 < bytes.length; at++) {
      pair = (pair >> 8) | ((bytes[at + 1] as number) << 8);
      if (isFirstPair[pair] === 0) continue;
      const isHere = (mark: Buffer): boolean =>
        at + mark.length <= bytes.length && bytes.compare(mark, 0, mark.length, at, at + mark.length) === 0;
      if (byPair.get(pair)?.some(isHere)) found(at);
    }
  };
}
