/**
 * Jumps whose distance does not fit 16 bits.
 *
 * With `gotol` (ISA v4) a far jump becomes `if … goto +1; gotol far` the other way round. Kernels without it get
 * islands: rows of jumps that the code around them skips, over which far jumps hop to where they want.
 */
import { cell } from "../../column.js";
import { InternalError } from "../../internal-error.js";
import { bpfInstruction, type BpfInstruction } from "../machine/code.js";
import { isInRange, isShort, type Line, type Listing, negatedJump, NO_TARGET, placed } from "./jump-listing.js";
import { GOTO_OPCODE, GOTOL_OPCODE } from "../../kernel/opcodes.js";

// ---------------------------------------------------------------- gotol

/** Turns jumps that are too far into `gotol`, until all fit: growing code may push others out of range. */
export function withLongJumps(given: Listing): Listing {
  let listing = given;
  while (!isInRange(listing)) {
    const { lines, labels } = listing;
    const grown: Line[] = [];
    const starts = new Int32Array(lines.length + 1);
    for (const [at, line] of lines.entries()) {
      starts[at] = grown.length;
      if (isTooFar(listing, at, line)) grown.push(...longJump(line));
      else grown.push(line);
    }
    starts[lines.length] = grown.length;
    listing = placed(
      grown,
      labels.map((at) => cell(starts, at)),
    );
  }
  return listing;
}

const isTooFar = (listing: Listing, at: number, { target, instruction }: Line): boolean =>
  target !== NO_TARGET && instruction.opcode !== GOTOL_OPCODE && !isShort(listing, at, target);

/** `if … goto far` as `if … goto +1; goto +1; gotol far`, shorter if the condition has an opposite. */
function longJump({ instruction, target }: Line): readonly Line[] {
  const far: Line = { instruction: bpfInstruction(GOTOL_OPCODE, instruction.span), target };
  if (instruction.opcode === GOTO_OPCODE) return [far];
  const skip = (jump: BpfInstruction): Line => ({ instruction: { ...jump, offset: 1 }, target: NO_TARGET });
  const negated = negatedJump(instruction);
  if (negated !== undefined) return [skip(negated), far];
  return [skip(instruction), skip(bpfInstruction(GOTO_OPCODE, instruction.span)), far];
}

// ---------------------------------------------------------------- islands

/** How far jumps go when islands are laid: less than they could, because islands make all distances longer. */
const REACH = 0x7000;
/** Between islands: each jump can reach one. */
const ISLAND_DISTANCE = 0x3000;
/** Each turn lays hops for all far jumps; more turns are for those that the hops of others pushed out of range. */
const MAX_TURNS = 16;

export function withIslands(given: Listing): Listing {
  let listing = given;
  for (let turn = 0; !isInRange(listing); turn++) {
    if (turn === MAX_TURNS)
      throw new InternalError("assemble", "a jump is out of range, and so are the places between");
    listing = new Islands(listing).laid();
  }
  return listing;
}

interface Hop {
  readonly line: Line;
  /** The label by which others jump to it. */
  readonly label: number;
}

interface Island {
  /** The line before which it is laid. */
  readonly spot: number;
  readonly place: number;
  /** The label of the code behind it. */
  readonly behind: number;
  /** By the label that it leads to: all who want to go there use the same one. */
  readonly hops: Map<number, Hop>;
}

class Islands {
  readonly #listing: Listing;
  readonly #islands: readonly Island[];
  #labelCount: number;

  constructor(listing: Listing) {
    this.#listing = listing;
    this.#labelCount = listing.labels.length;
    this.#islands = this.#spots();
  }

  laid(): Listing {
    const lines = this.#listing.lines.map((line, at) => this.#routed(line, at));
    return this.#inserted(lines);
  }

  #newLabel(): number {
    return this.#labelCount++;
  }

  #spots(): readonly Island[] {
    const islands: Island[] = [];
    let next = ISLAND_DISTANCE;
    for (let spot = 0; spot < this.#listing.lines.length; spot++) {
      const place = cell(this.#listing.latePlaces, spot);
      if (place < next) continue;
      islands.push({ spot, place, behind: this.#newLabel(), hops: new Map() });
      next = place + ISLAND_DISTANCE;
    }
    return islands;
  }

  #routed(line: Line, at: number): Line {
    if (line.target === NO_TARGET) return line;
    const target = this.#towards(line.target, cell(this.#listing.latePlaces, at), line.instruction);
    return target === line.target ? line : { ...line, target };
  }

  /** @returns the label to jump to on the way from a place to another label: that itself if it is near */
  #towards(target: number, from: number, jump: BpfInstruction): number {
    const { latePlaces, labels } = this.#listing;
    const goal = cell(latePlaces, cell(labels, target));
    if (Math.abs(goal - from) <= REACH) return target;
    const island =
      goal > from
        ? this.#islands.findLast(({ place }) => place <= from + REACH)
        : this.#islands.find(({ place }) => place >= from - REACH);
    if (island === undefined) throw new InternalError("assemble", "no place to hop to", jump.span);
    const known = island.hops.get(target);
    if (known !== undefined) return known.label;
    const label = this.#newLabel();
    const instruction = bpfInstruction(GOTO_OPCODE, jump.span);
    island.hops.set(target, { label, line: { instruction, target: this.#towards(target, island.place, jump) } });
    return label;
  }

  /** What jumps to the code at a spot enters through the jump over the hops. */
  #inserted(lines: readonly Line[]): Listing {
    const bySpot = new Map(this.#islands.map((island) => [island.spot, island]));
    const labels = new Int32Array(this.#labelCount);
    const starts = new Int32Array(lines.length + 1);
    const grown: Line[] = [];
    for (const [at, line] of lines.entries()) {
      starts[at] = grown.length;
      const island = bySpot.get(at);
      if (island !== undefined && island.hops.size > 0) {
        grown.push({ instruction: bpfInstruction(GOTO_OPCODE, line.instruction.span), target: island.behind });
        for (const hop of island.hops.values()) {
          labels[hop.label] = grown.length;
          grown.push(hop.line);
        }
        labels[island.behind] = grown.length;
      }
      grown.push(line);
    }
    starts[lines.length] = grown.length;
    this.#listing.labels.forEach((at, label) => (labels[label] = cell(starts, at)));
    return placed(grown, labels);
  }
}
