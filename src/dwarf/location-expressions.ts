/** What an expression says of where a value is, as far as it can be said without running anything. */
import type { DebugPart } from "../../codegen/facts.js";
import { Cursor, type Origin } from "./cursor.js";

/** What an expression counts from where it says "frame". */
export type FrameBase = { readonly kind: "caller" } | { readonly kind: "register"; readonly register: number };

export interface Widths {
  readonly addressBytes: number;
  readonly offsetBytes: number;
  readonly origin: Origin;
}

/** Something that is known when the program runs: `frame` is where the caller's stack ended. */
interface Sum {
  readonly base: number | "frame" | undefined;
  readonly offset: bigint;
  /** The value is not the sum but what lies there. */
  readonly isLoaded: boolean;
}

/** DW_OP_* */
const OP = {
  addr: 0x03,
  deref: 0x06,
  const1u: 0x08,
  const1s: 0x09,
  const2u: 0x0a,
  const2s: 0x0b,
  const4u: 0x0c,
  const4s: 0x0d,
  const8u: 0x0e,
  const8s: 0x0f,
  constu: 0x10,
  consts: 0x11,
  plusUconst: 0x23,
  lit0: 0x30,
  lit31: 0x4f,
  reg0: 0x50,
  reg31: 0x6f,
  breg0: 0x70,
  breg31: 0x8f,
  regx: 0x90,
  fbreg: 0x91,
  bregx: 0x92,
  piece: 0x93,
  callFrameCfa: 0x9c,
  implicitValue: 0x9e,
  stackValue: 0x9f,
  implicitPointer: 0xa0,
  entryValue: 0xa3,
  gnuImplicitPointer: 0xf2,
  gnuEntryValue: 0xf3,
  dup: 0x12,
  drop: 0x13,
  over: 0x14,
  pick: 0x15,
  swap: 0x16,
  not: 0x20,
  xor: 0x27,
  eq: 0x29,
  ne: 0x2e,
  derefSize: 0x94,
  convert: 0xa8,
  reinterpret: 0xa9,
  gnuConvert: 0xf7,
  gnuReinterpret: 0xf9,
} as const;

/** Instructions that are not followed, with what stands behind them. */
const COMPUTING: ReadonlyMap<number, (cursor: Cursor) => void> = new Map<number, (cursor: Cursor) => void>([
  ...[OP.pick, OP.derefSize].map((op) => [op, (cursor: Cursor): void => cursor.skip(1)] as const),
  ...[OP.convert, OP.reinterpret, OP.gnuConvert, OP.gnuReinterpret].map(
    (op) => [op, (cursor: Cursor): void => cursor.skipLeb()] as const,
  ),
]);

const hasNoOperand = (op: number): boolean =>
  op === OP.dup || op === OP.drop || op === OP.over || (op >= OP.swap && op <= OP.xor) || (op >= OP.eq && op <= OP.ne);

const CONSTANTS: ReadonlyMap<number, (cursor: Cursor) => bigint> = new Map<number, (cursor: Cursor) => bigint>([
  [OP.const1u, (cursor) => BigInt(cursor.u8())],
  [OP.const1s, (cursor) => BigInt(cursor.i8())],
  [OP.const2u, (cursor) => BigInt(cursor.u16())],
  [OP.const2s, (cursor) => BigInt.asIntN(16, BigInt(cursor.u16()))],
  [OP.const4u, (cursor) => BigInt(cursor.u32())],
  [OP.const4s, (cursor) => BigInt.asIntN(32, BigInt(cursor.u32()))],
  [OP.const8u, (cursor) => cursor.u64()],
  [OP.const8s, (cursor) => BigInt.asIntN(64, cursor.u64())],
  [OP.constu, (cursor) => cursor.wideUleb()],
  [OP.consts, (cursor) => cursor.sleb()],
]);

interface Where {
  readonly frame: FrameBase | undefined;
  readonly isEntry: boolean;
  readonly widths: Widths;
}

/**
 * @param isEntry - the function has just been called: what was in a register then is in it now
 * @returns undefined when it is not understood
 */
export function partsOf(expression: Uint8Array, where: Where): readonly DebugPart[] | undefined {
  return partsIn(expression, where, false);
}

/** @param isInner - of what was in a register at the entry: there is no entry of an entry */
function partsIn(
  expression: Uint8Array,
  { frame, isEntry, widths }: Where,
  isInner: boolean,
): readonly DebugPart[] | undefined {
  const cursor = new Cursor(expression, 0, widths.origin);
  const parts: DebugPart[] = [];
  const stack: Sum[] = [];
  let found: DebugPart | undefined;
  let computed: Pick<Extract<DebugPart, { kind: "computed" }>, "isOfEntry"> | undefined;
  const compute = (isOfEntry = false): void => {
    computed = { isOfEntry: isOfEntry || computed?.isOfEntry === true };
  };
  const push = (base: Sum["base"], offset: bigint): void => void stack.push({ base, offset, isLoaded: false });
  const here = (bytes: number | undefined): DebugPart => {
    if (computed !== undefined) return { kind: "computed", ...computed, bytes };
    if (found !== undefined) return { ...found, bytes: bytes ?? found.bytes };
    const top = stack.at(-1);
    if (top === undefined) return { kind: "lost", bytes };
    return { kind: "memory", base: top.base, offset: top.offset, isIndirect: top.isLoaded, bytes };
  };
  while (!cursor.isAtEnd) {
    const op = cursor.u8();
    const constant = CONSTANTS.get(op);
    if (constant !== undefined) push(undefined, constant(cursor));
    else if (op >= OP.lit0 && op <= OP.lit31) push(undefined, BigInt(op - OP.lit0));
    else if (op >= OP.reg0 && op <= OP.reg31) found = { kind: "register", register: op - OP.reg0, bytes: undefined };
    else if (op === OP.regx) found = { kind: "register", register: cursor.uleb(), bytes: undefined };
    else if (op >= OP.breg0 && op <= OP.breg31) push(op - OP.breg0, cursor.sleb());
    else if (op === OP.bregx) push(cursor.uleb(), cursor.sleb());
    else if (op === OP.callFrameCfa) push("frame", 0n);
    else if (op === OP.fbreg) {
      const offset = cursor.sleb();
      if (frame === undefined) compute();
      else push(frame.kind === "caller" ? "frame" : frame.register, offset);
    } else if (op === OP.plusUconst || op === OP.deref) {
      const top = stack.pop();
      const added = op === OP.deref ? 0n : cursor.wideUleb();
      if (top === undefined || top.isLoaded) compute();
      else stack.push({ ...top, offset: top.offset + added, isLoaded: op === OP.deref });
    } else if (op === OP.stackValue) {
      const top = stack.at(-1);
      if (top === undefined || top.isLoaded) compute();
      else found = { kind: "value", base: top.base, offset: top.offset, bytes: undefined };
    } else if (op === OP.implicitValue) {
      const bytes = cursor.block(cursor.uleb());
      if (bytes.length > 8) compute();
      else found = { kind: "value", base: undefined, offset: littleEndian(bytes), bytes: undefined };
    } else if (op === OP.entryValue || op === OP.gnuEntryValue) {
      const block = cursor.block(cursor.uleb());
      const [only] = !isEntry || isInner ? [] : (partsIn(block, { frame, isEntry, widths }, true) ?? []);
      if (only?.kind === "register") push(only.register, 0n);
      else compute(!isEntry);
    } else if (op === OP.implicitPointer || op === OP.gnuImplicitPointer) {
      cursor.skip(widths.offsetBytes);
      cursor.sleb();
      found = { kind: "lost", bytes: undefined };
    } else if (op === OP.piece) {
      parts.push(here(cursor.uleb()));
      stack.length = 0;
      found = undefined;
      computed = undefined;
    } else if (COMPUTING.has(op)) {
      COMPUTING.get(op)?.(cursor);
      compute();
    } else if (hasNoOperand(op)) compute();
    else return undefined;
  }
  return parts.length > 0 ? parts : [here(undefined)];
}

const littleEndian = (bytes: Uint8Array): bigint =>
  bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);

/** Undefined: it is computed. */
export function frameBase(expression: Uint8Array | undefined): FrameBase | undefined {
  if (expression === undefined) return undefined;
  const [op, ...rest] = expression;
  if (op === undefined) return undefined;
  if (op === OP.callFrameCfa && rest.length === 0) return { kind: "caller" };
  if (op >= OP.reg0 && op <= OP.reg31 && rest.length === 0) return { kind: "register", register: op - OP.reg0 };
  return op >= OP.breg0 && op <= OP.breg31 && rest.length === 1 && rest[0] === 0
    ? { kind: "register", register: op - OP.breg0 }
    : undefined;
}
