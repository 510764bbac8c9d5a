/**
 * Memory of one program that is too large for the stack: global data with a piece for each CPU.
 *
 *     piece of a CPU:  | variables … | temporaries of the current statement … |
 *
 * Programs of different kinds can interrupt each other on a CPU, so no two share a piece. Temporaries
 * are given back when their statement ends ({@link Scratch.mark}, {@link Scratch.release}); variables stay.
 */
import { alignUp } from "../types/layout.js";
import type { Value } from "../ir/ir.js";
import type { Place } from "./lowering.js";
import type { ProbeLowering } from "./probe-lowering.js";

interface Memory {
  readonly map: number;
  readonly variables: Value;
  readonly temporaries: Value;
  setSizes(variableBytes: number, pieceBytes: number): void;
}

export class Scratch {
  readonly #cx: ProbeLowering;
  #memory: Memory | undefined;
  #variableBytes = 0;
  #next = 0;
  #highest = 0;

  constructor(cx: ProbeLowering) {
    this.#cx = cx;
  }

  allocateVariable(bytes: number): Place {
    const offset = this.#variableBytes;
    this.#variableBytes += alignUp(bytes, 8);
    return { base: this.#open().variables, offset, align: 8 };
  }

  allocate(bytes: number): Place {
    const offset = this.#next;
    this.#next += alignUp(bytes, 8);
    this.#highest = Math.max(this.#highest, this.#next);
    return { base: this.#open().temporaries, offset, align: 8 };
  }

  mark(): number {
    return this.#next;
  }

  release(mark: number): void {
    this.#next = mark;
  }

  /** Call when everything has been allocated. */
  finish(): void {
    if (this.#memory === undefined) return;
    const pieceBytes = this.#variableBytes + this.#highest;
    this.#memory.setSizes(this.#variableBytes, pieceBytes);
    this.#cx.module.resize(this.#memory.map, pieceBytes * this.#cpuSlots());
  }

  #open(): Memory {
    this.#memory ??= this.#cx.inPrologue(() => this.#emit());
    return this.#memory;
  }

  /** This CPU's piece. The mask tells the verifier the bound, so the count is a power of two. */
  #emit(): Memory {
    const { b, module } = this.#cx;
    const map = module.addMap({ name: "scratch", type: "array", keyBytes: 4, valueBytes: 8, maxEntries: 1 });
    const cpu = b.alu("and", b.call("get_smp_processor_id", []), b.int(this.#cpuSlots() - 1));
    const pieceBytes = b.intLater();
    const variableBytes = b.intLater();
    const variables = b.add(b.mapValue(map), b.alu("mul", cpu, pieceBytes.value));
    const temporaries = b.add(variables, variableBytes.value);
    const setSizes = (variable: number, piece: number): void => {
      variableBytes.set(variable);
      pieceBytes.set(piece);
    };
    return { map, variables, temporaries, setSizes };
  }

  #cpuSlots(): number {
    return 2 ** Math.ceil(Math.log2(Math.max(1, this.#cx.facts.possibleCpus)));
  }
}
