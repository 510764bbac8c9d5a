/** Functions whose blocks are written by hand, and some whose jumps do not fit 16 bits. */
import { bpfInstruction, type CodeBlock, type FunctionCode } from "../../../codegen/bpf/machine/code.js";
import { jumpOpcode, MOV64_IMMEDIATE } from "../../../codegen/kernel/opcodes.js";
import { CONDITIONS } from "../../../codegen/kernel/operations.js";

export const set = (dst: number, imm: number): CodeBlock["body"][number] =>
  bpfInstruction(MOV64_IMMEDIATE, undefined, { dst, imm });
export const goto = (target: number): CodeBlock["end"] => ({ kind: "goto", target, span: undefined });
export const branch = (condition: "eq" | "test", then: number, otherwise: number): CodeBlock["end"] => ({
  kind: "branch",
  jump: bpfInstruction(jumpOpcode(CONDITIONS[condition].code, { wide: true, register: false }), undefined, {
    dst: 1,
    imm: 1,
  }),
  then,
  otherwise,
});
export const EXIT: CodeBlock["end"] = { kind: "exit", span: undefined };

export const fn = (...blocks: CodeBlock[]): FunctionCode => ({ index: 0, name: "f", blocks, frameBytes: 0 });

/** `r1 == 1` goes to the end, over `length` instructions of one kind; the loop back to the start is as long. */
export const farJumps = (length: number, between = set(3, 7)): FunctionCode => {
  const body = Array.from({ length }, () => between);
  return fn(
    { body: [set(0, 0), set(1, 0)], end: goto(1) },
    { body: [], end: branch("eq", 3, 2) },
    { body: [...body, set(1, 1)], end: goto(1) },
    { body: [set(0, 42)], end: EXIT },
  );
};

/**
 * A switch whose cases are all far behind it: case `n` answers `1000 + n` and goes back to the exit, which stands first.
 * Between two conditions there are so many other instructions that the program is longer than 100,000.
 */
export const farSwitch = (cases: number): FunctionCode => {
  const padding = Array.from({ length: Math.ceil(100_000 / cases) }, () => set(3, 7));
  const is = (value: number): CodeBlock["end"] => ({
    kind: "branch",
    jump: bpfInstruction(jumpOpcode(CONDITIONS.eq.code, { wide: true, register: false }), undefined, {
      dst: 0,
      imm: value,
    }),
    then: FIRST_CASE + cases + value,
    otherwise: FIRST_CASE + value + 1,
  });
  const conditions = Array.from({ length: cases }, (_, n) => ({ body: padding, end: is(n) }));
  const answers = Array.from({ length: cases }, (_, n) => ({ body: [set(0, 1000 + n)], end: goto(1) }));
  return fn({ body: [LOAD_CASE], end: goto(FIRST_CASE) }, { body: [set(3, 1)], end: EXIT }, ...conditions, ...answers);
};

const FIRST_CASE = 2;
/** The first eight bytes of the context. */
const LOAD_CASE = bpfInstruction(0x79, undefined, { dst: 0, src: 1 });
