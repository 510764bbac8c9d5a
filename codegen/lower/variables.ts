/** `++` and `--` on scratch variables. */
import type { Expr, Variable } from "../../grammar/index.js";
import type { Value } from "../ir/ir.js";
import { strideOf } from "./arithmetic.js";
import { convertScalar } from "./convert.js";
import type { ProbeLowering } from "./probe-lowering.js";
import { INT64 } from "../types/type.js";
import type { Type } from "../types/type.js";

export type Step = Extract<Expr, { kind: "step" }>;

/** What a step adds: 1, or the size of what a pointer points to. */
export const deltaOf = (step: Step, type: Type): number =>
  (step.op === "++" ? 1 : -1) * (type.kind === "pointer" ? strideOf(type) : 1);

/** The old value, or the new one of a prefix. A variable of declared size wraps. */
export function stepVariable(cx: ProbeLowering, step: Step, target: Variable): Value {
  const { info, place } = cx.variable(target);
  const before = cx.b.load(place.base, place.offset, 8);
  const sum = cx.b.add(before, cx.b.int(deltaOf(step, info.type)));
  const after = convertScalar(cx.b, sum, INT64, info.type);
  cx.b.store(place.base, place.offset, 8, after);
  return step.isPrefix ? after : before;
}
