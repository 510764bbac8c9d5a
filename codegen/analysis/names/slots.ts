/** Places whose type is inferred from what is put into them: variables, map keys and map values. */
import type { MapDeclaration, Span, Variable } from "../../../grammar/index.js";
import { identical, promote } from "../../types/promote.js";
import type { Type } from "../../types/type.js";

/**
 * The type of what could not be typed: not known yet, or wrong in a way that has been reported. It is
 * told from `NONE`, the type of what has no value, by identity.
 */
export const UNKNOWN: Type = { kind: "none" };

export const isUnknown = (type: Type): boolean => type === UNKNOWN;

/** After so many changes of mind a slot only grows, so that inference ends. */
const MAX_RECOMPUTATIONS = 16;

/** What puts something into a slot: a node, most often. */
export interface Site {
  readonly span: Span;
}

export class Slot {
  #type: Type = UNKNOWN;
  readonly #contributions = new Map<Site, Type>();
  #declaredBy: Site | undefined;
  #recomputations = 0;
  /** Sites whose value has no type yet. */
  readonly #pending = new Set<Site>();
  readonly #refused = new Set<Site>();
  /** Contributions have to fit: by a declaration, or because the type was used as a constant. */
  #fixed: "declared" | "locked" | undefined;

  get type(): Type {
    return this.#type;
  }

  get isFixed(): boolean {
    return this.#fixed !== undefined;
  }

  get isLocked(): boolean {
    return this.#fixed === "locked";
  }

  /** More may come. */
  get isPending(): boolean {
    return this.#pending.size > 0;
  }

  fix(type: Type, declaredBy: Site): void {
    this.#type = type;
    this.#declaredBy = declaredBy;
    this.#fixed = "declared";
  }

  /** `refused`: what did not fit before that. */
  lock(type: Type, refused: ReadonlySet<Site>): void {
    this.#type = type;
    this.#fixed = "locked";
    for (const site of refused) this.#refused.add(site);
  }

  /** Sites whose value cannot be promoted to what came before. */
  get refused(): ReadonlySet<Site> {
    return this.#refused;
  }

  /**
   * `site` puts a value of `type` here. The slot's type is the promotion of what all sites put;
   * what cannot be promoted does not count, the checks will report it.
   *
   * @returns whether the slot's type has changed
   */
  contribute(site: Site, type: Type): boolean {
    if (this.isFixed || type.kind === "void") return false;
    if (isUnknown(type)) this.#pending.add(site);
    if (type.kind === "none") return false;
    this.#pending.delete(site);
    const before = this.#contributions.get(site);
    if (before !== undefined && identical(before, type)) return false;
    this.#contributions.set(site, type);
    if (!isUnknown(this.#type) && promote(this.#type, type) === undefined) this.#refused.add(site);
    const grown = before === undefined ? join(this.#type, type) : this.#recompute(type);
    if (identical(grown, this.#type) && !isUnknown(this.#type)) return false;
    this.#type = grown;
    return true;
  }

  /** Where the type comes from: the declaration, or the first site that counts; `told` is not asked for. */
  originBefore(told: Site | undefined): { readonly site: Site; readonly type: Type } | undefined {
    if (this.#declaredBy !== undefined) return { site: this.#declaredBy, type: this.#type };
    for (const [site, type] of this.#contributions) {
      if (site !== told && !this.#refused.has(site) && !isUnknown(type)) return { site, type };
    }
    return undefined;
  }

  #recompute(latest: Type): Type {
    this.#recomputations += 1;
    if (this.#recomputations > MAX_RECOMPUTATIONS) return join(this.#type, latest);
    return [...this.#contributions.values()].reduce(join, UNKNOWN);
  }
}

const join = (a: Type, b: Type): Type => (isUnknown(a) ? b : (promote(a, b) ?? a));

/** One declaration of a variable in one body. */
export interface VariableSlot {
  readonly id: number;
  readonly name: string;
  /** Where it was created. */
  readonly span: Span;
  readonly how: "declaration" | "assignment" | "loop";
  readonly slot: Slot;
  /** The node that created it. */
  readonly createdBy: Variable;
  /** Something is assigned to it somewhere. */
  isAssigned: boolean;
}

export interface MapSlot {
  readonly name: string;
  /** Of its first appearance. */
  readonly span: Span;
  /** Undefined: only raw uses, `print(@m)`, which do not decide. */
  readonly isKeyed: boolean | undefined;
  /** Something is assigned to it, or it is stepped. */
  readonly isWritten: boolean;
  readonly key: Slot;
  readonly value: Slot;
  /** Of an array of programs: its declaration. */
  readonly programs: MapDeclaration | undefined;
}
