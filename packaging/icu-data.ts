/**
 * Node has the words of all languages in itself, a third of what it takes in the archive: for tsbt, which speaks English, they are replaced by
 * zeroes. The table of contents forgets them, so whoever asks for a language gets English, as in Nodes that were built so (`small-icu`).
 *
 * @see ICU, common/ucmndata.h: a header, then the number of items, and of each where its name and its data begin; sorted by name
 */

const FORMAT = "CmnD";
const MAGIC = 0x27da;
const FORMAT_AT = 12;

interface Item {
  readonly name: string;
  readonly nameAt: number;
  readonly dataAt: number;
}

/** @param program - of Node, which is changed @returns how many bytes are zeroes now */
export function removeLanguages(program: Buffer): number {
  const start = contentsOf(program);
  const items = readItems(program, start);
  const kept: Item[] = [];
  let removed = 0;
  for (const [index, item] of items.entries()) {
    const end = items[index + 1]?.dataAt;
    // Where the last one ends is not said.
    if (end === undefined || !isOfLanguage(item.name)) kept.push(item);
    else {
      program.fill(0, start + item.dataAt, start + end);
      removed += end - item.dataAt;
    }
  }
  program.writeUInt32LE(kept.length, start);
  for (const [index, { nameAt, dataAt }] of kept.entries()) {
    program.writeUInt32LE(nameAt, start + 4 + 8 * index);
    program.writeUInt32LE(dataAt, start + 8 + 8 * index);
  }
  return removed;
}

/** Words and rules of one language, dictionaries for those that do not part words, and encodings. English and what is of none stay. */
function isOfLanguage(name: string): boolean {
  if (/\.(cnv|dict)$/.test(name)) return true;
  const locale = /(?:^|\/)([a-z]{2,3})(?:_[A-Z][a-z]{3})?(?:_(?:[A-Z]{2}|\d{3}))?(?:_[A-Z]+)*\.res$/.exec(name)?.[1];
  return locale !== undefined && locale !== "en";
}

function contentsOf(program: Buffer): number {
  for (let at = program.indexOf(FORMAT); at >= 0; at = program.indexOf(FORMAT, at + 1)) {
    const header = at - FORMAT_AT;
    if (header >= 0 && program.readUInt16LE(header + 2) === MAGIC) return header + program.readUInt16LE(header);
  }
  throw new Error("there is no data of ICU in this Node");
}

function readItems(program: Buffer, start: number): readonly Item[] {
  return Array.from({ length: program.readUInt32LE(start) }, (_, index) => {
    const nameAt = program.readUInt32LE(start + 4 + 8 * index);
    const name = program.toString("latin1", start + nameAt, program.indexOf(0, start + nameAt));
    return { name, nameAt, dataAt: program.readUInt32LE(start + 8 + 8 * index) };
  });
}
