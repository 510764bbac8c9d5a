/** Selects loads, stores and atomics, with as much of the address as fits in the instruction. */
import type { AccessBytes, Instruction, Value } from "../../ir/ir.js";
import { CLAIM, NONE, type VirtualRegister } from "../machine/machine.js";
import {
  ATOMIC_FETCH,
  atomicOpcode,
  loadOpcode,
  loadSignedOpcode,
  storeImmediateOpcode,
  storeOpcode,
} from "../../kernel/opcodes.js";
import { isImmediate } from "../../ir/varying.js";
import type { Selection } from "./selection.js";

type Op<O extends Instruction["op"]> = Extract<Instruction, { op: O }>;

/** A memory operand. */
export interface Address {
  /** NONE: the slot of the frame. */
  readonly base: VirtualRegister;
  readonly slot: number;
  readonly offset: number;
}

/** Values of a map within a window of this size share one base address, from which 16-bit offsets reach all of it. */
const WINDOW_BYTES = 0x4000;

/** Behind the offset of a copy lie those of its other words. */
const FURTHEST = 0x7fff - 0x800;

const fitsOffset = (offset: number): boolean => offset >= -0x8000 && offset <= FURTHEST;

/** `pointer + offset`, with constant additions folded into the offset. */
export function addressOf(s: Selection, pointer: Value, offset: number): Address {
  let base = s.facts.resolve(pointer);
  let total = offset;
  for (;;) {
    const definition = s.facts.definition(base);
    if (definition?.op === "slot-address") return { base: NONE, slot: definition.slot, offset: total };
    if (definition?.op === "map-value") {
      const start = Math.floor((definition.offset + total) / WINDOW_BYTES) * WINDOW_BYTES;
      const material = { kind: "map-value", map: definition.map, offset: Math.max(0, start) } as const;
      return { base: s.material(material), slot: NONE, offset: definition.offset + total - material.offset };
    }
    const step = definition?.op === "alu" ? constantStep(s, definition) : undefined;
    if (step === undefined || !fitsOffset(total + step.by)) return withinReach(s, s.use(base), total);
    base = s.facts.resolve(step.from);
    total += step.by;
  }
}

/** Strings may be longer than what an offset reaches. */
function withinReach(s: Selection, base: VirtualRegister, offset: number): Address {
  if (fitsOffset(offset)) return { base, slot: NONE, offset };
  const sum = s.temporary();
  s.emitAluImmediate("add", sum, base, offset);
  return { base: sum, slot: NONE, offset: 0 };
}

function constantStep(s: Selection, { alu, left, right }: Op<"alu">): { from: Value; by: number } | undefined {
  if (alu !== "add" && alu !== "sub") return undefined;
  const by = s.immediate(right);
  if (by !== undefined) return { from: left, by: alu === "add" ? by : -by };
  const first = alu === "add" ? s.immediate(left) : undefined;
  return first === undefined ? undefined : { from: right, by: first };
}

/** A register with `pointer + offset`, for a helper. */
export function pointerTo(s: Selection, pointer: Value, offset: number): VirtualRegister {
  const definition = s.facts.definition(pointer);
  if (definition?.op === "slot-address") return s.material({ kind: "frame", slot: definition.slot, offset });
  if (definition?.op === "map-value")
    return s.material({ kind: "map-value", map: definition.map, offset: definition.offset + offset });
  if (offset === 0) return s.use(pointer);
  const sum = s.temporary();
  s.emitAluImmediate("add", sum, s.use(pointer), offset);
  return sum;
}

export const memoryOperand = ({
  base,
  slot,
  offset,
}: Address): { a: VirtualRegister; slot: number; offset: number } => ({
  a: base,
  slot,
  offset,
});

export function selectLoad(s: Selection, { result, pointer, offset, bytes, isSigned }: Op<"load">): void {
  const memory = memoryOperand(addressOf(s, pointer, offset));
  if (!isSigned || bytes === 8 || (bytes === 4 && s.isLowHalfOnly(result))) {
    s.emit("load", { opcode: loadOpcode(bytes), def: result, ...memory });
  } else if (s.supports("isa-v4")) {
    s.emit("load", { opcode: loadSignedOpcode(bytes), def: result, ...memory });
  } else {
    const loaded = s.temporary();
    const shifted = s.temporary();
    s.emit("load", { opcode: loadOpcode(bytes), def: loaded, ...memory });
    s.emitAluImmediate("shl", shifted, loaded, 64 - bytes * 8);
    s.emitAluImmediate("sar", result, shifted, 64 - bytes * 8);
  }
}

export function selectStore(s: Selection, { pointer, offset, bytes, value }: Op<"store">): void {
  const memory = memoryOperand(addressOf(s, pointer, offset));
  const imm = immediateOf(s, value, bytes);
  const values = imm === undefined ? varyingImmediateOf(s, value, bytes) : undefined;
  if (values !== undefined) s.emit("store-immediate", { opcode: storeImmediateOpcode(bytes), ...memory, values });
  else if (imm === undefined)
    s.emit("store", { opcode: storeOpcode(bytes), ...memory, b: s.use(narrowed(s, value, bytes)) });
  else s.emit("store-immediate", { opcode: storeImmediateOpcode(bytes), ...memory, imm });
}

/** The immediate that stores the same bytes. */
function immediateOf(s: Selection, value: Value, bytes: AccessBytes): number | undefined {
  const constant = s.facts.constant(value);
  if (constant === undefined) return undefined;
  return bytes === 8 ? s.immediate(value) : Number(BigInt.asIntN(bytes * 8, constant));
}

/** The same by program, if it is an immediate in all of them. */
function varyingImmediateOf(s: Selection, value: Value, bytes: AccessBytes): readonly bigint[] | undefined {
  const definition = s.facts.definition(value);
  if (definition?.op !== "varying") return undefined;
  const { values } = definition;
  if (bytes < 8) return values.map((one) => BigInt.asIntN(bytes * 8, one));
  return values.every((one) => isImmediate(one)) ? values : undefined;
}

/** A store takes the low bytes by itself: no need to extend or mask them first. */
function narrowed(s: Selection, value: Value, bytes: AccessBytes): Value {
  const definition = s.facts.definition(value);
  const isOnlyForThis = definition?.op === "extend" && definition.bits >= bytes * 8 && s.facts.isUsedOnce(value);
  return isOnlyForThis ? narrowed(s, definition.value, bytes) : value;
}

export function selectAtomicAdd(s: Selection, { pointer, offset, bytes, value }: Op<"atomic-add">): void {
  s.emit("atomic", { opcode: atomicOpcode(bytes), ...memoryOperand(addressOf(s, pointer, offset)), b: s.use(value) });
}

export function selectAtomicFetchAdd(
  s: Selection,
  { result, pointer, offset, bytes, value }: Op<"atomic-fetch-add">,
): void {
  const { base, ...memory } = addressOf(s, pointer, offset);
  s.emit("fetch", { opcode: atomicOpcode(bytes), def: result, a: s.use(value), b: base, imm: ATOMIC_FETCH, ...memory });
}

export function selectAtomicClaim(s: Selection, { result, pointer, offset, value }: Op<"atomic-claim">): void {
  s.emitCall(CLAIM, 0, [pointerTo(s, pointer, offset), s.use(value)], s.isNeeded(result) ? result : NONE);
}
