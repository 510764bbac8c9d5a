/**
 * Where the arguments of a USDT probe are: `[-]SIZE@OPERAND`, one after the other, with operands as the assembler of the
 * program writes them (probes-and-cli.md 7.3). Each architecture has its own syntax.
 */
import type { ProgramArchitecture } from "../facts.js";
import { type Operand, unsupported } from "./usdt-operand.js";
import { parseArm64Operand } from "./usdt-operands-arm64.js";
import { parseX86Operand } from "./usdt-operands-x86.js";

export interface UsdtArgument {
  /** As written. */
  readonly text: string;
  readonly bytes: 1 | 2 | 4 | 8;
  readonly isSigned: boolean;
  readonly operand: Operand;
}

type OperandParser = (text: string) => Operand;

const SYNTAXES: { readonly [A in ProgramArchitecture]: OperandParser } = {
  x86_64: parseX86Operand,
  i386: parseX86Operand,
  aarch64: parseArm64Operand,
};

/** Every argument of a note; what cannot be read says why. */
export function parseUsdtArguments(text: string, architecture: ProgramArchitecture): readonly UsdtArgument[] {
  return splitArguments(text).map((argument) => parseArgument(argument, SYNTAXES[architecture]));
}

/** Spaces stand between arguments, but also in brackets. */
export function splitArguments(text: string): readonly string[] {
  const found: string[] = [];
  let current = "";
  let depth = 0;
  for (const character of text) {
    if (character === " " && depth === 0) {
      if (current !== "") found.push(current);
      current = "";
      continue;
    }
    if (character === "(" || character === "[") depth++;
    else if (character === ")" || character === "]") depth--;
    current += character;
  }
  return current === "" ? found : [...found, current];
}

const SIZES: ReadonlySet<number> = new Set([1, 2, 4, 8]);

function parseArgument(text: string, parseOperand: OperandParser): UsdtArgument {
  const [, sign, size, kind, operand] = /^(-?)(\d+)([a-z]?)@(.+)$/s.exec(text) ?? [];
  const broken = (reason: string): UsdtArgument => ({ text, bytes: 8, isSigned: true, operand: unsupported(reason) });
  if (operand === undefined) return broken("is not of the form SIZE@OPERAND");
  if (kind !== "") return broken("is a floating-point number");
  const bytes = Number(size);
  if (!SIZES.has(bytes)) return broken(`has ${bytes} bytes; 1, 2, 4 and 8 can be read`);
  return { text, bytes: bytes as UsdtArgument["bytes"], isSigned: sign === "-", operand: parseOperand(operand) };
}
