/** Rows as nodes of a tree: see `codegen/kernel/unwind-rules.ts`. */
import { MAX_LEVELS, NO_ADDRESS, NODE_BYTES, NODE_ROWS, RULE_KIND } from "../../codegen/kernel/unwind-rules.js";
import type { FrameRows } from "./frame-rows.js";

export interface FrameTree {
  /** The root comes last. Values above the lowest level are indexes into this list, and a `firstNode` more. */
  readonly nodes: readonly Uint8Array[];
  readonly levels: number;
}

/** Undefined: there are no rows, or more than a tree has room for. */
export function buildTree(
  { addresses: all, rules }: FrameRows,
  { base, firstNode }: { readonly base: number; readonly firstNode: number },
): FrameTree | undefined {
  const [from, to] = [countBelow(all, base), countBelow(all, base + NO_ADDRESS)];
  const nodes: Uint8Array[] = [];
  // What is in front of the first row is in none.
  let addresses = new Float64Array(to - from + 1);
  let values = new Uint32Array(addresses.length);
  values[0] = RULE_KIND.none;
  for (let i = from; i < to; i++) addresses[i - from + 1] = (all[i] as number) - base;
  values.set(rules.subarray(from, to), 1);
  addresses[0] = 0;
  for (let levels = 1; levels <= MAX_LEVELS; levels++) {
    const first = nodes.length;
    for (let at = 0; at < addresses.length; at += NODE_ROWS) nodes.push(nodeOf(addresses, values, at));
    if (nodes.length === first + 1) return { nodes, levels };
    values = Uint32Array.from({ length: nodes.length - first }, (_, i) => firstNode + first + i);
    addresses = Float64Array.from(values, (_, i) => addresses[i * NODE_ROWS] as number);
  }
  return undefined;
}

/** Addresses are 32-bit numbers: code farther from the base has no rules. */
function countBelow(addresses: Float64Array, end: number): number {
  let count = addresses.length;
  while (count > 0 && (addresses[count - 1] as number) >= end) count--;
  return count;
}

function nodeOf(addresses: Float64Array, values: Uint32Array, from: number): Uint8Array {
  const words = new Uint32Array(NODE_BYTES / 4);
  for (let i = 0; i < NODE_ROWS; i++) {
    const at = from + i;
    words[2 * i] = at < addresses.length ? (addresses[at] as number) : NO_ADDRESS;
    words[2 * i + 1] = at < values.length ? (values[at] as number) : RULE_KIND.none;
  }
  return new Uint8Array(words.buffer);
}
