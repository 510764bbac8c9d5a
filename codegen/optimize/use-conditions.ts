/**
 * Decides a branch on `eq` or `ne` whose outcome a dominating branch has shown already: the second null check of a pointer that
 * was looked up once. Where a pointer is known not to be null, the parameter that lost its null stands for it.
 *
 * Only equality: the bound that another comparison proves belongs, for the verifier, to the register that was compared just
 * before the access, and must stay there.
 */
import { walkDominators, type Graph } from "../ir/graph.js";
import type { Block, BlockId, IrFunction, Target, Terminator, Value } from "../ir/ir.js";
import { NOT_NULL } from "../ir/verify.js";
import { definitionsFor, dominatorsFor, graphFor } from "./analyses.js";
import { dropUnreachable, withBlocks } from "./blocks.js";
import type { KnownDefinitions } from "./definitions.js";
import type { Pass } from "./pass.js";
import { ScopedMap } from "./scoped-map.js";

export const useConditions: Pass = { name: "use-conditions", run };

type Branch = Extract<Terminator, { op: "branch" }>;

interface Known {
  readonly isEqual: boolean;
  /** The compared pointer without its null. */
  readonly notNull: Value | undefined;
}

function run(fn: IrFunction): IrFunction {
  if (fn.blocks.length < 3) return fn;
  const graph = graphFor(fn);
  const definitions = definitionsFor(fn);
  const known = new ScopedMap<string, Known>();
  const changed = new Map<BlockId, Block>();

  walkDominators(graph, dominatorsFor(fn).children, {
    enter(id) {
      known.open();
      const block = graph.block(id);
      learn(fn, graph, block, definitions, known);
      const terminator = decide(fn, block.terminator, definitions, known);
      if (terminator !== block.terminator) changed.set(id, { ...block, terminator });
    },
    leave: () => known.close(),
  });
  return dropUnreachable(
    withBlocks(
      fn,
      fn.blocks.map((block) => changed.get(block.id) ?? block),
    ),
  );
}

/** What the only edge into a block says. */
function learn(
  fn: IrFunction,
  graph: Graph,
  block: Block,
  definitions: KnownDefinitions,
  known: ScopedMap<string, Known>,
): void {
  const [from, another] = graph.predecessors(block.id);
  if (from === undefined || another !== undefined) return;
  const { terminator } = graph.block(from);
  if (terminator.op !== "branch" || !isEquality(terminator)) return;
  const target = terminator.then.block === block.id ? terminator.then : terminator.otherwise;
  const isEqual = (terminator.condition === "eq") === (target === terminator.then);
  const key = comparisonKey(terminator, definitions);
  known.set(key, { isEqual, notNull: known.get(key)?.notNull ?? narrowed(fn, block, target, terminator.left) });
}

/** The parameter that the compared pointer becomes. */
function narrowed(fn: IrFunction, block: Block, target: Target, pointer: Value): Value | undefined {
  const type = NOT_NULL[fn.types[pointer] ?? "int"];
  return block.params.find((param, index) => target.args[index] === pointer && fn.types[param] === type);
}

function decide(
  fn: IrFunction,
  terminator: Terminator,
  definitions: KnownDefinitions,
  known: ScopedMap<string, Known>,
): Terminator {
  if (terminator.op !== "branch" || !isEquality(terminator)) return terminator;
  const fact = known.get(comparisonKey(terminator, definitions));
  if (fact === undefined) return terminator;
  const isTaken = (terminator.condition === "eq") === fact.isEqual;
  const target = isTaken ? terminator.then : terminator.otherwise;
  const { notNull } = fact;
  const nullable = NOT_NULL[fn.types[terminator.left] ?? "int"] !== undefined;
  if (!nullable || fact.isEqual) return { op: "jump", target, span: terminator.span };
  // Without a name for the pointer that is not null, the check must stay if the target wants one.
  if (notNull === undefined) {
    return target.args.includes(terminator.left) ? terminator : { op: "jump", target, span: terminator.span };
  }
  const args = target.args.map((arg) => (arg === terminator.left ? notNull : arg));
  return { op: "jump", target: { ...target, args }, span: terminator.span };
}

const isEquality = ({ condition }: Branch): boolean => condition === "eq" || condition === "ne";

function comparisonKey({ left, right }: Branch, definitions: KnownDefinitions): string {
  const constant = definitions.constantOf(right);
  return constant === undefined ? `${left} ${right}` : `${left} =${constant}`;
}
