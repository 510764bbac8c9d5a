/** Ids of the current task: `pid` and `tid`, in the namespaces that they may be asked for in (stdlib.md 6). */
import { type Call, didYouMean } from "../../../grammar/index.js";
import { type CallCheck, defineFunction, type FunctionDefinition } from "../../language/function.js";
import type { Value } from "../../ir/ir.js";
import { type Lowering, scalar } from "../../language/lowering.js";
import { UINT32 } from "../../types/type.js";
import type { PidNamespace } from "../../vocabulary/task-ids.js";
import { type BuiltinDefinition, defineBuiltin } from "../../language/builtin.js";

interface TaskId {
  readonly name: "pid" | "tid";
  readonly summary: string;
  readonly read: (cx: Lowering, namespace: PidNamespace) => Value;
}

/** `pid` and `pid()`. */
export const defineTaskId = ({ name, summary, read }: TaskId): BuiltinDefinition =>
  defineBuiltin({
    name,
    doc: { summary, example: `BEGIN { print(${name}); exit(); }` },
    type: UINT32,
    lower: (cx) => scalar(read(cx, "curr_ns")),
  });

/** `pid(init)`. */
export const defineTaskIdIn = ({ name, summary, read }: TaskId): FunctionDefinition =>
  defineFunction({
    name,
    doc: {
      summary: `${summary} \`${name}(curr_ns)\`, or \`${name}\`, is as the tracer sees it, \`${name}(init)\` as the whole system does.`,
      example: `BEGIN { print(${name}(init)); exit(); }`,
    },
    params: [{ name: "namespace", kind: "name", isOptional: true }],
    result: UINT32,
    check: checkNamespace,
    lower: (cx, call) => scalar(read(cx, namespaceOf(call) ?? "curr_ns")),
  });

function checkNamespace({ call, bag }: CallCheck): void {
  const [word] = call.args;
  if (word === undefined) return;
  if (word.kind !== "identifier") bag.error("pid-namespace-word", call.span, { name: call.name });
  else if (namespaceOf(call) === undefined) {
    const help = () => ({ hints: didYouMean(word.name, ["curr_ns", "init"]) });
    bag.error("pid-namespace-unknown", word.span, { word: word.name }, { help });
  }
}

function namespaceOf({ args: [word] }: Call): PidNamespace | undefined {
  if (word?.kind !== "identifier") return undefined;
  return word.name === "curr_ns" || word.name === "init" ? word.name : undefined;
}
