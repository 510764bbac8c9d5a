/**
 * Type inference over the whole program (language.md 8): every assignment to a variable, map value or
 * map key contributes, and the order of the text does not count.
 *
 * A body is typed again when something that it read has changed since, until nothing does.
 */
import type { Expr } from "../../../grammar/index.js";
import { INT8, type Type } from "../../types/type.js";
import type { ProbeBody } from "../input.js";
import { isUnknown, type MapSlot, type Slot } from "../names/slots.js";
import { BodyTyping, type ProgramTyping } from "./body-typing.js";
import { typeProbe } from "./probe.js";

export type Types = Map<Expr, Type>;

/** Gives all slots their types; the types of expressions go into `types`, if they are wanted. */
export function infer(program: ProgramTyping, probes: readonly ProbeBody[], types?: Types): void {
  const work = new WorkList(program, probes, types);
  work.run();
  // What is read but never written is a number; so are maps that only count up from themselves.
  for (const isDefault of [neverWritten, () => true]) {
    for (const map of program.maps.values()) {
      if (!isUnknown(map.value.type) || program.aggregationCopies.has(map) || !isDefault(map)) continue;
      if (map.isKeyed !== undefined && map.value.contribute(map, INT8)) work.enqueueReaders(map.value);
    }
    work.run();
  }
}

const neverWritten = (map: MapSlot): boolean => !map.isWritten;

class WorkList {
  readonly #program: ProgramTyping;
  readonly #probes: readonly ProbeBody[];
  readonly #types: Types | undefined;
  readonly #readers = new Map<Slot, Set<number>>();
  readonly #waiting = new Set<number>();
  /** What the running sweep has read so far. */
  #read = new Set<Slot>();
  #current = -1;

  constructor(program: ProgramTyping, probes: readonly ProbeBody[], types: Types | undefined) {
    this.#program = program;
    this.#probes = probes;
    this.#types = types;
    for (const i of probes.keys()) this.#waiting.add(i);
  }

  run(): void {
    // A set is walked in the order of insertion, and sees what is added on the way.
    for (const i of this.#waiting) {
      this.#waiting.delete(i);
      this.#sweep(i);
    }
  }

  enqueueReaders(slot: Slot): void {
    for (const i of this.#readers.get(slot) ?? []) {
      // The running sweep will still read the new type, unless it has read the old one.
      if (i !== this.#current || this.#read.has(slot)) this.#waiting.add(i);
    }
  }

  #sweep(i: number): void {
    const probe = this.#probes[i];
    if (probe === undefined) return;
    this.#current = i;
    this.#read = new Set();
    const typing = BodyTyping.inferring(this.#program, probe.context, this.#types ?? new Map(), {
      read: (slot) => {
        this.#noteReader(slot, i);
      },
      changed: (slot) => {
        this.enqueueReaders(slot);
      },
    });
    typeProbe(typing, probe);
    this.#current = -1;
  }

  #noteReader(slot: Slot, i: number): void {
    this.#read.add(slot);
    let readers = this.#readers.get(slot);
    if (readers === undefined) this.#readers.set(slot, (readers = new Set()));
    readers.add(i);
  }
}
