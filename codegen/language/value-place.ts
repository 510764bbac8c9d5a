/** Where a value of a process is when a probe fires. Registers have the names of `struct pt_regs`. */
export type ValuePlace =
  | { readonly kind: "parts"; readonly parts: readonly ValuePart[] }
  /** In the memory of the process, as a whole. Indirect: there lies its address. */
  | {
      readonly kind: "memory";
      /** Undefined: the offset is the address. */
      readonly base: string | undefined;
      readonly offset: bigint;
      readonly isIndirect: boolean;
    };

export interface ValuePart {
  readonly from: PartSource;
  /** Bytes from the start of the value. */
  readonly at: number;
  readonly bytes: number;
}

export type PartSource =
  | { readonly kind: "register"; readonly register: string }
  /** The sum. */
  | { readonly kind: "sum"; readonly register: string | undefined; readonly offset: bigint }
  | { readonly kind: "memory"; readonly register: string | undefined; readonly offset: bigint }
  /** Nobody can read it from a program. */
  | { readonly kind: "float-register"; readonly register: string };
