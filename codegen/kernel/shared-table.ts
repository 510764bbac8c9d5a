/**
 * A table of ours for a map of which each key has one value for all CPUs, that programs assign, change, read and delete: the array
 * map in which most entries are, and beside it a hash of the kernel for the rest. Shared by those who lay it out, programs
 * (`codegen/lower/shared-entries.ts`) and user space (`src/runtime/shared-tables.ts`).
 *
 *     | places used | group 0: places, 64 slots of state and value | group 1 | …
 *     0             64                                             64 + 1088
 *
 * A key of up to 8 bytes has one slot, its *home*, and is nowhere else but in the hash. A product with {@link MIX} tells keys apart, as
 * keys do: its upper bits number the home, and the others are in the state of the slot. So one word says whose the slot is and what
 * is in it, and each step of anybody's is one compare-and-exchange (or addition) of that word.
 *
 *     | lower bits of the product | elsewhere | pins | present |
 *     63                          log2(slots) 7      1         0
 *
 *  - *present*: the key has an entry, here, with the value that lies behind the state.
 *  - *elsewhere*: so many keys of this home have an entry in the hash, or are on their way there. While there are any, no key comes
 *    into the slot, and whoever does not find a key here looks there. The largest number stays for good: it counts no further.
 *  - *pins*: so many programs may write to the value. The key of a slot that is pinned does not change. Who comes when there are as many
 *    as can be counted writes nothing: as all of those are in the midst of an assignment to that key, that is what it would look like if
 *    one of theirs had come right behind his.
 *
 * A key *comes into the slot* when nothing is present, pinned or elsewhere: the state becomes the key's with one pin, the value is
 * written, and the state becomes present without that pin. Whoever is interrupted in between is waited for by nobody: others with the
 * same key or another one go to the hash. Then the last step fails, and the key goes there as well. A key is never in both: it comes
 * into the slot only by an exchange that finds no key elsewhere, and goes elsewhere only by one that does not find it in the slot.
 *
 * An entry that is there is *assigned* by pinning it, writing, and unpinning. What is deleted meanwhile was assigned before: nothing
 * brings it back. Where no entry is ever removed, nothing is pinned. An *addition* that is late may change another key's value, as with the
 * kernel's hashes, which give an element that was deleted to the next key. A value is *read* between two looks at the state; that it is
 * not seen older than the state needs a processor that loads in the order of the program ({@link loadsInOrder}).
 *
 * An entry needs a *place*, of which there are as many as may have entries. Each group has some at hand, so that CPUs seldom meet and no
 * other page is touched. Who finds none there takes from those that nobody has used, and then from other groups; when there are none,
 * the map is full. Of large tables only some groups have places, so that this is known soon. A deleted entry gives its place back at once.
 *
 * Programs that delete keys leave nothing behind: neither slots nor the hash fill up, whatever keys come and go.
 */
import type { Architecture } from "../facts.js";
import { MIX } from "./key-table.js";

/** What describes one. Plain data, part of a compiled script. */
export interface SharedTable {
  /** A power of two. */
  readonly slots: number;
  /** Of one key: 1, 2, 4 or 8. */
  readonly keyBytes: number;
  /** Of one value: up to 8. */
  readonly valueBytes: number;
  /** So many keys may have entries. */
  readonly maxKeys: number;
  /** Whether entries are ever removed. */
  readonly losesKeys: boolean;
  /** Index into the object's maps: the hash for keys whose homes are taken. */
  readonly elsewhere: number;
}

export const PLACES_USED_OFFSET = 0;
const GROUPS_OFFSET = 64;
export const GROUP_SLOTS = 64;
export const GROUP_HEADER_BYTES = 64;
export const SLOT_BYTES = 16;
export const VALUE_OFFSET = 8;

export const GROUP_BYTES = GROUP_HEADER_BYTES + GROUP_SLOTS * SLOT_BYTES;

/** Where the places of a group are counted. */
export const placesOffset = (group: number): number => GROUPS_OFFSET + group * GROUP_BYTES;

export const FIRST_SLOT_OFFSET = GROUPS_OFFSET + GROUP_HEADER_BYTES;
/** Of its state. */
export const slotOffset = (slot: number): number =>
  FIRST_SLOT_OFFSET + slot * SLOT_BYTES + Math.floor(slot / GROUP_SLOTS) * GROUP_HEADER_BYTES;

export const sharedTableBytes = ({ slots }: Pick<SharedTable, "slots">): number => placesOffset(slots / GROUP_SLOTS);

// ---------------------------------------------------------------- states

export const PRESENT = 1;
const PIN_BITS = 6;
export const ONE_PIN = 2;
export const MOST_PINS = (2 ** PIN_BITS - 1) * ONE_PIN;
export const ONE_ELSEWHERE = ONE_PIN * 2 ** PIN_BITS;

export const keyShiftOf = ({ slots }: SharedTable): number => Math.log2(slots);
/** All bits of a state but those of its key. */
export const marksOf = ({ slots }: SharedTable): number => slots - 1;
export const elsewhereOf = ({ slots }: SharedTable): number => slots - ONE_ELSEWHERE;
/** Of a state that is compared with one of a key that is present. */
export const presenceOf = ({ slots }: SharedTable): number => PRESENT - slots;

/** {@link MIX} undone. */
export const UNMIX = inverse(MIX);

/** Of an odd number, modulo 2^64: each step doubles the bits that are right. */
function inverse(odd: bigint): bigint {
  let by = odd;
  for (let bits = 3; bits < 64; bits *= 2) by = BigInt.asUintN(64, by * (2n - odd * by));
  return by;
}

// ---------------------------------------------------------------- sizes

/** So that half of the slots are empty even if all keys are there; and there are bits in a state for what is elsewhere. */
export const sharedSlotsFor = (maxKeys: number): number =>
  2 ** Math.ceil(Math.log2(Math.max(2 * maxKeys, FEWEST_SLOTS)));
const FEWEST_SLOTS = 8192;

/** Of so many groups the first one has the places for all. */
export const groupsPerPlaces = ({ slots }: Pick<SharedTable, "slots">): number =>
  Math.max(1, slots / GROUP_SLOTS / MOST_WITH_PLACES);
/** Who finds a map full has looked at all of them. */
const MOST_WITH_PLACES = 128;
export const groupsWithPlaces = (table: Pick<SharedTable, "slots">): number =>
  table.slots / GROUP_SLOTS / groupsPerPlaces(table);

/** Where the places for a slot are counted. */
export const placesOffsetOf = (table: Pick<SharedTable, "slots">, slot: number): number => {
  const together = groupsPerPlaces(table);
  return placesOffset(Math.floor(slot / GROUP_SLOTS / together) * together);
};

/** A group takes so many places at once, as long as there are enough. */
export const placesAtOnce = (table: SharedTable): number =>
  Math.max(1, Math.floor(table.maxKeys / 4 / groupsWithPlaces(table)));

/** Where a value might be seen that is older than its state, it could be another key's. */
export const loadsInOrder = (arch: Architecture): boolean => arch === "x86_64";

const KEY_SIZES: ReadonlySet<number> = new Set([1, 2, 4, 8]);
export const isSharedKey = (keyBytes: number): boolean => KEY_SIZES.has(keyBytes);

/** Whether it can be one: what a file says may be anything. */
export const isSoundSharedTable = ({ slots, keyBytes, valueBytes, maxKeys }: SharedTable): boolean =>
  Number.isInteger(Math.log2(slots)) &&
  slots >= FEWEST_SLOTS &&
  isSharedKey(keyBytes) &&
  valueBytes > 0 &&
  valueBytes <= 8 &&
  maxKeys > 0;
