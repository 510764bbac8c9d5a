/** Instructions that make a constant or an address. */
import { cell } from "../../column.js";
import type { Span } from "../../../grammar/index.js";
import { bpfInstruction, type BpfInstruction } from "../machine/code.js";
import type { Frame } from "../layout/frame.js";
import type { Material } from "../machine/machine.js";
import { isImmediate } from "../../ir/varying.js";
import { PSEUDO } from "../../kernel/bpf.js";
import {
  ADD64_IMMEDIATE,
  FRAME_REGISTER,
  LDIMM64,
  MOV32_IMMEDIATE,
  MOV64_IMMEDIATE,
  MOV64_REGISTER,
} from "../../kernel/opcodes.js";
import { asImmediate } from "../selection/selection.js";

export function loadMaterial(
  material: Material,
  dst: number,
  frame: Frame,
  span: Span | undefined,
): readonly BpfInstruction[] {
  switch (material.kind) {
    case "constant":
      return [loadConstant(material.value, dst, span)];
    case "varying":
      return [loadVarying(material, dst, span)];
    case "frame":
      return [
        bpfInstruction(MOV64_REGISTER, span, { dst, src: FRAME_REGISTER }),
        bpfInstruction(ADD64_IMMEDIATE, span, { dst, imm: cell(frame.slotOffsets, material.slot) + material.offset }),
      ];
    case "map":
      return [bpfInstruction(LDIMM64, span, { dst, src: PSEUDO.map, reference: material })];
    case "map-value":
      return [bpfInstruction(LDIMM64, span, { dst, src: PSEUDO.mapValue, reference: material })];
    case "point":
      return [bpfInstruction(MOV64_IMMEDIATE, span, { dst, reference: material })];
    case "function":
      return [bpfInstruction(LDIMM64, span, { dst, src: PSEUDO.function, reference: material })];
  }
}

/** In the way that does for all programs. */
function loadVarying(
  material: Extract<Material, { kind: "varying" }>,
  dst: number,
  span: Span | undefined,
): BpfInstruction {
  const { values } = material;
  if (values.every(isImmediate)) return bpfInstruction(MOV64_IMMEDIATE, span, { dst, reference: material });
  const isUnsigned = values.every((value) => value >= 0n && value <= 0xffffffffn);
  return bpfInstruction(isUnsigned ? MOV32_IMMEDIATE : LDIMM64, span, { dst, reference: material });
}

function loadConstant(value: bigint, dst: number, span: Span | undefined): BpfInstruction {
  const imm = asImmediate(BigInt.asIntN(64, value));
  if (imm !== undefined) return bpfInstruction(MOV64_IMMEDIATE, span, { dst, imm });
  const low = Number(BigInt.asIntN(32, value));
  // The 32-bit move clears the upper half.
  if (value >= 0n && value <= 0xffffffffn) return bpfInstruction(MOV32_IMMEDIATE, span, { dst, imm: low });
  return bpfInstruction(LDIMM64, span, { dst, imm: low, high: Number(BigInt.asIntN(32, value >> 32n)) });
}
