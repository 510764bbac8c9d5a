/**
 * A table of ours in one array map: the values of a keyed aggregation, where programs find them without asking the kernel.
 * Shared by those who lay it out, programs (`codegen/lower/table-entries.ts`) and user space (`src/runtime/key-tables.ts`).
 *
 *     | base, generation | keys there are (of each bank) | keys                 | values of CPU 0      | values of CPU 1 | …
 *     0                  8                               64                     each at a multiple of 64
 *
 * A key is looked for from the slot on where its bits say, and goes to the first that is free; it is claimed with atomic
 * instructions, for all CPUs. The values of each CPU lie in the same order, and no other CPU writes them. Keys never move,
 * and slots are never given back: instead there may be two banks, of which `base` is the first slot of the one in use.
 * The other one is made empty while nobody writes to it.
 *
 * A key of 1, 2, 4 or 8 bytes is one word, kept xor {@link MIX}. Others are kept 7 bytes to a word, above a byte that is never 0,
 * the *mark*:
 *
 *     | mark | 7 bytes of the key |  mark | the next 7 bytes | …
 *
 * The words of a slot are claimed one after the other, each by whoever comes first with all words before it being his: who is
 * interrupted between two of them is waited for by nobody, as others go on in his place, be it a program that runs on the same CPU
 * meanwhile. A word that has been claimed stays as it is, so that all who look for a key pass the same slots, and it is in one only.
 * A program that was on its way when its bank was emptied, and comes to that bank when it is in use again, may still write words
 * there: marks are those of the generation, which each emptying changes, and a slot with others is no key. (255 generations and
 * two banks: it would have to be late by 510 emptyings.) What it adds to a value may still be another key's by then, as with the
 * kernel's hashes, which give an element that was deleted to the next key.
 *
 * Long strings are *texts*: words of 8 bytes, each kept xor {@link TEXT_MIX}, up to the one with the NUL, and nothing is asked of what
 * lies behind that. They are claimed in the same way. There are no marks, so that maps that are emptied are not kept so.
 */

/** What describes one. Plain data, part of a compiled script. */
export interface KeyTable {
  /** Of one bank; a power of two. */
  readonly slots: number;
  readonly banks: number;
  readonly cpus: number;
  /** Of one key: see {@link isTableKey}. */
  readonly keyBytes: number;
  readonly isText: boolean;
  /** Of one value of one CPU; a multiple of 8. */
  readonly valueBytes: number;
  /** So many keys may be in a bank. */
  readonly maxKeys: number;
}

export interface KeyTableLayout {
  readonly keys: number;
  /** Words of each key. */
  readonly words: number;
  readonly values: number;
  /** From one CPU's values to the next one's. */
  readonly rowBytes: number;
  /** Of everything. */
  readonly bytes: number;
  /** Of all banks, with those behind them: see {@link SPECIAL_SLOTS}. */
  readonly slots: number;
}

export const BASE_OFFSET = 0;
export const COUNT_OFFSET = 8;
const KEYS_OFFSET = 64;

export function layoutOf({ slots, banks, cpus, keyBytes, isText, valueBytes }: KeyTable): KeyTableLayout {
  const all = banks * (slots + SPECIAL_SLOTS);
  const words = isText ? keyBytes / 8 : wordsOf(keyBytes);
  const values = alignUp(KEYS_OFFSET + 8 * words * all);
  const rowBytes = alignUp(valueBytes * all);
  return { keys: KEYS_OFFSET, words, values, rowBytes, bytes: values + cpus * rowBytes, slots: all };
}

const LINE_BYTES = 64;
const alignUp = (bytes: number): number => Math.ceil(bytes / LINE_BYTES) * LINE_BYTES;

/**
 * A key of one word is kept xor this, so that no key that scripts have looks like an empty slot. It is also what spreads keys: the
 * upper bits of a product with it, the golden ratio of 2^64, say where a key belongs; lower ones, how far it goes on when others are
 * there.
 */
export const MIX = 0x9e37_79b9_7f4a_7c15n;
export const STEP_SHIFT = 20n;

/** 0 is in a slot without a key. The key that would look so has a slot of its own, behind all others: it has 8 bytes. */
export const SPECIAL_SLOTS = 1;
/** What is in a special slot that is taken. */
export const TAKEN = 2n;

/** Where the special slots of a bank are. */
export const specialSlotsOf = ({ slots, banks }: KeyTable, bank: number): number =>
  banks * slots + bank * SPECIAL_SLOTS;

/** Of a key that is kept with marks, in each word. */
export const MARKED_BYTES = 7;
export const isMarked = ({ keyBytes, isText }: Pick<KeyTable, "keyBytes" | "isText">): boolean =>
  !isText && !ONE_WORD.has(keyBytes);
const ONE_WORD: ReadonlySet<number> = new Set([1, 2, 4, 8]);

const wordsOf = (keyBytes: number): number => (ONE_WORD.has(keyBytes) ? 1 : Math.ceil(keyBytes / MARKED_BYTES));

/** The word at {@link BASE_OFFSET} has the generation from this bit on. Marks are greater by one. */
export const GENERATION_SHIFT = 56n;
export const GENERATIONS = 255;

/** No word of a string is so: its first byte is 0, and another one is not. */
export const TEXT_MIX = 0xff00n;

/** As many words as a function can be given. */
const MAX_WORDS = 4;

/** Whether keys of so many bytes can be in a table. */
export const isTableKey = (keyBytes: number): boolean => keyBytes > 0 && wordsOf(keyBytes) <= MAX_WORDS;

/** Whether strings of so many bytes can be texts: they are read in words. */
export const isTextKey = (keyBytes: number): boolean => keyBytes > 0 && keyBytes % 8 === 0;

/** Whether it can be one: what a file says may be anything. */
export const isSoundTable = ({ slots, banks, cpus, keyBytes, isText, valueBytes }: KeyTable): boolean =>
  Number.isInteger(Math.log2(slots)) &&
  slots >= FEWEST_SLOTS &&
  (banks === 1 || (banks === 2 && !isText)) &&
  cpus > 0 &&
  (isText ? isTextKey(keyBytes) : isTableKey(keyBytes)) &&
  valueBytes > 0 &&
  valueBytes % 8 === 0;

const FEWEST_SLOTS = 16;

/** At least a fifth of the slots stays empty, so that no key is far from where it belongs. */
export const slotsFor = (maxKeys: number): number => 2 ** Math.ceil(Math.log2(Math.max(maxKeys * 1.25, FEWEST_SLOTS)));

/** Bits of a product with {@link MIX} that are no part of a slot's number. */
export const homeShiftOf = ({ slots }: KeyTable): number => 64 - Math.log2(slots);
