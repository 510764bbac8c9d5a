import { AT, TAG } from "./constants.js";
import type { DebugInfo } from "./debug-info.js";
import type { AddressRange } from "./ranges.js";
import type { Entry, Unit } from "./unit.js";
import { functionsWithCode } from "./unit-functions.js";
import { symbolOf } from "./written-as.js";

/** A call whose callee's code stands in its place. */
export interface InlinedCall {
  /** Of what is called: as the linker would call it. */
  readonly name: string;
  readonly callFile: number | undefined;
  readonly callLine: number | undefined;
}

/** One copy inside a function. */
interface Copy {
  readonly ranges: readonly AddressRange[];
  readonly entry: Entry;
}

interface FunctionRange extends AddressRange {
  readonly offset: number;
}

/** The functions of a unit that were put where they are called. */
export class InlinedCalls {
  readonly #info: DebugInfo;
  readonly #unit: Unit;
  #functions: readonly FunctionRange[] | undefined;
  /** By the offset of the function that they are in. */
  readonly #copies = new Map<number, readonly Copy[]>();

  constructor(info: DebugInfo, unit: Unit) {
    this.#info = info;
    this.#unit = unit;
  }

  /** The innermost first. */
  at(address: bigint): readonly InlinedCall[] {
    const offset = this.#functionAt(address);
    if (offset === undefined) return [];
    const covering = this.#copiesIn(offset).filter(({ ranges }) => isIn(ranges, address));
    // In the order of the file, those inside of others behind them; side by side they do not share code.
    return covering.toReversed().map(({ entry }) => ({
      name: symbolOf(this.#info, entry) ?? "?",
      callFile: numberOf(entry, AT.callFile),
      callLine: numberOf(entry, AT.callLine),
    }));
  }

  #functionAt(address: bigint): number | undefined {
    const functions = (this.#functions ??= functionsOf(this.#unit));
    let [low, high] = [0, functions.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((functions[middle] as FunctionRange).start <= address) low = middle + 1;
      else high = middle;
    }
    const found = functions[low - 1];
    return found !== undefined && address < found.end ? found.offset : undefined;
  }

  #copiesIn(offset: number): readonly Copy[] {
    let copies = this.#copies.get(offset);
    if (copies === undefined) this.#copies.set(offset, (copies = readCopies(this.#unit, offset)));
    return copies;
  }
}

const isIn = (ranges: readonly AddressRange[], address: bigint): boolean =>
  ranges.some(({ start, end }) => address >= start && address < end);

const numberOf = (entry: Entry, name: number): number | undefined => {
  const value = entry.number(name);
  return value === undefined ? undefined : Number(value);
};

/** By address. */
function functionsOf(unit: Unit): readonly FunctionRange[] {
  const found: FunctionRange[] = [];
  for (const entry of functionsWithCode(unit)) {
    for (const { start, end } of entry.ranges()) if (start > 0n) found.push({ start, end, offset: entry.offset });
  }
  return found.sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
}

function readCopies(unit: Unit, offset: number): readonly Copy[] {
  const copies: Copy[] = [];
  for (const { entry } of unit.entries(offset)) {
    if (entry.tag === TAG.inlinedSubroutine) copies.push({ ranges: entry.ranges(), entry });
  }
  return copies;
}
