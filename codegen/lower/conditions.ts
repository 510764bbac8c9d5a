import type { Expr } from "../../grammar/index.js";
import { InternalError } from "../internal-error.js";
import type { Value } from "../ir/ir.js";
import { isScalar } from "../types/type.js";
import type { ProbeLowering } from "./probe-lowering.js";

/** What is 0 where the condition does not hold. */
export function conditionOf(cx: ProbeLowering, condition: Expr): Value {
  const type = cx.typeOf(condition);
  if (condition.kind === "string") return cx.b.int(condition.value === "" ? 0 : 1);
  if (!isScalar(type)) throw new InternalError("lower", `${type.kind} as a condition`, condition.span);
  return cx.value(condition);
}
