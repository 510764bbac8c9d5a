/**
 * Which copy of a function an instruction belongs to. Compilers put a function where it is called, and make several of
 * one, of which each has code of its lines.
 */
import { AT } from "./constants.js";
import type { DebugInfo } from "./debug-info.js";
import { exactNumber } from "./exact-number.js";
import type { LineRow } from "./line-table.js";
import type { AddressRange } from "./ranges.js";
import type { Entry, Unit } from "./unit.js";
import { functionsAndCopiesAt } from "./unit-functions.js";
import { originOf } from "./written-as.js";

export type OwnedRow = Pick<LineRow, "address" | "line" | "column">;

/** A copy: a function of its own, or one inside of another. */
interface Copy {
  /** Of its entry. */
  readonly offset: number;
  readonly ranges: readonly AddressRange[];
  readonly declaredIn: number | undefined;
  readonly declaredAt: number;
  readonly around: Copy | undefined;
}

/** A line as one unit has it: the numbers of its file, its own, and where its code is. */
interface Line {
  readonly files: ReadonlySet<number>;
  readonly line: number;
  readonly addresses: readonly bigint[];
}

/**
 * The copy that an address of a line belongs to, as a number; all code outside of functions belongs to one.
 *
 * A line is of the function that is declared last before it. Code of another function that was put in between, for
 * instance for a call on this line, belongs to the copy around it.
 */
export function ownerOf(info: DebugInfo, unit: Unit, { files, line, addresses }: Line): (address: bigint) => number {
  const copies = copiesAt(addresses, info, unit);
  const isHere = (copy: Copy): boolean => copy.declaredIn !== undefined && files.has(copy.declaredIn);
  const declaredAt = copies.reduce(
    (last, copy) => (isHere(copy) && copy.declaredAt <= line ? Math.max(last, copy.declaredAt) : last),
    0,
  );
  return (address) => {
    const innermost = copies.findLast(({ ranges }) =>
      ranges.some(({ start, end }) => address >= start && address < end),
    );
    let outermost = innermost;
    for (let copy = innermost; copy !== undefined; copy = copy.around) {
      if (isHere(copy) && copy.declaredAt === declaredAt) return copy.offset;
      outermost = copy;
    }
    return outermost?.offset ?? 0;
  };
}

/**
 * Those inside of others behind them. A unit has thousands of which a line has code in a few, and to find where one is
 * declared costs more than all else: a line of a header may be in every unit.
 */
function copiesAt(addresses: readonly bigint[], info: DebugInfo, unit: Unit): readonly Copy[] {
  const ascending = Float64Array.from(addresses, exactNumber).sort();
  const copies: Copy[] = [];
  const around: { readonly depth: number; readonly copy: Copy }[] = [];
  for (const { entry, depth } of functionsAndCopiesAt(unit, ascending)) {
    while ((around.at(-1)?.depth ?? -1) >= depth) around.pop();
    if (entry === undefined) continue;
    const declaration = originOf(info, entry, (candidate) => candidate.has(AT.declarationLine));
    const copy: Copy = {
      offset: entry.offset,
      ranges: entry.ranges(),
      declaredIn: numberOf(declaration, AT.declarationFile),
      declaredAt: numberOf(declaration, AT.declarationLine) ?? 0,
      around: around.at(-1)?.copy,
    };
    copies.push(copy);
    around.push({ depth, copy });
  }
  return copies;
}

const numberOf = (entry: Entry, name: number): number | undefined => {
  const value = entry.number(name);
  return value === undefined ? undefined : Number(value);
};
