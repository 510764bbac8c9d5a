/** BPF instructions on real registers, in blocks whose order is fixed and whose jumps are not yet encoded. */
import type { Span } from "../../../grammar/index.js";

/** What stands for a number that is known only when everything has its place, or when the program is loaded. */
export type Reference =
  | { readonly kind: "map"; readonly map: number }
  | { readonly kind: "map-value"; readonly map: number; readonly offset: number }
  | { readonly kind: "kfunc"; readonly name: string; readonly btfId: number }
  /** A constant, by program. */
  | { readonly kind: "varying"; readonly values: readonly bigint[] }
  /** The number of an attach point. */
  | { readonly kind: "point" }
  /** Of a call or a callback: index into the program's functions. */
  | { readonly kind: "function"; readonly callee: number };

export interface BpfInstruction {
  readonly opcode: number;
  readonly dst: number;
  readonly src: number;
  readonly offset: number;
  /** Signed, 32 bits. */
  readonly imm: number;
  /** Of `ldimm64`: the upper half of the constant, signed. */
  readonly high: number;
  readonly reference: Reference | undefined;
  readonly span: Span | undefined;
}

export interface Operands {
  readonly dst?: number;
  readonly src?: number;
  readonly offset?: number;
  readonly imm?: number;
  readonly high?: number;
  readonly reference?: Reference;
}

export const bpfInstruction = (opcode: number, span: Span | undefined, operands: Operands = {}): BpfInstruction => ({
  opcode,
  dst: operands.dst ?? 0,
  src: operands.src ?? 0,
  offset: operands.offset ?? 0,
  imm: operands.imm ?? 0,
  high: operands.high ?? 0,
  reference: operands.reference,
  span,
});

/** How a block ends; targets are indexes of blocks. */
export type BlockEnd =
  | { readonly kind: "goto"; readonly target: number; readonly span: Span | undefined }
  /** `jump` has offset 0; it goes to `then` when its condition holds. */
  | { readonly kind: "branch"; readonly jump: BpfInstruction; readonly then: number; readonly otherwise: number }
  | { readonly kind: "may-goto"; readonly jump: BpfInstruction; readonly next: number; readonly exhausted: number }
  | { readonly kind: "exit"; readonly span: Span | undefined };

export interface CodeBlock {
  body: BpfInstruction[];
  end: BlockEnd;
}

export interface FunctionCode {
  /** Its number in the program, which calls refer to. */
  readonly index: number;
  readonly name: string;
  readonly blocks: CodeBlock[];
  /** Bytes of stack, a multiple of 8. */
  readonly frameBytes: number;
}
