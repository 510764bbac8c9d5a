/** Where in entries of a kind it stands which code they are, so that those of other code are passed over without reading them. */
import type { Abbreviation } from "./abbreviations.js";
import { AT, FORM } from "./constants.js";
import { fixedFormBytes } from "./forms.js";
import { rangeNumbers } from "./ranges.js";
import type { Unit } from "./unit.js";

/** Places are behind the code of the entry. */
export type CodePlace =
  | {
      /** One piece: its first address, of eight bytes, and its end, which is a distance from it or an address too. */
      readonly kind: "piece";
      readonly startAt: number;
      readonly endAt: number;
      readonly endBytes: number;
      readonly isLength: boolean;
    }
  /** Several: where in their section they are listed, in four bytes. */
  | { readonly kind: "list"; readonly at: number };

/** @returns undefined where it is not in the same place in all entries of the kind, or is written in another way */
export function codePlaceOf({ attributes }: Abbreviation, unit: Unit): CodePlace | undefined {
  const hasList = attributes.some(({ name }) => name === AT.ranges);
  let at = 0;
  let startAt: number | undefined;
  let end: { readonly endAt: number; readonly endBytes: number; readonly isLength: boolean } | undefined;
  for (const { name, form } of attributes) {
    const bytes = fixedFormBytes(form, unit);
    if (bytes === undefined) return undefined;
    if (name === AT.ranges) return form === FORM.secOffset && bytes === 4 ? { kind: "list", at } : undefined;
    const isAddress = form === FORM.addr && bytes === 8;
    if (name === AT.lowPc && isAddress) startAt = at;
    if (name === AT.highPc && (isAddress || LENGTHS.has(form)))
      end = { endAt: at, endBytes: bytes, isLength: !isAddress };
    if (startAt !== undefined && end !== undefined && !hasList) return { kind: "piece", startAt, ...end };
    at += bytes;
  }
  return undefined;
}

const LENGTHS: ReadonlySet<number> = new Set([FORM.data1, FORM.data2, FORM.data4, FORM.data8]);

/** Whether the code of an entry whose attributes begin at `at` has one of the addresses, which ascend. */
export function isCodeOfAny(
  place: CodePlace,
  unit: Unit,
  view: DataView,
  at: number,
  ascending: Float64Array,
): boolean {
  if (place.kind === "list") return coverAny(rangeNumbers(unit, "offset", wordAt(view, at + place.at, 4)), ascending);
  const start = wordAt(view, at + place.startAt, 8);
  const said = wordAt(view, at + place.endAt, place.endBytes);
  return coversAny(start, place.isLength ? start + said : said, ascending);
}

/** @param ranges - starts and ends in turns */
export function coverAny(ranges: readonly number[], ascending: Float64Array): boolean {
  for (let i = 0; i < ranges.length; i += 2)
    if (coversAny(ranges[i] as number, ranges[i + 1] as number, ascending)) return true;
  return false;
}

/** Those of the addresses that are in one of the ranges. */
export function coveredOf(ranges: readonly number[], ascending: Float64Array): readonly number[] {
  const found: number[] = [];
  for (let i = 0; i < ranges.length; i += 2) {
    const end = ranges[i + 1] as number;
    for (let at = firstFrom(ranges[i] as number, ascending); (ascending[at] ?? Infinity) < end; at++)
      found.push(ascending[at] as number);
  }
  return found;
}

function coversAny(start: number, end: number, ascending: Float64Array): boolean {
  return (ascending[firstFrom(start, ascending)] ?? Infinity) < end;
}

/** As `exactNumber` has addresses. */
function wordAt(view: DataView, at: number, bytes: number): number {
  if (bytes === 8) return view.getInt32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
  if (bytes === 4) return view.getUint32(at, true);
  return bytes === 2 ? view.getUint16(at, true) : view.getUint8(at);
}

/** Where the first is that is not below. */
function firstFrom(start: number, ascending: Float64Array): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] as number) < start) low = middle + 1;
    else high = middle;
  }
  return low;
}
