/**
 * Memory of one program that is too large for the stack: global data with a piece for each CPU.
 *
 *     piece of a CPU:  | variables … | temporaries of the current statement … |
 *
 * Programs of different kinds can interrupt each other on a CPU, so no two share a piece. Temporaries
 * are given back when their statement ends ({@link Scratch.mark}, {@link Scratch.release}); variables stay.
 */
import { MAX_MEMORY_BYTES, ProgramLimitError } from "../program-limits.js";
import { alignUp } from "../types/layout.js";
import type { Value } from "../ir/ir.js";
import type { Place } from "../language/lowering.js";
import type { ProbeLowering } from "./probe-lowering.js";

/** Of one function. */
export interface ScratchMemory {
  readonly variables: Value;
  readonly temporaries: Value;
}

export class Scratch {
  readonly #cx: ProbeLowering;
  /** Fill in what is known only in the end. */
  readonly #setSizes: ((variableBytes: number, pieceBytes: number) => void)[] = [];
  #map: number | undefined;
  #variableBytes = 0;
  #next = 0;
  #highest = 0;

  constructor(cx: ProbeLowering) {
    this.#cx = cx;
  }

  /** @returns an offset for {@link variableAt}, the same in all functions of the program */
  reserveVariable(bytes: number): number {
    const offset = this.#variableBytes;
    this.#variableBytes += alignUp(bytes, 8);
    this.#checkSize();
    return offset;
  }

  variableAt(offset: number): Place {
    return { base: this.#memory().variables, offset, align: 8 };
  }

  allocate(bytes: number): Place {
    const offset = this.#next;
    this.#next += alignUp(bytes, 8);
    this.#highest = Math.max(this.#highest, this.#next);
    this.#checkSize();
    return { base: this.#memory().temporaries, offset, align: 8 };
  }

  mark(): number {
    return this.#next;
  }

  release(mark: number): void {
    this.#next = mark;
  }

  /** Call when everything has been allocated. */
  finish(): void {
    if (this.#map === undefined) return;
    const pieceBytes = Math.max(8, this.#variableBytes + this.#highest);
    for (const set of this.#setSizes) set(this.#variableBytes, pieceBytes);
    this.#cx.module.resize(this.#map, pieceBytes * this.#cpuSlots());
  }

  /** The last CPU's piece is the farthest from the start, and a piece may be one value. */
  #checkSize(): void {
    const pieces = Math.max(1, this.#cpuSlots() - 1);
    if (pieces * (this.#variableBytes + this.#highest) <= MAX_MEMORY_BYTES) return;
    throw new ProgramLimitError("memory", this.#cx.b.span);
  }

  #memory(): ScratchMemory {
    const { fn } = this.#cx;
    fn.scratch ??= this.#cx.inPrologue(() => this.#emit());
    return fn.scratch;
  }

  /** This CPU's piece. The mask tells the verifier the bound, so the count is a power of two. */
  #emit(): ScratchMemory {
    const { b, module } = this.#cx;
    this.#map ??= module.addMap({ name: "scratch", type: "array", keyBytes: 4, valueBytes: 8, maxEntries: 1 });
    const cpu = b.alu("and", b.call("get_smp_processor_id", []), b.int(this.#cpuSlots() - 1));
    const pieceBytes = b.intLater();
    const variableBytes = b.intLater();
    const variables = b.add(b.mapValue(this.#map), b.alu("mul", cpu, pieceBytes.value));
    const temporaries = b.add(variables, variableBytes.value);
    this.#setSizes.push((variable, piece) => {
      variableBytes.set(variable);
      pieceBytes.set(piece);
    });
    return { variables, temporaries };
  }

  #cpuSlots(): number {
    return 2 ** Math.ceil(Math.log2(Math.max(1, this.#cx.facts.possibleCpus)));
  }
}
