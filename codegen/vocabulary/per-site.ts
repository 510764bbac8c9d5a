/** Code that differs between the places of a probe: each is told by its attach cookie, which is its number. */
import type { BlockId, Value } from "../ir/ir.js";
import type { Lowering } from "../language/lowering.js";

interface PerSite<T> {
  /** By the number of the site; plain data. */
  readonly values: readonly T[];
  readonly make: (value: T) => Value;
}

/** What is made of the value of the site that fired; where all sites agree nobody asks which one it was. */
export function perSite<T>(cx: Lowering, key: string, { values, make }: PerSite<T>): Value {
  const arms = armsOf(values);
  const [only] = arms;
  if (arms.length === 1 && only !== undefined) return cx.atEntry(key, () => make(only.value));
  const site = cx.atEntry("site", () => cx.siteNumber());
  return cx.atEntry(key, () => choose(cx, site, arms, make));
}

interface Arm<T> {
  readonly value: T;
  /** Numbers of the sites that have it. */
  readonly sites: number[];
}

/** Most sites of a probe agree: each value becomes code only once. */
function armsOf<T>(values: readonly T[]): readonly Arm<T>[] {
  const arms = new Map<string, Arm<T>>();
  for (const [site, value] of values.entries()) {
    const key = JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? `${part}n` : part));
    const arm = arms.get(key);
    if (arm === undefined) arms.set(key, { value, sites: [site] });
    else arm.sites.push(site);
  }
  return [...arms.values()];
}

/** A search by halves over the runs of sites that agree. */
function choose<T>(cx: Lowering, site: Value, arms: readonly Arm<T>[], make: (value: T) => Value): Value {
  const { b } = cx;
  const blocks = arms.map(() => b.block());
  const runs = runsOf(arms);
  const search = (from: number, to: number): void => {
    const middle = (from + to) >> 1;
    const [first, second] = [runs[from], runs[middle]];
    if (first === undefined || second === undefined) return;
    if (to - from === 1) return b.jump(blocks[first.arm] as BlockId);
    const [lower, upper] = [b.block(), b.block()];
    b.branch("ult", site, b.int(second.start), lower, upper);
    b.switchTo(lower);
    search(from, middle);
    b.switchTo(upper);
    search(middle, to);
  };
  search(0, runs.length);
  const after = b.block(["int"]);
  for (const [i, { value }] of arms.entries()) {
    b.switchTo(blocks[i] as BlockId);
    b.jump(after, [make(value)]);
  }
  b.switchTo(after);
  return b.paramsOf(after)[0] as Value;
}

/** Neighbouring sites with the same value, by the number of the first. */
function runsOf(arms: readonly Arm<unknown>[]): readonly { readonly start: number; readonly arm: number }[] {
  const armOf: number[] = [];
  for (const [arm, { sites }] of arms.entries()) for (const site of sites) armOf[site] = arm;
  return armOf.flatMap((arm, start) => (arm === armOf[start - 1] ? [] : [{ start, arm }]));
}
