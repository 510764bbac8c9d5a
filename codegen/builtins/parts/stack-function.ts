/** `kstack(…)` and `ustack(…)`: what they have in common, which is all but their names (stdlib.md 12). */
import { type Call, didYouMean, type Expr } from "../../../grammar/index.js";
import {
  type CallCheck,
  type CallTyping,
  defineFunction,
  type Doc,
  type FunctionDefinition,
} from "../../language/function.js";
import type { StackMode, StackType } from "../../types/type.js";
import {
  capture,
  captured,
  checkUnwinding,
  DEFAULT_LIMIT,
  defaultStack,
  type StackName,
  stackTypeOf,
} from "../../vocabulary/stack.js";

const MAX_LIMIT = 1024n;
const MODES: ReadonlySet<string> = new Set<StackMode>(["bpftrace", "perf", "raw", "build_id"]);

export const defineStack = (name: StackName, doc: Doc): FunctionDefinition =>
  defineFunction({
    name,
    doc,
    // Which is which the check finds out: a single argument may be either.
    params: [
      { name: "mode", kind: "name", isOptional: true },
      { name: "limit", kind: "name", isOptional: true },
    ],
    result: resultType,
    check: checkArguments,
    lower: (cx, call) => captured(cx, call),
    lowerInto: (cx, call, place) => capture(cx, stackTypeOf(cx, call), place, call),
  });

// ---------------------------------------------------------------- arguments

interface StackArguments {
  readonly mode: Expr | undefined;
  readonly limit: Expr | undefined;
}

function argumentsOf({ args }: Call): StackArguments {
  const [first, second] = args;
  if (second !== undefined) return { mode: first, limit: second };
  return first?.kind === "identifier" ? { mode: first, limit: undefined } : { mode: undefined, limit: first };
}

/** Wrong arguments count as left out: more is not to be said about the value. */
function resultType({ call, config }: CallTyping): StackType {
  const { mode, limit } = argumentsOf(call);
  const frames = limit && limitOf(limit);
  return {
    kind: "stack",
    isUser: call.name !== "kstack",
    mode: (mode && modeOf(mode)) ?? defaultStack(call.name as StackName, config).mode,
    limit: frames === undefined || frames > MAX_LIMIT ? DEFAULT_LIMIT : Number(frames),
  };
}

const modeOf = (mode: Expr): StackMode | undefined =>
  mode.kind === "identifier" && MODES.has(mode.name) ? (mode.name as StackMode) : undefined;

const limitOf = (limit: Expr): bigint | undefined =>
  limit.kind === "integer" && limit.value >= 0n ? limit.value : undefined;

function checkArguments({ call, config, facts, bag }: CallCheck): void {
  const { name, span } = call;
  if (name === "dw_ustack") checkUnwinding(span, facts, bag);
  const { mode, limit } = argumentsOf(call);
  if (mode !== undefined && mode.kind !== "identifier") bag.error("stack-mode-first", span, {});
  else if (mode !== undefined && modeOf(mode) === undefined) {
    const word = mode.name;
    bag.error("stack-mode", mode.span, { name }, { help: () => ({ hints: didYouMean(word, MODES) }) });
  } else if (name !== "ustack" && (mode === undefined ? config.stackMode : modeOf(mode)) === "build_id") {
    bag.error("stack-build-id", span, {});
  }
  if (limit === undefined) return;
  const frames = limitOf(limit);
  if (frames === undefined) bag.error("stack-limit", span, { name });
  else if (frames > MAX_LIMIT) bag.error("stack-limit-range", span, { name, max: MAX_LIMIT, given: frames });
}
