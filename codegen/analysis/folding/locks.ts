/**
 * Types that have been used as constants: `sizeof($x)` is a literal now, so `$x` must not change any more
 * (language.md 10.10).
 */
import { type AnyNode, type Variable, visit } from "../../../grammar/index.js";
import type { Type } from "../../types/type.js";
import type { Maps } from "../names/maps.js";
import type { Variables } from "../names/scopes.js";
import { isUnknown, type MapSlot, type Site, type Slot, type VariableSlot } from "../names/slots.js";

export interface Names {
  readonly maps: Maps;
  readonly variables: Variables;
}

interface Lock {
  readonly type: Type;
  readonly refused: ReadonlySet<Site>;
}

/** Slots are made anew in each round; what names them stays. */
export class Locks {
  readonly #variables = new Map<Variable, Lock>();
  readonly #keys = new Map<string, Lock>();
  readonly #values = new Map<string, Lock>();

  /** Whether the types of all that the operand names are settled. */
  isSettled(operand: AnyNode, names: Names): boolean {
    let settled = true;
    eachSlot(operand, names, (slot) => {
      settled &&= !slot.isPending;
    });
    return settled;
  }

  /** From now on the types of all that the operand names are fixed. */
  add(operand: AnyNode, names: Names): void {
    eachSlot(operand, names, (slot, owner, part) => {
      if (isUnknown(slot.type) || slot.isFixed) return;
      const lock = { type: slot.type, refused: slot.refused };
      if ("createdBy" in owner) this.#variables.set(owner.createdBy, lock);
      else (part === "key" ? this.#keys : this.#values).set(owner.name, lock);
    });
  }

  apply({ maps, variables }: Names): void {
    for (const [node, { type, refused }] of this.#variables) variables.get(node)?.slot.lock(type, refused);
    for (const [name, { type, refused }] of this.#keys) maps.get(name)?.key.lock(type, refused);
    for (const [name, { type, refused }] of this.#values) maps.get(name)?.value.lock(type, refused);
  }
}

type Visit = (slot: Slot, owner: VariableSlot | MapSlot, part: "value" | "key") => void;

/** A keyed map without key stands for its keys. */
function eachSlot(operand: AnyNode, { maps, variables }: Names, enter: Visit): void {
  visit(operand, (node) => {
    if (node.kind === "variable") {
      const variable = variables.get(node);
      if (variable !== undefined) enter(variable.slot, variable, "value");
    }
    const name = node.kind === "map" ? node.name : node.kind === "map-access" ? node.map.name : undefined;
    const map = name === undefined ? undefined : maps.get(name);
    if (map === undefined) return true;
    const part = node.kind === "map" && map.isKeyed === true ? "key" : "value";
    enter(map[part], map, part);
    // The key in `@m[k]` says nothing about the value.
    return node.kind !== "map-access";
  });
}
