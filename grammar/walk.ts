/**
 * Walking and rebuilding trees. Which properties of a node hold its children is one table; the type
 * checker refuses it when a property is missing.
 */
import type { AnyNode } from "./ast.js";

type Kind = AnyNode["kind"];
type NodeOf<K extends Kind> = Extract<AnyNode, { kind: K }>;

/** The properties whose values are nodes, or lists of nodes. */
type ChildKey<N> = {
  [P in keyof N]-?: NonNullable<N[P]> extends AnyNode | readonly AnyNode[] ? P : never;
}[keyof N];

type ChildTable = { readonly [K in Kind]: { readonly [P in ChildKey<NodeOf<K>>]: true } };

/** Each row in the order of the source. */
const CHILDREN: ChildTable = {
  program: { cDefinitions: true, config: true, imports: true, items: true },
  "c-definition": {},
  config: { settings: true },
  setting: {},
  "root-import": {},
  "map-declaration": {},
  macro: { params: true, body: true },
  probe: { attachPoints: true, predicate: true, body: true },
  prog: { body: true },
  "attach-point": {},
  block: { statements: true, value: true },
  "expr-statement": { expr: true },
  assign: { target: true, value: true },
  let: { variable: true, type: true, value: true },
  discard: { value: true },
  break: {},
  continue: {},
  return: { value: true },
  for: { variable: true, over: true, body: true },
  range: { start: true, end: true },
  while: { condition: true, body: true },
  unroll: { count: true, body: true },
  "import-statement": {},
  integer: {},
  string: {},
  bool: {},
  positional: {},
  "positional-count": {},
  identifier: {},
  variable: {},
  map: {},
  "map-access": { map: true, key: true },
  call: { args: true },
  unary: { operand: true },
  step: { target: true },
  binary: { left: true, right: true },
  ternary: { condition: true, then: true, otherwise: true },
  cast: { type: true, operand: true },
  field: { object: true },
  index: { object: true, index: true },
  tuple: { elements: true },
  record: { fields: true },
  "record-field": { value: true },
  if: { condition: true, then: true, otherwise: true },
  sizeof: { operand: true },
  offsetof: { operand: true },
  typeinfo: { operand: true },
  typeof: { operand: true },
  comptime: { operand: true },
  "named-type": {},
  "pointer-type": { to: true },
  "array-type": { element: true },
  "typeof-type": { operand: true },
};

const KEYS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(CHILDREN).map(([kind, keys]) => [kind, Object.keys(keys)]),
);

type Slots = Readonly<Record<string, AnyNode | readonly AnyNode[] | undefined>>;

const keysOf = (node: AnyNode): readonly string[] => KEYS.get(node.kind) ?? [];

/** The table promises that these properties, and no others, hold nodes. */
const slotsOf = (node: AnyNode): Slots => node as unknown as Slots;

const isList = (slot: AnyNode | readonly AnyNode[]): slot is readonly AnyNode[] => Array.isArray(slot);

/** Calls `f` with each child, in the order of the source. */
export function forEachChild(node: AnyNode, f: (child: AnyNode) => void): void {
  const slots = slotsOf(node);
  for (const key of keysOf(node)) {
    const slot = slots[key];
    if (slot === undefined) continue;
    if (isList(slot)) for (const child of slot) f(child);
    else f(slot);
  }
}

export function children(node: AnyNode): readonly AnyNode[] {
  const found: AnyNode[] = [];
  forEachChild(node, (child) => found.push(child));
  return found;
}

/** Calls `enter` with the node and all below it, parents first. When it answers false, the node's children are left out. */
export function visit(node: AnyNode, enter: (node: AnyNode) => boolean | void): void {
  if (enter(node) === false) return;
  // As `forEachChild`, without a function for each node: checks walk a script two dozen times.
  const slots = slotsOf(node);
  for (const key of keysOf(node)) {
    const slot = slots[key];
    if (slot === undefined) continue;
    if (isList(slot)) for (const child of slot) visit(child, enter);
    else visit(slot, enter);
  }
}

/** Whether the test holds for the node, or for any below it. */
export function someNode(node: AnyNode, test: (node: AnyNode) => boolean): boolean {
  let isFound = false;
  visit(node, (one) => !isFound && !(isFound = test(one)));
  return isFound;
}

/**
 * The node with `f` applied to each child; the node itself when `f` changed none.
 *
 * `f` must answer with a node that fits the child's place: an expression for an expression and so on.
 */
export function mapChildren<N extends AnyNode>(node: N, f: (child: AnyNode) => AnyNode): N {
  const slots = slotsOf(node);
  let changed: Record<string, unknown> | undefined;
  for (const key of keysOf(node)) {
    const slot = slots[key];
    if (slot === undefined) continue;
    const mapped = isList(slot) ? mapList(slot, f) : f(slot);
    if (mapped !== slot) (changed ??= { ...node })[key] = mapped;
  }
  return changed === undefined ? node : (changed as unknown as N);
}

function mapList(list: readonly AnyNode[], f: (child: AnyNode) => AnyNode): readonly AnyNode[] {
  const mapped = list.map(f);
  return mapped.some((child, i) => child !== list[i]) ? mapped : list;
}

/** Applies `f` to the node and all below it, children first; see {@link mapChildren}. */
export function rewrite(node: AnyNode, f: (node: AnyNode) => AnyNode): AnyNode {
  return f(mapChildren(node, (child) => rewrite(child, f)));
}

/** The same tree made of new nodes, so that side tables can tell the two apart. */
export function copy<N extends AnyNode>(node: N): N {
  const copied = mapChildren(node, copy);
  return copied === node ? { ...node } : copied;
}
