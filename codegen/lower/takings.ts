/**
 * `print(@m); clear(@m);`: user space reads the map and empties it in one pass, so that no update in between is lost.
 * Only prints and clears of other maps may stand between the two.
 */
import { type AnyNode, type Block, type Call, type Expr, visit } from "../../grammar/index.js";
import type { TypedProgram } from "../analysis/typed-program.js";
import type { AnyFunction } from "../language/function.js";
import type { Takings } from "../language/takings.js";

export function findTakings({ probes, language }: TypedProgram): Takings {
  const useOf: UseOf = ({ name }) => language.functions.get(name)?.mapUse;
  const afterwards = new Map<Call, "clear" | "zero">();
  const done = new Set<Call>();
  const shrinking = new Set<string>();
  for (const { predicate, body } of probes) {
    const noteDeletion = (node: AnyNode): void => {
      if (node.kind !== "call" || useOf(node) !== "deletes") return;
      const [target] = node.args;
      if (target?.kind === "map") shrinking.add(target.name);
      // `delete(@m[k])`, as it was written once.
      else if (target?.kind === "map-access") shrinking.add(target.map.name);
    };
    if (predicate !== undefined) visit(predicate, noteDeletion);
    visit(body, (node) => {
      noteDeletion(node);
      if (node.kind !== "block") return;
      for (const { print, emptying, how, map } of pairs(node, useOf)) {
        afterwards.set(print, how);
        done.add(emptying);
        shrinking.add(map);
      }
    });
  }
  return { afterwards, done, shrinking };
}

interface Pair {
  readonly map: string;
  readonly print: Call;
  readonly emptying: Call;
  readonly how: "clear" | "zero";
}

type UseOf = (call: Call) => AnyFunction["mapUse"];

function pairs(block: Block, useOf: UseOf): readonly Pair[] {
  const found: Pair[] = [];
  /** Calls that print and that only prints and clears have followed. */
  let printed = new Map<string, Call>();
  for (const expr of expressionsOf(block)) {
    const map = expr?.kind === "call" && expr.args[0]?.kind === "map" ? expr.args[0].name : undefined;
    const use = expr?.kind === "call" ? useOf(expr) : undefined;
    if (map === undefined || expr?.kind !== "call" || use === undefined || use === "deletes") {
      printed = new Map();
    } else if (use === "prints") {
      printed.set(map, expr);
    } else {
      const print = printed.get(map);
      printed.delete(map);
      if (print !== undefined) found.push({ map, print, emptying: expr, how: use === "zeroes" ? "zero" : "clear" });
    }
  }
  return found;
}

/** Statements that are no expressions are undefined. */
const expressionsOf = ({ statements, value }: Block): readonly (Expr | undefined)[] => [
  ...statements.map((statement) => (statement.kind === "expr-statement" ? statement.expr : undefined)),
  value,
];
