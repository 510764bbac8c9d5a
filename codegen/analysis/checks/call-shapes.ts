/** What can be said of calls without types: how many arguments, maps where maps belong, `--unsafe` (language.md 19.3). */
import {
  type AnyNode,
  type Call,
  type Context,
  context,
  type DiagnosticBag,
  type Expr,
  isParserBuiltin,
  type Unroll,
  visit,
} from "../../../grammar/index.js";
import type { AnyFunction, Param } from "../../language/function.js";
import { builtinNamed, type Language } from "../../language/language.js";
import type { AnalysisInput, ProbeBody } from "../input.js";

/** Macros of the library are matched with their calls before anything else is looked at. */
export function checkLibraryCalls(probes: readonly ProbeBody[], language: Language, bag: DiagnosticBag): void {
  eachNode(probes, (node) => {
    const definition = node.kind === "call" ? language.functions.get(node.name) : undefined;
    if (node.kind !== "call" || (definition !== undefined && definition.isMacro !== true)) return;
    const isVariable = builtinNamed(language, node.name) !== undefined;
    if (isVariable && node.args.length === 0) return;
    if (definition !== undefined) checkMacroShape(node, definition, bag);
    else if (isVariable && !isParserBuiltin(node.name)) {
      mismatch(bag, node, "definition-arity", node, { given: node.args.length, wanted: 0 });
    }
  });
}

export function checkCalls(
  probes: readonly ProbeBody[],
  { language, isUnsafe, bag }: Pick<AnalysisInput, "language" | "isUnsafe" | "bag">,
): void {
  eachNode(probes, (node, { context }) => {
    if (node.kind === "unroll") checkUnroll(node, bag);
    const definition = node.kind === "call" ? language.functions.get(node.name) : undefined;
    if (node.kind !== "call" || definition === undefined) return;
    if (definition.isMacro !== true) checkFunctionShape(node, definition, bag);
    definition.checkPlace?.(node, context, bag);
    if (definition.isUnsafe !== true || isUnsafe) return;
    const code = definition.words?.unsafe ?? "function-needs-unsafe";
    bag.error(code, node.span, { name: node.name }, { help: () => ({ hints: ["`--unsafe` allows it."] }) });
  });
}

function eachNode(probes: readonly ProbeBody[], enter: (node: AnyNode, probe: ProbeBody) => void): void {
  for (const probe of probes) {
    const enterNode = (node: AnyNode): void => enter(node, probe);
    if (probe.predicate !== undefined) visit(probe.predicate, enterNode);
    visit(probe.body, enterNode);
  }
}

function checkMacroShape(call: Call, definition: AnyFunction, bag: DiagnosticBag): void {
  const { wanted, code } = arityProblem(call, definition);
  if (code !== undefined) return mismatch(bag, call, "definition-arity", call, { given: call.args.length, wanted });
  const wrong = notMap(call, definition);
  if (wrong !== undefined) mismatch(bag, call, "definition-kind", wrong.arg, { param: `@${wrong.param.name}` });
}

function checkFunctionShape(call: Call, definition: AnyFunction, bag: DiagnosticBag): void {
  const { wanted, code } = arityProblem(call, definition);
  if (code !== undefined) return bag.error(code, call.span, { name: call.name, given: call.args.length, wanted });
  const wrong = notMap(call, definition);
  if (wrong === undefined) return;
  const words = definition.words?.notMap;
  if (words !== undefined) bag.error(words, call.span, { name: call.name });
  else bag.error("argument-map", wrong.arg.span, { name: call.name });
}

/** The first argument that is no map where one belongs. */
function notMap(call: Call, definition: AnyFunction): { readonly arg: Expr; readonly param: Param } | undefined {
  for (const [i, param] of definition.params.entries()) {
    const arg = call.args[i];
    const acceptsEntry = param.acceptsEntry === true && call.args.length === 1;
    if (arg === undefined || param.kind !== "map" || param.acceptsValue === true) continue;
    if (!isMap(arg, acceptsEntry)) return { arg, param };
  }
  return undefined;
}

const isMap = (arg: Expr, acceptsEntry: boolean): boolean =>
  arg.kind === "map" || (acceptsEntry && arg.kind === "map-access");

// ---------------------------------------------------------------- arity

interface ArityProblem {
  readonly code: "arity-exact" | "arity-minimum" | "arity-maximum" | undefined;
  readonly wanted: number;
}

function arityProblem(call: Call, definition: AnyFunction): ArityProblem {
  const required = definition.params.filter((param) => param.isOptional !== true).length;
  const isOpen = definition.params.at(-1)?.isRest === true;
  const most = definition.maxArgs ?? (isOpen ? Infinity : definition.params.length);
  const given = call.args.length;
  if (required === most) return { code: given === required ? undefined : "arity-exact", wanted: required };
  if (given < required) return { code: "arity-minimum", wanted: required };
  return { code: given > most ? "arity-maximum" : undefined, wanted: most };
}

function mismatch(
  bag: DiagnosticBag,
  call: Call,
  code: "definition-arity" | "definition-kind",
  at: Expr,
  details: { readonly given?: number; readonly wanted?: number; readonly param?: string },
): void {
  const note: Context =
    code === "definition-arity"
      ? context(code, at.span, { name: call.name, given: details.given ?? 0, wanted: details.wanted ?? 0 })
      : context(code, at.span, { name: call.name, param: details.param ?? "", wanted: "map", given: kindOf(at) });
  bag.error("definition-mismatch", call.span, { name: call.name }, { contexts: [note] });
}

const kindOf = (arg: Expr): string => (arg.kind === "variable" ? "a variable" : "an expression");

// ---------------------------------------------------------------- unroll

const MAX_UNROLL = 100n;

function checkUnroll(node: Unroll, bag: DiagnosticBag): void {
  const { count } = node;
  if (count.kind === "sizeof" || count.kind === "offsetof") return;
  if (count.kind !== "integer" || count.value < 0n) return bag.error("unroll-literal", node.span, {});
  if (count.value > MAX_UNROLL) bag.error("unroll-maximum", node.span, {});
  if (count.value < 1n) bag.error("unroll-minimum", node.span, {});
}
