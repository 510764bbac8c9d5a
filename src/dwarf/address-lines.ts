/** From an instruction to the place in a source that it is from, and to the functions that were put where they are called. */
import { exactNumber } from "./exact-number.js";
import type { DebugInfo } from "./debug-info.js";
import { type InlinedCall, InlinedCalls } from "./inlined-calls.js";
import { LineColumns } from "./line-columns.js";
import type { Unit } from "./unit.js";

export interface SourcePosition {
  /** From the root, as the compiler saw it. */
  readonly file: string;
  readonly line: number;
}

/** A function whose code is in the middle of another one's. */
export interface InlinedFrame {
  /** As the linker would call it: mangled in C++. */
  readonly name: string;
  readonly position: SourcePosition | undefined;
}

export interface CodePlace {
  /** In the function that has a symbol: there the outermost of the inlined ones is called. */
  readonly position: SourcePosition | undefined;
  /** The innermost first. */
  readonly inlined: readonly InlinedFrame[];
}

/** What of a unit was needed so far. */
interface KnownUnit {
  readonly lines: LineColumns | undefined;
  readonly calls: InlinedCalls;
}

export class AddressLines {
  readonly #info: DebugInfo;
  readonly #units = new Map<Unit, KnownUnit>();

  constructor(info: DebugInfo) {
    this.#info = info;
  }

  /** @returns undefined where nothing is known @throws {@link DwarfError} where what is known is broken */
  at(address: bigint): CodePlace | undefined {
    const unit = this.#info.unitAt(address);
    if (unit === undefined) return undefined;
    const { lines, calls } = this.#known(unit);
    const innermost = lines?.at(exactNumber(address));
    const chain = calls.at(address);
    if (innermost === undefined && chain.length === 0) return undefined;
    return withCalls(innermost, chain, (file) => lines?.path(file));
  }

  #known(unit: Unit): KnownUnit {
    let known = this.#units.get(unit);
    if (known === undefined) {
      const table = this.#info.lineTableOf(unit);
      known = { lines: table && new LineColumns(table), calls: new InlinedCalls(this.#info, unit) };
      this.#units.set(unit, known);
    }
    return known;
  }
}

/** The line table knows the innermost place; each call knows where it stands in the function around it. */
function withCalls(
  innermost: SourcePosition | undefined,
  chain: readonly InlinedCall[],
  pathOf: (file: number) => string | undefined,
): CodePlace {
  let position = innermost;
  const inlined = chain.map(({ name, callFile, callLine }) => {
    const frame = { name, position };
    const file = callFile === undefined ? undefined : pathOf(callFile);
    position = file === undefined || callLine === undefined ? undefined : { file, line: callLine };
    return frame;
  });
  return { position, inlined };
}
