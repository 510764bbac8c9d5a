/**
 * What becomes of a loop over a range, and of `while`: plain jumps that the kernel bounds (`may_goto`, 6.9 and later),
 * or a callback of `bpf_loop`.
 *
 * Jumps cost less. But while the verifier walks around a loop it takes two paths for one only when everything that it
 * knows agrees, down to words on the stack that nobody will read; every place where the body forks then multiplies its
 * work, and a dozen of them are beyond its limit. A callback has a frame of its own, which it forgets after each
 * iteration. So only bodies that fork a few times are jumps; in the others the call is a small part of the time.
 *
 * An `unroll` of some length is a loop too, unless its copies are short: one of jumps that the verifier counts, as if it
 * had been copied, or one of the others where that would be long.
 */
import { type AnyNode, children, type Expr, type For, someNode, type Unroll, type While } from "../../grammar/index.js";
import { sizeOf } from "../types/layout.js";
import { isScalar, type Type } from "../types/type.js";
import type { ProbeLowering } from "./probe-lowering.js";

/** An `unroll` may become one. */
export type Loop = For | While | Unroll;

/** `counted`: jumps as often as the verifier can see. */
export type LoopForm = "counted" | "jumps" | "callback";

/** Above this a body is a callback. */
const MAX_FORKS = 16;

/** About how many IR instructions the copies of an `unroll` may have together; and those that the verifier counts. */
const MAX_COPIED = 600;
const MAX_COUNTED = 20_000;

/** Of the loops of one body; each is looked at once. */
export class LoopForms {
  readonly #cx: ProbeLowering;
  readonly #forms = new Map<Loop, LoopForm>();
  /** By `unroll`: of one turn. */
  readonly #lengths = new Map<Unroll, number>();

  constructor(cx: ProbeLowering) {
    this.#cx = cx;
  }

  /** Whether it is compiled as a loop, of whichever form. */
  isLoop(node: AnyNode): node is Loop {
    return node.kind === "for" || node.kind === "while" || (node.kind === "unroll" && this.isRolled(node));
  }

  formOf(loop: Loop): LoopForm {
    let form = this.#forms.get(loop);
    if (form === undefined) this.#forms.set(loop, (form = this.#choose(loop)));
    return form;
  }

  /**
   * Turns of an `unroll` differ by nothing but what they find in variables and maps, so it need not be copied. Its own
   * `break` and `continue` belong to a loop around it.
   */
  isRolled(node: Unroll): boolean {
    return turnsOf(node) > 1 && this.#lengthOf(node) > MAX_COPIED && !leavesLoop(node.body);
  }

  #choose(loop: Loop): LoopForm {
    const { facts, options } = this.#cx;
    if (loop.kind === "unroll" && this.#isToBeCounted(loop)) return "counted";
    // Loops over maps are callbacks of `bpf_for_each_map_elem` everywhere.
    if (loop.kind === "for" && loop.over.kind === "map") return "callback";
    const canJump = !options.hasCallbackLoops && facts.supports("may-goto") && this.#forksInside(loop) <= MAX_FORKS;
    return canJump ? "jumps" : "callback";
  }

  /** Callbacks may show in stacks, and there is no `bpf_loop` before 5.17. */
  #isToBeCounted(node: Unroll): boolean {
    return this.#lengthOf(node) <= MAX_COUNTED || this.#capturesStack(node.body) || !this.#cx.facts.supports("loop");
  }

  #capturesStack(node: AnyNode): boolean {
    return someNode(
      node,
      (part) => (part.kind === "call" || part.kind === "identifier") && this.#cx.typeOf(part).kind === "stack",
    );
  }

  /** How often the path may part in one iteration. */
  #forksInside(loop: Loop): number {
    const inCondition = loop.kind === "while" ? this.#forksIn(loop.condition) : 0;
    return inCondition + this.#forksIn(loop.body);
  }

  #forksIn(node: AnyNode): number {
    const inside = (): number => children(node).reduce((sum, child) => sum + this.#forksIn(child), 0);
    if (node.kind === "unroll" && !this.isRolled(node)) return inside() * turnsOf(node);
    return this.isLoop(node) ? Infinity : inside() + forksOf(this.#cx, node);
  }

  /** About how many IR instructions a node makes, each copy counted. */
  #lengthOf(node: AnyNode): number {
    if (node.kind !== "unroll")
      return children(node).reduce((sum, child) => sum + this.#lengthOf(child), lengthOf(node));
    let turn = this.#lengths.get(node);
    if (turn === undefined) this.#lengths.set(node, (turn = this.#lengthOf(node.body)));
    return turn * turnsOf(node);
  }
}

export const turnsOf = ({ count }: Unroll): number => (count.kind === "integer" ? Number(count.value) : 0);

const leavesLoop = (node: AnyNode): boolean =>
  node.kind === "break" ||
  node.kind === "continue" ||
  (node.kind !== "for" && node.kind !== "while" && children(node).some(leavesLoop));

const lengthOf = ({ kind }: AnyNode): number => LENGTHS[kind] ?? 1;

/** Of a node without its children. */
const LENGTHS: { readonly [K in AnyNode["kind"]]?: number } = {
  call: 25,
  "map-access": 15,
  field: 8,
  index: 8,
};

/** Of a node without its children. Calls may do many things, and most of them check something. */
function forksOf(cx: ProbeLowering, node: AnyNode): number {
  switch (node.kind) {
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
