/**
 * Arrays of programs, as the kernel wants them: all who use one are loaded alike. So a way of loading is a world of its own,
 * with copies of all arrays, in which programs only come to others of that world.
 */
import type { TypedProgram } from "./analysis/typed-program.js";
import type { GeneratedProgram } from "./bpf/index.js";
import type { LoweredProgram } from "./lower/index.js";
import type { ArrayOfPrograms, LoweredMap, ModuleState } from "./lower/module.js";
import type { LoadedProgram, ProgramArray, ProgramLoad } from "./object.js";

interface World {
  readonly mapsInstead: ProgramLoad["mapsInstead"];
  /** By number. */
  readonly programs: (LoadedProgram | undefined)[];
}

export class ProgramArrays {
  readonly #module: ModuleState;
  readonly #typed: TypedProgram;
  readonly #arrays: readonly (LoweredMap & { readonly programs: ArrayOfPrograms })[];
  readonly #worlds = new Map<string, World>();

  constructor(module: ModuleState, typed: TypedProgram) {
    this.#module = module;
    this.#typed = typed;
    this.#arrays = module.arraysOfPrograms;
  }

  get all(): readonly ProgramArray[] {
    const worlds = [...this.#worlds.values()];
    return this.#arrays.map(({ scriptIndex, programs: { slots, bySlot, byNumberIfUsed } }) => ({
      scriptMap: scriptIndex,
      slots,
      filled: bySlot?.filled,
      arrays: worlds.map(({ mapsInstead, programs }) => {
        const own = (array: number | undefined): number | undefined =>
          mapsInstead.find(({ map }) => map === array)?.instead ?? array;
        return {
          map: own(bySlot?.array),
          byNumber: own(byNumberIfUsed()),
          programs: Array.from(programs, (program) => program),
        };
      }),
    }));
  }

  /**
   * @param number - index of the program
   * @returns its loads, each with the arrays of its world
   */
  add(
    { probe }: LoweredProgram,
    number: number,
    loads: readonly ProgramLoad[],
    { relocations }: GeneratedProgram,
  ): readonly ProgramLoad[] {
    const { called, context } = probe;
    const uses = relocations.some(
      (relocation) =>
        relocation.kind === "map" && this.#arrays.some(({ programs }) => arraysOf(programs).includes(relocation.map)),
    );
    if (called === undefined && !uses) return loads;
    return loads.map((load, i) => {
      const { expectedAttach, attachTo, point } = load;
      const world = this.#worldOf(JSON.stringify([context.programType, expectedAttach, attachTo, point]));
      if (called !== undefined) world.programs[this.#numberOf(called.name)] = { program: number, load: i };
      return { ...load, mapsInstead: world.mapsInstead };
    });
  }

  #numberOf(name: string): number {
    return Number(this.#typed.structs.enumerator(name)?.value ?? 0n);
  }

  #worldOf(key: string): World {
    let world = this.#worlds.get(key);
    if (world === undefined) {
      const mapsInstead =
        this.#worlds.size === 0
          ? []
          : this.#arrays.flatMap(({ programs }) => arraysOf(programs).map((array) => this.#copyOf(array)));
      world = { mapsInstead, programs: [] };
      this.#worlds.set(key, world);
    }
    return world;
  }

  #copyOf(array: number): World["mapsInstead"][number] {
    const map = this.#module.maps[array];
    if (map === undefined) throw new RangeError(`there is no map ${array}`);
    return { map: array, instead: this.#module.addMap(map) };
  }
}

/** What tail calls name. */
const arraysOf = ({ bySlot, byNumberIfUsed }: ArrayOfPrograms): readonly number[] =>
  [bySlot?.array, byNumberIfUsed()].filter((array) => array !== undefined);
