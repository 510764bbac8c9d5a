/**
 * Makes a failing program smaller, as long as it still fails: probes, maps, macros and statements are left out, and
 * expressions give way to what is in them, or to a constant.
 *
 * Nothing here knows the kinds of nodes. What has a `result` is an expression, what stands in a list of statements is
 * a statement, and what an expression gives way to has the same type.
 */
import { isDeepStrictEqual } from "node:util";
import type { Expr, Program, Statement } from "./program.js";
import { someValue } from "./setup.js";
import { isSame, type ValueType } from "./types.js";

/** Every try compiles and runs a program. */
const MAX_TRIES = 3000;
const MAX_MS = 60_000;

export function shrink(program: Program, fails: (program: Program) => boolean, maxTries = MAX_TRIES): Program {
  let smallest = program;
  let tries = 0;
  const end = performance.now() + MAX_MS;
  for (let progress = true; progress;) {
    progress = false;
    for (const candidates of [cuts, simplifications]) {
      // After a success the search goes on behind what was just tried: what did not help before seldom helps now.
      for (let skipped = 0; ;) {
        const candidate = nth(candidates(smallest) as Iterable<Program>, skipped);
        if (candidate === undefined) break;
        if (performance.now() > end || (isClosed(candidate) && ++tries > maxTries)) return smallest;
        if (isClosed(candidate) && fails(candidate)) {
          smallest = candidate;
          progress = true;
        } else skipped++;
      }
    }
  }
  return smallest;
}

function nth<T>(items: Iterable<T>, n: number): T | undefined {
  let i = 0;
  for (const item of items) if (i++ === n) return item;
  return undefined;
}

// ---------------------------------------------------------------- what could be left out

/** Lists whose items may be left out. */
const LISTS: ReadonlySet<string> = new Set([
  ...["probes", "maps", "macros", "structs", "enums"],
  ...["statements", "body", "then", "otherwise", "values"],
]);
/** Types, which stay. */
const KEPT: ReadonlySet<string> = new Set(["result", "type", "key?", "aggregation", "structs", "enums", "maps"]);

const cuts = (program: Program): Iterable<unknown> => everywhere(program, withoutItems);
const simplifications = (program: Program): Iterable<unknown> => everywhere(program, simpler);

/** `node` with one change, at the top first. */
function* everywhere(node: unknown, change: (node: unknown) => Iterable<unknown>): Iterable<unknown> {
  yield* change(node);
  if (Array.isArray(node)) {
    for (const [i, item] of node.entries())
      for (const inner of everywhere(item, change)) yield node.toSpliced(i, 1, inner);
  } else if (isObject(node)) {
    for (const [name, value] of Object.entries(node)) {
      if (!KEPT.has(name)) for (const inner of everywhere(value, change)) yield { ...node, [name]: inner };
    }
  }
}

function* withoutItems(node: unknown): Iterable<unknown> {
  if (!isObject(node)) return;
  for (const [name, list] of Object.entries(node)) {
    if (!LISTS.has(name) || !Array.isArray(list)) continue;
    for (let size = list.length; size > 0; size = Math.floor(size / 2)) {
      for (let i = list.length - size; i >= 0; i -= size) yield { ...node, [name]: list.toSpliced(i, size) };
    }
    // What is in a statement, in its place.
    for (const [i, item] of (list as unknown[]).entries()) {
      if (!isObject(item) || "result" in item) continue;
      for (const body of ["body", "then", "otherwise"] as const) {
        if (Array.isArray(item[body])) yield { ...node, [name]: list.toSpliced(i, 1, ...(item[body] as Statement[])) };
      }
    }
  }
  if ("predicate" in node && node["predicate"] !== undefined) yield { ...node, predicate: undefined };
}

function* simpler(node: unknown): Iterable<unknown> {
  if (!isExpression(node)) return;
  if (node.kind === "constant" || node.kind === "literal" || node.kind === "enumerator") return;
  const { result } = node;
  const inner = [...expressionsIn(node)];
  for (const e of inner) if (isSame(e.result, result)) yield e;
  if (result.kind === "int" && node.kind !== "cast") {
    for (const e of inner) if (e.result.kind === "int") yield { kind: "cast", operand: e, result };
  }
  // Parts of an assignment's target, of an address and of a step are no values.
  if (!hasConstant(result)) return;
  const simplest = someValue(result);
  if (!isDeepStrictEqual(simplest, node)) yield simplest;
}

const hasConstant = (type: ValueType): boolean => {
  switch (type.kind) {
    case "struct":
    case "pointer":
    case "void":
    case "chars":
      return false;
    case "tuple":
      return type.elements.every(hasConstant);
    case "record":
      return type.members.every((member) => hasConstant(member.type));
    default:
      return true;
  }
};

/** The next ones below. */
function* expressionsIn(node: unknown): Iterable<Expr> {
  for (const [name, value] of Object.entries(node as object)) {
    if (KEPT.has(name)) continue;
    for (const item of Array.isArray(value) ? (value as unknown[]) : [value as unknown]) {
      if (isExpression(item)) yield item;
      else if (isObject(item)) yield* expressionsIn(item);
    }
  }
}

const isObject = (node: unknown): node is Record<string, unknown> =>
  typeof node === "object" && node !== null && !Array.isArray(node);
const isExpression = (node: unknown): node is Expr => isObject(node) && "result" in node;

// ---------------------------------------------------------------- what still means something

/** Whether all that is used is there, and targets are targets. */
function isClosed(program: Program): boolean {
  const maps = new Set(program.maps.map(({ name }) => name));
  const macros = new Set(program.macros.map(({ name }) => name));
  const types = new Set([...program.structs, ...program.enums].map(({ name }) => name));
  const known = (node: unknown, variables: Set<string>): boolean => {
    if (Array.isArray(node)) return node.every((item) => known(item, variables));
    if (!isObject(node)) return true;
    const { kind, name } = node as { kind?: string; name?: string };
    if (kind === "macro" && !macros.has(name ?? "")) return false;
    if ((kind === "struct" || kind === "enum") && !types.has(name ?? "")) return false;
    const target = node["target"];
    if (isObject(target) && target["kind"] !== "variable" && target["kind"] !== "map") return false;
    for (const key of ["name", "map", "variable"]) {
      const used = node[key];
      if (typeof used !== "string") continue;
      if (used.startsWith("@") && !maps.has(used)) return false;
      if (used.startsWith("$") && kind !== "declare" && !kind?.startsWith("for-") && !variables.has(used)) return false;
    }
    const own = kind?.startsWith("for-") ? new Set([...variables, node["variable"] as string]) : variables;
    if (!Object.values(node).every((value) => known(value, own))) return false;
    if (kind === "declare") variables.add(name ?? "");
    return true;
  };
  return (
    program.probes.length > 0 &&
    program.probes.every((probe) => known(probe, new Set())) &&
    program.macros.every((macro) => {
      for (const { name } of macro.parameters) maps.add(name);
      return known([macro.statements, macro.value], new Set(macro.parameters.map((p) => p.name)));
    }) &&
    known(
      program.maps.map((shape) => [shape.key, shape.value]),
      new Set(),
    ) &&
    known(program.structs, new Set())
  );
}
