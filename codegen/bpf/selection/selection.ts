/** The state of selecting one function, and the words that the rules of selection are written in. */
import type { Span } from "../../../grammar/index.js";
import type { AluOp, IrFunction, Value, ValueType } from "../../ir/ir.js";
import type { Feature } from "../../facts.js";
import type { Flow } from "./block-order.js";
import { NONE, type Form, type MachineInstruction, type Material, type VirtualRegister } from "../machine/machine.js";
import { LDIMM64, aluOpcode } from "../../kernel/opcodes.js";
import { ALU } from "../../kernel/operations.js";
import { isImmediate } from "../../ir/varying.js";
import { valueFactsOf, type ValueFacts } from "./value-facts.js";

export interface Draft {
  readonly opcode?: number;
  readonly def?: VirtualRegister;
  readonly a?: VirtualRegister;
  readonly b?: VirtualRegister;
  readonly args?: readonly VirtualRegister[];
  readonly offset?: number;
  readonly imm?: number;
  readonly values?: readonly bigint[];
  readonly slot?: number;
  readonly kfunc?: string;
}

const NO_ARGS: readonly VirtualRegister[] = [];

/** Every field in the same order, whatever the form. */
export function machineInstruction(form: Form, span: Span | undefined, draft: Draft): MachineInstruction {
  return {
    form,
    opcode: draft.opcode ?? 0,
    def: draft.def ?? NONE,
    a: draft.a ?? NONE,
    b: draft.b ?? NONE,
    isSymmetric: false,
    args: draft.args ?? NO_ARGS,
    offset: draft.offset ?? 0,
    imm: draft.imm ?? 0,
    values: draft.values,
    slot: draft.slot ?? NONE,
    kfunc: draft.kfunc,
    span,
  };
}

/**
 * Blocks are selected from the last to the first, each from its end to its start. So when the definition of a value
 * is reached, everything that uses it has been selected, and it is known whether anything still needs it: what was
 * folded into its users is not selected at all.
 */
export class Selection {
  readonly facts: ValueFacts;
  readonly slotCount: number;
  readonly #supports: (feature: Feature) => boolean;
  readonly #types: readonly ValueType[];
  readonly #isNeeded: Uint8Array;
  readonly #isLowHalfOnly: Uint8Array;
  readonly #materials: (Material | undefined)[] = [];
  readonly #materialByKey = new Map<string, VirtualRegister>();
  #registerCount: number;
  /** Of the IR instruction at hand, in order. */
  #group: MachineInstruction[] = [];
  /** Of the block at hand, in reverse. */
  #reversed: MachineInstruction[] = [];
  #span: Span | undefined;

  constructor(fn: IrFunction, flow: Flow, supports: (feature: Feature) => boolean) {
    this.facts = valueFactsOf(fn, flow);
    this.slotCount = fn.slots.length;
    this.#supports = supports;
    this.#types = fn.types;
    this.#isNeeded = new Uint8Array(fn.types.length);
    this.#isLowHalfOnly = new Uint8Array(fn.types.length);
    this.#registerCount = fn.types.length;
  }

  supports(feature: Feature): boolean {
    return this.#supports(feature);
  }

  get registerCount(): number {
    return this.#registerCount;
  }

  get materials(): readonly (Material | undefined)[] {
    return this.#materials;
  }

  typeOf(value: Value): ValueType {
    return this.#types[value] ?? "int";
  }

  // ---- values

  /** The register of a value that is read by what is being selected. */
  use(value: Value): VirtualRegister {
    const resolved = this.facts.resolve(value);
    const definition = this.facts.definition(resolved);
    switch (definition?.op) {
      case "const":
        return this.constant(definition.value);
      case "varying":
        return this.material({ kind: "varying", values: definition.values });
      case "slot-address":
        return this.material({ kind: "frame", slot: definition.slot, offset: 0 });
      case "map":
        return this.material({ kind: "map", map: definition.map });
      case "map-value":
        return this.material({ kind: "map-value", map: definition.map, offset: definition.offset });
      case "point":
        return this.material({ kind: "point" });
      case "function":
        return this.material({ kind: "function", callee: definition.callee });
      default:
        this.#isNeeded[resolved] = 1;
        return resolved;
    }
  }

  /** As {@link use}, by something that does not look at the upper half. */
  useLowHalf(value: Value): VirtualRegister {
    let resolved = this.facts.resolve(value);
    for (
      let from = this.facts.definition(resolved);
      from?.op === "extend" && from.bits === 32;
      from = this.facts.definition(resolved)
    ) {
      resolved = this.facts.resolve(from.value);
    }
    if (this.facts.isUsedOnce(resolved)) this.#isLowHalfOnly[resolved] = 1;
    return this.use(resolved);
  }

  isNeeded(value: Value): boolean {
    return this.#isNeeded[value] === 1;
  }

  /** Nothing looks at the upper half of the value. */
  isLowHalfOnly(value: Value): boolean {
    return this.#isLowHalfOnly[value] === 1;
  }

  temporary(): VirtualRegister {
    return this.#registerCount++;
  }

  constant(value: bigint): VirtualRegister {
    return this.#intern(`c${value}`, { kind: "constant", value });
  }

  material(material: Exclude<Material, { kind: "constant" }>): VirtualRegister {
    return this.#intern(keyOf(material), material);
  }

  /** The constant as an immediate, which is 32 bits wide and sign-extended. */
  immediate(value: Value): number | undefined {
    const constant = this.facts.constant(value);
    return constant === undefined ? undefined : asImmediate(constant);
  }

  #intern(key: string, material: Material): VirtualRegister {
    const known = this.#materialByKey.get(key);
    if (known !== undefined) return known;
    const fresh = this.#registerCount++;
    this.#materials[fresh] = material;
    this.#materialByKey.set(key, fresh);
    return fresh;
  }

  // ---- instructions

  emit(form: Form, draft: Draft): void {
    this.#group.push(machineInstruction(form, this.#span, draft));
  }

  /** `def = a op b` */
  emitAlu(alu: AluOp, def: VirtualRegister, a: VirtualRegister, b: VirtualRegister, wide = true): void {
    this.emit("alu", { opcode: aluOpcode(ALU[alu].code, { wide, register: true }), def, a, b });
  }

  /** `def = a op imm` */
  emitAluImmediate(alu: AluOp, def: VirtualRegister, a: VirtualRegister, imm: number, wide = true): void {
    this.emit("alu-immediate", { opcode: aluOpcode(ALU[alu].code, { wide, register: false }), def, a, imm });
  }

  emitCall(
    callee: number,
    imm: number,
    args: readonly VirtualRegister[],
    def: VirtualRegister = NONE,
    kfunc?: string,
  ): void {
    this.emit("call", { opcode: callee, imm, args, def, ...(kfunc === undefined ? {} : { kfunc }) });
  }

  /** Selects one IR instruction or terminator: what `rule` emits goes before everything that was selected so far. */
  select(span: Span | undefined, rule: () => void): void {
    this.#span = span;
    rule();
    for (let i = this.#group.length - 1; i >= 0; i--) this.#reversed.push(this.#group[i] as MachineInstruction);
    this.#group.length = 0;
  }

  takeBlock(): MachineInstruction[] {
    const instructions = this.#reversed.reverse();
    this.#reversed = [];
    return instructions;
  }
}

/** The constant as the 32-bit immediate that sign-extends to it. */
export function asImmediate(value: bigint): number | undefined {
  return isImmediate(value) ? Number(value) : undefined;
}

function keyOf(material: Exclude<Material, { kind: "constant" }>): string {
  switch (material.kind) {
    case "varying":
      return `y${material.values.join()}`;
    case "frame":
      return `s${material.slot}+${material.offset}`;
    case "map":
      return `m${material.map}`;
    case "map-value":
      return `v${material.map}+${material.offset}`;
    case "point":
      return "p";
    case "function":
      return `f${material.callee}`;
  }
}

export const definition = (def: VirtualRegister): MachineInstruction =>
  machineInstruction("define", undefined, { opcode: LDIMM64, def });
