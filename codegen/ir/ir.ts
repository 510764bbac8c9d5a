/**
 * The intermediate representation: SSA over basic blocks with block parameters (no phi nodes).
 *
 * Values are 64 bits wide: integers, or pointers tagged with what the kernel's verifier will know of
 * them. Arithmetic wraps at 64 bits; narrow integers are normalised by explicit `extend` instructions.
 * Nothing here knows of registers, frame offsets or jump distances: those belong to `codegen/bpf`.
 */
import type { Span } from "../../grammar/index.js";
import type { HelperName } from "../kernel/helpers.js";
import type { AluOp, Condition } from "../kernel/operations.js";

declare const valueBrand: unique symbol;
declare const blockBrand: unique symbol;
declare const slotBrand: unique symbol;
/** Dense, from 0, in each function. */
export type Value = number & { readonly [valueBrand]: never };
export type BlockId = number & { readonly [blockBrand]: never };
export type SlotId = number & { readonly [slotBrand]: never };

/** Index into the module's maps, which become the object's. */
export type MapIndex = number;

export type ValueType =
  | "int" // also opaque kernel and user addresses
  | "context"
  | "frame" // address of a stack slot
  | "map" // a map object, for helpers
  | "map-value"
  | "map-value-or-null"
  | "record" // reserved ring-buffer memory
  | "record-or-null"
  | "memory" // what a kfunc returned, a typed context holds, or an object of the kernel that programs may read
  | "memory-or-null"
  | "function"; // a callback

export type { AluOp, Condition };

/**
 * What a function does to memory that its caller knows. Of a map: argument 0 is the address of a key, for which it may
 * make an entry; it does nothing else.
 */
export type FunctionEffect = "everything" | "nothing" | MapIndex;

export type AccessBytes = 1 | 2 | 4 | 8;

/**
 * One instruction; `result` is its value, if it has one. All operands come before use (dominance).
 * `div` and `mod` are unsigned, with BPF's meaning for a zero divisor (0, and the dividend).
 */
export type Instruction =
  | { readonly op: "const"; readonly result: Value; readonly value: bigint; readonly span: Span | undefined }
  /** A constant of programs that are compiled as one, by program: see `../alike/`. Not all of them are equal. */
  | {
      readonly op: "varying";
      readonly result: Value;
      readonly values: readonly bigint[];
      readonly span: Span | undefined;
    }
  | {
      readonly op: "alu";
      readonly alu: AluOp;
      readonly result: Value;
      readonly left: Value;
      readonly right: Value;
      readonly span: Span | undefined;
    }
  /** Takes the low `bits` and widens them to 64. */
  | {
      readonly op: "extend";
      readonly result: Value;
      readonly value: Value;
      readonly bits: 8 | 16 | 32;
      readonly isSigned: boolean;
      readonly span: Span | undefined;
    }
  /** Reverses the low `bits / 8` bytes; the rest becomes zero. */
  | {
      readonly op: "byte-swap";
      readonly result: Value;
      readonly value: Value;
      readonly bits: 16 | 32 | 64;
      readonly span: Span | undefined;
    }
  /** 1 or 0. */
  | {
      readonly op: "compare";
      readonly result: Value;
      readonly condition: Condition;
      readonly left: Value;
      readonly right: Value;
      readonly span: Span | undefined;
    }
  /**
   * Zero-extends; `pointer` is any pointer that may be dereferenced. `isSigned` loads sign-extend. An `isVolatile` load is done
   * each time: it gives a value of which the optimiser and the verifier know nothing, and that is no copy of another one.
   */
  | {
      readonly op: "load";
      readonly result: Value;
      readonly pointer: Value;
      readonly offset: number;
      readonly bytes: AccessBytes;
      readonly isSigned: boolean;
      readonly isVolatile: boolean;
      readonly span: Span | undefined;
    }
  | {
      readonly op: "store";
      readonly pointer: Value;
      readonly offset: number;
      readonly bytes: AccessBytes;
      readonly value: Value;
      readonly span: Span | undefined;
    }
  /** `*(u64 *)(pointer + offset) += value`, atomically. */
  | {
      readonly op: "atomic-add";
      readonly pointer: Value;
      readonly offset: number;
      readonly bytes: 4 | 8;
      readonly value: Value;
      readonly span: Span | undefined;
    }
  /** As `atomic-add`, with the old value as result. */
  | {
      readonly op: "atomic-fetch-add";
      readonly result: Value;
      readonly pointer: Value;
      readonly offset: number;
      readonly bytes: 4 | 8;
      readonly value: Value;
      readonly span: Span | undefined;
    }
  /** Writes the value where there is 0, atomically; the result is what was there. */
  | {
      readonly op: "atomic-claim";
      readonly result: Value;
      readonly pointer: Value;
      readonly offset: number;
      readonly bytes: 8;
      readonly value: Value;
      readonly span: Span | undefined;
    }
  /** Copies a constant number of bytes between memories that do not overlap; `align` divides both addresses. */
  | {
      readonly op: "copy";
      readonly to: Value;
      readonly toOffset: number;
      readonly from: Value;
      readonly fromOffset: number;
      readonly bytes: number;
      readonly align: AccessBytes;
      readonly span: Span | undefined;
    }
  /** Sets a constant number of bytes to zero. */
  | {
      readonly op: "zero";
      readonly to: Value;
      readonly toOffset: number;
      readonly bytes: number;
      readonly align: AccessBytes;
      readonly span: Span | undefined;
    }
  | { readonly op: "slot-address"; readonly result: Value; readonly slot: SlotId; readonly span: Span | undefined }
  /** A map as an argument of a helper. */
  | { readonly op: "map"; readonly result: Value; readonly map: MapIndex; readonly span: Span | undefined }
  /** Address inside the first value of an array map: global data, never null. */
  | {
      readonly op: "map-value";
      readonly result: Value;
      readonly map: MapIndex;
      readonly offset: number;
      readonly span: Span | undefined;
    }
  /** The number of the attach point that the program was loaded for: a constant that is known when it is loaded. */
  | { readonly op: "point"; readonly result: Value; readonly span: Span | undefined }
  | {
      readonly op: "call";
      readonly result: Value;
      readonly helper: HelperName;
      readonly args: readonly Value[];
      readonly span: Span | undefined;
    }
  | {
      readonly op: "call-kfunc";
      readonly result: Value;
      readonly kfunc: string;
      readonly btfId: number;
      readonly args: readonly Value[];
      readonly span: Span | undefined;
    }
  /** Calls another function of the module; at most five arguments. */
  | {
      readonly op: "call-function";
      readonly result: Value;
      readonly callee: number;
      readonly args: readonly Value[];
      readonly changes: FunctionEffect;
      readonly span: Span | undefined;
    }
  /** A function of the module as a callback argument. */
  | { readonly op: "function"; readonly result: Value; readonly callee: number; readonly span: Span | undefined };

export type Opcode = Instruction["op"];

export interface Target {
  readonly block: BlockId;
  /** One for each parameter of the block. */
  readonly args: readonly Value[];
}

export type Terminator =
  | { readonly op: "jump"; readonly target: Target; readonly span: Span | undefined }
  | {
      readonly op: "branch";
      readonly condition: Condition;
      readonly left: Value;
      readonly right: Value;
      readonly then: Target;
      readonly otherwise: Target;
      readonly span: Span | undefined;
    }
  /** Goes on to `next` for a number of times that the kernel bounds, then to `exhausted` (6.9+). */
  | {
      readonly op: "may-goto";
      readonly next: Target;
      readonly exhausted: Target;
      /** The verifier knows nothing that changes from turn to turn as one number: see `optimize/blur-loops.ts`. */
      readonly isBlurred: boolean;
      readonly span: Span | undefined;
    }
  /**
   * Where each turn of a loop starts; what becomes of it is settled when the program is whole (`../settle/`), and passes see
   * none. `after`: when all turns are over.
   */
  | {
      readonly op: "loop";
      readonly body: Target;
      readonly after: Target;
      /** Undefined: as many as the kernel allows. */
      readonly turns: number | undefined;
      readonly span: Span | undefined;
    }
  | { readonly op: "exit"; readonly value: Value; readonly span: Span | undefined };

export interface Block {
  readonly id: BlockId;
  readonly params: readonly Value[];
  readonly instructions: readonly Instruction[];
  readonly terminator: Terminator;
}

/** A piece of the frame. Slots whose live ranges do not overlap may share their bytes. */
export interface Slot {
  readonly bytes: number;
  readonly align: AccessBytes;
  /** For dumps. */
  readonly name: string;
  /** Undefined: it lies on the stack. Where others lie is settled when the program is whole: see `../settle/`. */
  readonly home?: SlotHome | undefined;
}

export interface SlotHome {
  /** Slots of the same memory in several functions of a program are one: what they share. Ascending as they were made. */
  readonly memory: number;
  /** `scratch`: never on the stack. */
  readonly where: "anywhere" | "scratch";
  /** Undefined: as long as the program runs. */
  readonly lifetime: Lifetime | undefined;
}

/** In the order in which the program was lowered. What is alive at no common time may share its bytes. */
export interface Lifetime {
  readonly from: number;
  /** When it was given back. */
  until: number;
}

/** `program` is entered by the kernel with the context in r1; `subprogram` and `callback` by us. */
export interface IrFunction {
  readonly name: string;
  readonly role: "program" | "subprogram" | "callback";
  /** Of a subprogram whose parameters are any numbers: the verifier need not follow its calls. */
  readonly isVerifiedAlone?: boolean | undefined;
  /** It was written with care, so that the optimiser, which would take milliseconds, has nothing to do. */
  readonly isOptimal?: boolean | undefined;
  readonly params: readonly Value[];
  /** `blocks[0]` is the entry and has no parameters and no predecessors. `blocks[i].id` need not be i. */
  readonly blocks: readonly Block[];
  readonly slots: readonly Slot[];
  /** By value. */
  readonly types: readonly ValueType[];
}

/** One BPF program: its entry function and what that calls. */
export interface IrProgram {
  readonly functions: readonly IrFunction[];
}

/** Never null, so that loads and stores are allowed. */
export const isDereferenceable = (type: ValueType): boolean =>
  type === "context" || type === "frame" || type === "map-value" || type === "record" || type === "memory";
