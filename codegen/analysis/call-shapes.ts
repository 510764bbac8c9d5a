/** What can be said of calls without types: how many arguments, maps where maps belong, `--unsafe` (language.md 19.3). */
import { type AnyNode, type Call, type Context, context, type DiagnosticBag, type Expr, forEachChild, type Unroll } from "../../grammar/index.js";
import type { AnyFunction } from "../functions/define.js";
import { FUNCTIONS } from "../functions/index.js";
import type { AnalysisInput, ProbeBody } from "./input.js";

export function checkCalls(probes: readonly ProbeBody[], input: Pick<AnalysisInput, "isUnsafe" | "bag">): void {
  const visit = (node: AnyNode): void => {
    if (node.kind === "call") checkCall(node, input);
    if (node.kind === "unroll") checkUnroll(node, input.bag);
    forEachChild(node, visit);
  };
  for (const probe of probes) {
    if (probe.predicate !== undefined) visit(probe.predicate);
    visit(probe.body);
  }
}

function checkCall(call: Call, { isUnsafe, bag }: Pick<AnalysisInput, "isUnsafe" | "bag">): void {
  const definition = FUNCTIONS.get(call.name);
  if (definition === undefined) return;
  const { wanted, code } = arityProblem(call, definition);
  if (code !== undefined && isCompilerFunction(call.name)) {
    return bag.error(code, call.span, { name: call.name, given: call.args.length, wanted });
  }
  if (code !== undefined) return mismatch(bag, call, "definition-arity", call, { given: call.args.length, wanted });
  for (const [i, param] of definition.params.entries()) {
    const arg = call.args[i];
    if (arg === undefined || param.kind !== "map" || isMap(arg, param.acceptsEntry === true)) continue;
    if (isCompilerFunction(call.name)) return bag.error("argument-map", arg.span, { name: call.name });
    return mismatch(bag, call, "definition-kind", arg, { param: `@${param.name}` });
  }
  if (definition.isUnsafe === true && !isUnsafe) {
    bag.error(call.name === "system" ? "function-unsafe" : "function-needs-unsafe", call.span, { name: call.name });
  }
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

/**
 * Functions of bpftrace's compiler. All others are macros of its library, whose wrong arguments are reported as
 * those of macros (stdlib.md 1.1, 1.2).
 */
const COMPILER_FUNCTIONS: ReadonlySet<string> = new Set([
  "avg", "bswap", "buf", "cat", "cgroup_path", "cgroupid", "clear", "count", "debugf", "errorf", "exit", "fail", "hist",
  "join", "kaddr", "kptr", "kstack", "ksym", "lhist", "macaddr", "max", "min", "nsecs", "ntop", "path", "percpu_kaddr",
  "pid", "print", "printf", "pton", "reg", "skboutput", "socket_cookie", "stats", "str", "strftime", "strncmp", "sum",
  "system", "tid", "time", "tseries", "unwatch", "uptr", "ustack", "usym", "warnf", "zero", "getopt", "is_scalar",
  "stack_len",
]);

const isCompilerFunction = (name: string): boolean => COMPILER_FUNCTIONS.has(name);

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
  if (count.kind !== "integer") return bag.error("unroll-literal", node.span, {});
  if (count.value > MAX_UNROLL) bag.error("unroll-maximum", node.span, {});
  if (count.value < 1n) bag.error("unroll-minimum", node.span, {});
}
