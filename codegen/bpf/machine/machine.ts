/**
 * What instruction selection hands to the register allocator: BPF instructions on virtual registers, in SSA form,
 * in the order in which they will be laid out.
 *
 * Arithmetic still has three addresses (`def = a op b`). Turning it into BPF's two-address form is left to the very
 * end: by then it is known whether `def` and `a` share a register, and `a` may come from the stack or be a constant
 * without ever having had a register of its own.
 */
import type { Span } from "../../../grammar/index.js";
import type { Slot } from "../../ir/ir.js";

/** Dense, from 0, in each function; `NONE` stands for no register. */
export type VirtualRegister = number;
export const NONE = -1;

/** A register whose value can be made again anywhere. It is never spilled, and often never gets a real register. */
export type Material =
  | { readonly kind: "constant"; readonly value: bigint }
  /** By program. */
  | { readonly kind: "varying"; readonly values: readonly bigint[] }
  | { readonly kind: "frame"; readonly slot: number; readonly offset: number }
  | { readonly kind: "map"; readonly map: number }
  | { readonly kind: "map-value"; readonly map: number; readonly offset: number }
  | { readonly kind: "point" }
  | { readonly kind: "function"; readonly callee: number };

/**
 * `def = *args[0]`, and `*args[0] = args[1]` if that was 0. The instruction wants r0 and hardly ever runs: for those who
 * give out registers it is a call.
 */
export const CLAIM = -1;

interface FormRow {
  /** `a` may be on the stack or a material: it is brought into `def` first (or into its argument register). */
  readonly aAnywhere: boolean;
  /** `b` is read after `def` has been written, so both need registers of their own. */
  readonly bLate: boolean;
  /** `def` is written before `a` and `b` are read. */
  readonly defEarly: boolean;
  /** Ends its block. */
  readonly isTerminator: boolean;
}

const row = (given: Partial<FormRow> = {}): FormRow => ({
  aAnywhere: false,
  bLate: false,
  defEarly: false,
  isTerminator: false,
  ...given,
});

export const FORMS = {
  /** Puts the material of `def` into a register, if it is given one. */
  define: row(),
  /** `def = a op b` */
  alu: row({ aAnywhere: true, bLate: true }),
  /** `def = a op imm` */
  "alu-immediate": row({ aAnywhere: true }),
  /** `def = op a`, in one instruction */
  unary: row({ aAnywhere: true }),
  /** `def = *(a + offset)`, or of the frame when `slot` is given */
  load: row(),
  /** `*(a + offset) = b` */
  store: row(),
  /** `*(a + offset) = imm` */
  "store-immediate": row(),
  /** `lock *(a + offset) += b` */
  atomic: row(),
  /** `def = fetch_add(b + offset, a)` */
  fetch: row({ aAnywhere: true, bLate: true }),
  /** `def = a opcode b ? 1 : 0` */
  set: row({ defEarly: true }),
  /** `def = imm(args…)`: `opcode` is the CALLEE number, or {@link CLAIM}. Clobbers r0 to r5. */
  call: row(),
  jump: row({ isTerminator: true }),
  /** To the first successor when `a opcode b` (or `imm`, when `b` is NONE), else to the second. */
  branch: row({ isTerminator: true }),
  /** To the first successor, or to the second when the kernel's budget is used up. */
  "may-goto": row({ isTerminator: true }),
  /** Returns `args[0]`. */
  exit: row({ isTerminator: true }),
} as const satisfies Record<string, FormRow>;

export type Form = keyof typeof FORMS;

/** One shape for all forms, so that loops over instructions stay monomorphic. Liveness swaps `a` and `b` where that saves a move. */
export interface MachineInstruction {
  readonly form: Form;
  readonly opcode: number;
  readonly def: VirtualRegister;
  a: VirtualRegister;
  b: VirtualRegister;
  /**
   * Of an `alu`: both operands end here and may change places. Then `def` may share the register of either, and neither
   * can come from the stack.
   */
  isSymmetric: boolean;
  /** Of calls, jumps (for the parameters of the target) and exits. Anywhere: registers, stack, materials. */
  readonly args: readonly VirtualRegister[];
  readonly offset: number;
  readonly imm: number;
  /** In the place of `imm`, of a "store-immediate": by program. */
  readonly values: readonly bigint[] | undefined;
  /** The memory operand is this slot of the frame, and not at a register; NONE otherwise. */
  readonly slot: number;
  /** The name of a called kfunc. */
  readonly kfunc: string | undefined;
  readonly span: Span | undefined;
}

export interface MachineBlock {
  /** Defined on entry by the `args` of the jumps that lead here. */
  params: readonly VirtualRegister[];
  instructions: MachineInstruction[];
  /** Indexes into the function's blocks. No edge is critical: its source has one successor or its target one predecessor. */
  successors: readonly number[];
  readonly predecessors: readonly number[];
  readonly loopDepth: number;
  /** Runs rarely. */
  readonly isCold: boolean;
}

export interface MachineFunction {
  readonly name: string;
  /** In layout order; the first one is the entry. */
  readonly blocks: readonly MachineBlock[];
  /** Arrive in r1, r2, …; NONE where the value is never used. */
  readonly params: readonly VirtualRegister[];
  readonly registerCount: number;
  /** By virtual register; undefined for those that hold what was computed. */
  readonly materials: readonly (Material | undefined)[];
  readonly slots: readonly Slot[];
}

export const isAnywhere = ({ form, isSymmetric }: MachineInstruction): boolean => FORMS[form].aAnywhere && !isSymmetric;
