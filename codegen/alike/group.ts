/** Which programs of a script are alike. */
import type { IrFunction, IrProgram } from "../ir/ir.js";
import {
  type Differences,
  differencesOf,
  hashOf,
  isComparable,
  type OpenConstants,
  openConstantsOf,
} from "./differences.js";

/** Programs that differ in nothing but open constants. */
export class Group {
  readonly first: IrProgram;
  /** What each has in the place of what the first one has; that itself included. */
  readonly members: Differences[];
  #open: OpenConstants | undefined;

  constructor(first: IrProgram) {
    this.first = first;
    this.members = [{ numbers: first.functions.map(() => undefined), spans: new Map() }];
  }

  get open(): OpenConstants {
    return (this.#open ??= openConstantsOf(this.first));
  }

  /** Not all members have the very same function. */
  varies(fn: number): boolean {
    return this.members.some(({ numbers }) => numbers[fn] !== undefined);
  }
}

/** Where a program is among those that are alike. */
export interface Membership {
  readonly group: Group;
  readonly number: number;
}

/** So many are worth it: joining them may be in vain. */
const SEVERAL = 3;

/** Programs that look alike at first sight and are not are compared with so many others. */
const MAX_COMPARED = 4;

/** @returns by program; undefined for those that are like no others */
export function membershipsOf(programs: readonly IrProgram[]): readonly (Membership | undefined)[] {
  if (programs.length < SEVERAL) return [];
  const groups = new Map<number, Group[]>();
  const hashes = new Map<IrFunction, number>();
  const memberships = programs.map((program) => {
    if (!isComparable(program)) return undefined;
    const hash = hashOf(program, hashes);
    const candidates = groups.get(hash) ?? [];
    groups.set(hash, candidates);
    return joinOne(candidates, program);
  });
  return memberships.map((one) => (one === undefined || one.group.members.length < SEVERAL ? undefined : one));
}

function joinOne(candidates: Group[], program: IrProgram): Membership | undefined {
  for (const group of candidates) {
    const differences = differencesOf(group.first, group.open, program);
    if (differences !== undefined) return { group, number: group.members.push(differences) - 1 };
  }
  if (candidates.length >= MAX_COMPARED) return undefined;
  const group = new Group(program);
  candidates.push(group);
  return { group, number: 0 };
}
