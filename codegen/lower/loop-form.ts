/**
 * What becomes of a loop over a range, and of `while`: plain jumps that the kernel bounds (`may_goto`, 6.9 and later),
 * or a callback of `bpf_loop`.
 *
 * Jumps cost less. But while the verifier walks around a loop it takes two paths for one only when everything that it
 * knows agrees, down to words on the stack that nobody will read; every place where the body forks then multiplies its
 * work, and a dozen of them are beyond its limit. A callback has a frame of its own, which it forgets after each
 * iteration. So only bodies that fork a few times are jumps; in the others the call is a small part of the time.
 */
import { type AnyNode, children, type Expr, type For, type While } from "../../grammar/index.js";
import { sizeOf } from "../types/layout.js";
import { isScalar, type Type } from "../types/type.js";
import type { ProbeLowering } from "./probe-lowering.js";

export type Loop = For | While;

export const isLoop = (node: AnyNode): node is Loop => node.kind === "for" || node.kind === "while";

/** Above this a body is a callback. */
const MAX_FORKS = 16;

/** Loops over maps are callbacks of `bpf_for_each_map_elem` everywhere. */
export function isInline(cx: ProbeLowering, loop: Loop): boolean {
  if (loop.kind === "for" && loop.over.kind === "map") return false;
  return !cx.options.hasCallbackLoops && cx.facts.supports("may-goto") && forksInside(cx, loop) <= MAX_FORKS;
}

/** How often the path may part in one iteration. */
function forksInside(cx: ProbeLowering, loop: Loop): number {
  const inCondition = loop.kind === "while" ? forksIn(cx, loop.condition) : 0;
  return inCondition + forksIn(cx, loop.body);
}

function forksIn(cx: ProbeLowering, node: AnyNode): number {
  const inside = children(node).reduce((sum, child) => sum + forksIn(cx, child), 0);
  if (node.kind === "unroll") return inside * (node.count.kind === "integer" ? Number(node.count.value) : 1);
  return inside + forksOf(cx, node);
}

/** Of a node without its children. Calls may do many things, and most of them check something. */
function forksOf(cx: ProbeLowering, node: AnyNode): number {
  switch (node.kind) {
    case "for":
    case "while":
      return Infinity;
    case "if":
    case "ternary":
    case "index":
    // A lookup that may fail.
    case "map-access":
      return 1;
    // Changing an entry is a second one.
    case "assign":
    case "step":
      return node.target.kind === "map-access" ? 2 : 0;
    case "call":
      return COMPARING.has(node.name) && node.args.some((arg) => isLong(cx.typeOf(arg))) ? Infinity : 2;
    case "binary":
      return forksOfOperator(cx, node);
    default:
      return 0;
  }
}

function forksOfOperator(cx: ProbeLowering, { op, left, right }: Extract<Expr, { kind: "binary" }>): number {
  switch (op) {
    case "&&":
    case "||":
      return 1;
    case "/":
    case "%":
      return right.kind === "integer" ? 0 : 1;
    case "==":
    case "!=":
      return forksOfEquality(cx.typeOf(left), cx.typeOf(right));
    default:
      return 0;
  }
}

function forksOfEquality(left: Type, right: Type): number {
  if (isScalar(left)) return 0;
  return isLong(left) && isLong(right) ? Infinity : 4;
}

/** Functions that compare what they are given. */
const COMPARING: ReadonlySet<string> = new Set(["strncmp"]);

/** Values of such types may be compared in a loop, which `may_goto` around it makes endless for kernels before 6.18. */
const isLong = (type: Type): boolean => !isScalar(type) && sizeOf(type) > LONG_BYTES;
const LONG_BYTES = 32;
