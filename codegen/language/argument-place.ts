/** Where an argument is that the traced program itself says the place of: its compiler chose it. */

export type ArgumentPlace = ReadableArgument | UnreadableArgument;

export interface ReadableArgument {
  readonly kind: "readable";
  readonly bytes: 1 | 2 | 4 | 8;
  readonly isSigned: boolean;
  readonly from: ArgumentSource;
}

/** Registers have the names of `struct pt_regs`. */
export type ArgumentSource =
  | { readonly kind: "constant"; readonly value: bigint }
  /** From a bit on. */
  | { readonly kind: "register"; readonly register: string; readonly bit: 0 | 8 }
  /** An address is the argument. */
  | { readonly kind: "address"; readonly address: ArgumentAddress }
  /** What lies there is. */
  | { readonly kind: "memory"; readonly address: ArgumentAddress };

/** The sum of all that is there. */
export interface ArgumentAddress {
  readonly offset: bigint;
  /** Relative to the probed instruction, wherever that was loaded. */
  readonly isRelative: boolean;
  readonly base: string | undefined;
  readonly index: ArgumentIndex | undefined;
  /** Wraps around after so many. */
  readonly bits: 32 | 64;
}

export interface ArgumentIndex {
  readonly register: string;
  /** How far it is shifted to the left. */
  readonly shift: number;
  /** Of the lower half of a register. */
  readonly extend: "zero" | "sign" | undefined;
}

export interface UnreadableArgument {
  readonly kind: "unreadable";
  /** As the program says it. */
  readonly text: string;
  /** What follows "the argument …". */
  readonly reason: string;
}

/** A place of a probe, of which a program may be attached to many. */
export interface ArgumentSite {
  /** The probe's canonical name. */
  readonly probe: string;
  /** Virtual address of the probed instruction, as the file has it. */
  readonly address: bigint;
  /** By the number of the argument; there are no more. */
  readonly args: readonly ArgumentPlace[];
}
