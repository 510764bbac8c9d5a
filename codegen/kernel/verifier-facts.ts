/**
 * What the verifiers of some kernels forget or forbid, each with the smallest program that shows it: verifiers that do
 * better accept it. The kernels of the matrix tell whether a row is true (`test/kernel/verifier-facts.test.ts`).
 *
 * Code that depends on a row asks for it by name, as for any other feature (`KernelFacts.supports`). Where such code costs
 * nothing it is the same for all kernels, and the row says why it is as it is.
 */
import {
  callHelper,
  compute,
  exit,
  FRAME,
  jump,
  jumpIf,
  load,
  mayGoto,
  move,
  type SmallProgram,
  store,
} from "./small-program.js";

type Version = readonly [major: number, minor: number];

export interface VerifierFact {
  /** The first kernel that does better. */
  readonly fixedIn: Version;
  /** The first that does no longer. */
  readonly lostIn?: Version;
  readonly why: string;
  /**
   * How it is found out: by loading the program, since such changes are ported back to older kernels; by the kernel's
   * version, where the program would have to run and does harm; or nobody asks.
   */
  readonly asked: "by probe" | "by version" | "never";
  readonly probe: SmallProgram;
}

/** More than those after which `may_goto` looks at the clock. */
export const MANY_TURNS = 100_000;

export const VERIFIER_FACTS = {
  "narrowed-spills": {
    fixedIn: [6, 9],
    why:
      "A comparison narrows the bounds of a register, and those of its copy on the stack. Before, the copy stays as it was, " +
      "and until 6.8 a value without bounds is not even remembered as one: what is compared is stored again.",
    asked: "by probe",
    probe: [
      callHelper("ktime_get_ns"),
      store(8, FRAME, -8, { r: 0 }),
      jumpIf("ugt", 0, 7, 5),
      load(8, 1, FRAME, -8),
      move(2, { r: FRAME }),
      compute("add", 2, -16),
      compute("add", 2, { r: 1 }),
      store(1, 2, 0, 0),
      move(0, 0),
      exit,
    ],
  },
  "rotated-loops": {
    fixedIn: [6, 7],
    why:
      "Code may run on into the head of a loop that lies behind its body. Before, the way into a block that is still being " +
      "explored counts as a loop without end, unless a jump leads there.",
    asked: "by probe",
    probe: [move(6, 0), jump(1), compute("add", 6, 1), jumpIf("ult", 6, 10, -2), move(0, 0), exit],
  },
  "may-goto-in-large-frames": {
    fixedIn: [6, 9],
    lostIn: [6, 15],
    why:
      "From 6.15 on `may_goto` keeps the time in two words below the frame, and finds them from the processor's frame " +
      "pointer. But a function with a large frame has a stack of its own (6.13): there the loop stops after 65,535 turns, or " +
      "goes wrong in worse ways. Loops of such programs are callbacks.",
    // No verifier objects: run, it returns its number of turns.
    asked: "by version",
    probe: [
      callHelper("ktime_get_ns"),
      store(8, FRAME, -8, { r: 0 }),
      store(8, FRAME, -16, { r: 0 }),
      store(8, FRAME, -256, 0),
      mayGoto(6),
      load(8, 1, FRAME, -8),
      compute("add", 1, 1),
      store(8, FRAME, -8, { r: 1 }),
      load(8, 2, FRAME, -16),
      compute("sub", 1, { r: 2 }),
      jumpIf("ult", 1, MANY_TURNS, -7),
      load(8, 0, FRAME, -8),
      load(8, 2, FRAME, -16),
      compute("sub", 0, { r: 2 }),
      exit,
    ],
  },
  "may-goto-on": {
    fixedIn: [6, 14],
    why: "`may_goto` may lead to where the program goes on anyway. We leave such a one out.",
    asked: "never",
    probe: [move(0, 0), mayGoto(0), exit],
  },
  "unread-zeros": {
    fixedIn: [6, 3],
    why:
      "A 0 on the stack is told from other numbers only where that decides something. Before, each variable that is 0 on one " +
      "path doubles what has to be followed: values are blurred where paths meet.",
    // Those that do worse take seconds to find out.
    asked: "never",
    probe: [
      ...everySlot((offset): SmallProgram => [
        callHelper("ktime_get_ns"),
        store(8, FRAME, offset, { r: 0 }),
        jumpIf("eq", 0, 7, 1),
        store(8, FRAME, offset, 0),
      ]),
      ...everySlot((offset): SmallProgram => [load(8, 1, FRAME, offset)]),
      move(0, 0),
      exit,
    ],
  },
} as const satisfies Readonly<Record<string, VerifierFact>>;

export type VerifierFactName = keyof typeof VERIFIER_FACTS;

/** So many that all paths together are more than a million instructions. */
function everySlot(code: (offset: number) => SmallProgram): SmallProgram {
  return Array.from({ length: 16 }, (_, i) => code(-8 * (i + 1))).flat();
}
