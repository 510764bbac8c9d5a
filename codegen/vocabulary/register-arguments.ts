/** Parameters of a user function, which are in registers: one by one, or all in memory. */
import { registerOffset } from "../kernel/pt-regs.js";
import type { Value } from "../ir/ir.js";
import { memory, type Lowering, type Operand, type Place, scalar } from "../language/lowering.js";
import type { ArgsAccess } from "../language/provider.js";
import { sizeOf } from "../types/layout.js";
import type { Member } from "../types/struct-source.js";
import { isScalar, isSignedNumber } from "../types/type.js";

type RegisterArgs = Extract<ArgsAccess, { kind: "registers" }>;

const WORD_BYTES = 8;

export function registerArgument(cx: Lowering, args: RegisterArgs, member: Member): Operand {
  const { type, offsetBits } = member;
  const bytes = sizeOf(type);
  const first = offsetBits / 8 / WORD_BYTES;
  if (isScalar(type)) return scalar(narrowed(cx, register(cx, args, first), bytes, isSignedNumber(type)));
  const place = cx.temporary(Math.max(WORD_BYTES, Math.ceil(bytes / WORD_BYTES) * WORD_BYTES), WORD_BYTES, "argument");
  storeWords(cx, args, member, place, 0);
  return memory(place);
}

/** As the struct has them; what registers hold besides is left out, so that equal arguments are equal keys. */
export function registersInMemory(cx: Lowering, args: RegisterArgs): Place {
  const place = cx.temporary(Math.max(WORD_BYTES, args.registers.length * WORD_BYTES), WORD_BYTES, "args");
  cx.b.zero(place.base, place.offset, Math.max(WORD_BYTES, args.registers.length * WORD_BYTES), WORD_BYTES);
  for (const member of cx.structs.members(args.struct)) storeWords(cx, args, member, place, member.offsetBits / 8);
  return place;
}

function storeWords(cx: Lowering, args: RegisterArgs, { type, offsetBits }: Member, to: Place, at: number): void {
  const bytes = sizeOf(type);
  for (let done = 0; done < bytes; done += WORD_BYTES) {
    const word = register(cx, args, (offsetBits / 8 + done) / WORD_BYTES);
    cx.b.store(to.base, to.offset + at + done, WORD_BYTES, narrowed(cx, word, bytes - done, false));
  }
}

function register(cx: Lowering, { registers }: RegisterArgs, index: number): Value {
  const name = registers[index];
  if (name === undefined) throw new RangeError(`no register has word ${index} of the arguments`);
  return cx.b.load(cx.contextPointer(), registerOffset(cx.facts.arch, name), WORD_BYTES);
}

/** The rest of a register may hold anything. */
function narrowed(cx: Lowering, word: Value, bytes: number, isSigned: boolean): Value {
  if (bytes >= WORD_BYTES) return word;
  if (bytes === 1 || bytes === 2 || bytes === 4) return cx.b.extend(word, (bytes * 8) as 8 | 16 | 32, isSigned);
  return cx.b.alu("and", word, cx.b.int((1n << BigInt(bytes * 8)) - 1n));
}
