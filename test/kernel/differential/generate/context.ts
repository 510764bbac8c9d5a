/** What the generator knows at each place of a program. */
import type { EnumType, StructType, ValueType } from "../types.js";
import type { Macro, MapShape } from "../program.js";

export interface Variable {
  readonly name: string;
  readonly type: ValueType;
  /** Declared with its type: whatever is assigned is converted, and does not change the type. */
  readonly isTyped: boolean;
  /** Loop variables, counters, arguments. */
  readonly isReadOnly: boolean;
}

export interface Scope {
  /** Grows as variables are declared. */
  readonly variables: Variable[];
  /** Plain maps that may be read, and stored to unless the scope is pure. */
  readonly maps: readonly MapShape[];
  readonly aggregations: readonly MapShape[];
  /** Of a macro: arguments that are expressions. */
  readonly parameters: readonly { readonly name: string; readonly type: ValueType }[];
  readonly macros: readonly Macro[];
  /** Nothing may change: the order of evaluation is not known. */
  readonly isPure: boolean;
  /** Of blocks; names of variables show it, so that none hides another. */
  readonly depth: number;
  readonly loops: number;
  readonly canBreak: boolean;
  readonly canReturn: boolean;
}

/** A block of its own. */
export const inside = (scope: Scope, changes: Partial<Scope> = {}): Scope => ({
  ...scope,
  variables: [...scope.variables],
  depth: scope.depth + 1,
  ...changes,
});

/** One for each program. */
export class Context {
  readonly structs: readonly StructType[];
  readonly enums: readonly EnumType[];
  readonly positional: readonly string[];
  readonly #random: (below: number) => number;
  #statements: number;

  /** @param random gives an integer below its argument */
  constructor(
    random: (below: number) => number,
    world: Pick<Context, "structs" | "enums" | "positional">,
    statements: number,
  ) {
    this.#random = random;
    this.structs = world.structs;
    this.enums = world.enums;
    this.positional = world.positional;
    this.#statements = statements;
  }

  below(n: number): number {
    return this.#random(n);
  }

  /** True once in `n`. */
  once(n: number): boolean {
    return this.#random(n) === 0;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.#random(items.length)];
    if (item === undefined) throw new Error("nothing to pick from");
    return item;
  }

  /** The first of the alternatives, in a random order by weight, that is possible here. */
  choose<T>(alternatives: readonly (readonly [number, () => T | undefined])[]): T {
    const left = [...alternatives];
    for (;;) {
      const total = left.reduce((sum, [weight]) => sum + weight, 0);
      if (total === 0) throw new Error("nothing is possible");
      let at = this.#random(total);
      const i = left.findIndex(([weight]) => (at -= weight) < 0);
      const made = left[i]?.[1]();
      if (made !== undefined) return made;
      left.splice(i, 1);
    }
  }

  /** Whether the program may have one more compound statement. */
  spend(): boolean {
    return this.#statements-- > 0;
  }
}
