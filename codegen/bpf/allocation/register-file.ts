/**
 * Which bundle has which real register where: intervals of points that do not overlap, found by where they start. What a
 * question costs depends on the intervals in the way, and not on how long anything lives.
 */
import { cell } from "../../column.js";
import { REGISTER_COUNT } from "../machine/registers.js";
import { SparseBits } from "./sparse-bits.js";

/** An interval: of a register, by where it starts. */
type Place = number;

export const NO_PLACE: Place = -1;

export class RegisterFile {
  readonly #points: number;
  readonly #places: SparseBits;
  /** By place. */
  readonly #owners: Int32Array;
  readonly #ends: Int32Array;

  constructor(points: number) {
    this.#points = points;
    this.#places = new SparseBits(REGISTER_COUNT * points);
    this.#owners = new Int32Array(REGISTER_COUNT * points);
    this.#ends = new Int32Array(REGISTER_COUNT * points);
  }

  /** The first interval of a register that has points in `from … to`; or NO_PLACE. */
  firstOver(register: number, from: number, to: number): Place {
    const base = register * this.#points;
    const before = this.#places.lastUpTo(base + from);
    if (before >= base && cell(this.#ends, before) > from) return before;
    const after = this.#places.firstFrom(base + from);
    return after < base + to ? after : NO_PLACE;
  }

  startOf(place: Place): number {
    return place % this.#points;
  }

  endOf(place: Place): number {
    return cell(this.#ends, place);
  }

  /** The number of the bundle that has it. */
  ownerOf(place: Place): number {
    return cell(this.#owners, place);
  }

  /** @param ranges - as bundles have them */
  add(register: number, ranges: readonly number[], owner: number): void {
    for (let i = 0; i < ranges.length; i += 3) {
      const place = register * this.#points + cell(ranges, i);
      this.#places.add(place);
      this.#owners[place] = owner;
      this.#ends[place] = cell(ranges, i + 1);
    }
  }

  delete(register: number, ranges: readonly number[]): void {
    for (let i = 0; i < ranges.length; i += 3) this.#places.delete(register * this.#points + cell(ranges, i));
  }
}
