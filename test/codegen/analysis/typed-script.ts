import type { MapInfo } from "../../../codegen/language/map-info.js";
import { expect } from "vitest";
import { type AnyNode, type Expr, visit } from "../../../grammar/index.js";
import type { TypedProgram } from "../../../codegen/analysis/typed-program.js";
import { typeName } from "../../../codegen/types/type.js";
import { analyseScript, listed, type ScriptOptions } from "./analyse-script.js";

/** The typed program of a script without errors. */
export function typedScript(script: string, options: ScriptOptions = {}): TypedProgram {
  const { typed, diagnostics } = analyseScript(script, options);
  expect(diagnostics.filter((d) => d.severity === "error").map(listed)).toEqual([]);
  if (typed === undefined) throw new Error("no typed program");
  return typed;
}

const nodesOf = (typed: TypedProgram): readonly AnyNode[] => {
  const nodes: AnyNode[] = [];
  for (const probe of typed.probes) {
    if (probe.predicate !== undefined) visit(probe.predicate, (node) => void nodes.push(node));
    visit(probe.body, (node) => void nodes.push(node));
  }
  return nodes;
};

/** What `print()` gets, in order. */
export const printed = (typed: TypedProgram): readonly Expr[] =>
  nodesOf(typed).flatMap((node) => (node.kind === "call" && node.name === "print" ? node.args.slice(0, 1) : []));

/** The types of what `print()` gets. */
export const printedTypes = (script: string, options: ScriptOptions = {}): readonly string[] => {
  const typed = typedScript(script, options);
  return printed(typed).map((expr) => typeName(typed.typeOf(expr)));
};

/** `key -> value` of a map; `value` alone for a scalar one. */
export function mapType(script: string, name: string): string {
  const { key, value }: MapInfo = typedScript(script).mapNamed(name);
  return key === undefined ? typeName(value) : `${typeName(key)} -> ${typeName(value)}`;
}
