/**
 * How a frame leads to its caller's, where there are no frame pointers: shared by those who make the tables (`src/unwind`) and
 * the code that walks by them (`codegen/lower/unwind.ts`).
 *
 * A rule is one word, so that tables are small and a walk reads little:
 *
 *     bits 0…3    kind
 *     bits 4…13   where the caller's frame pointer was saved: 0 it is still in its register; 1…1022 so many words below the
 *                 CFA; 1023 nobody knows. Of `fp-indirect`: 1 is where the frame pointer points to. Of `plt`: see there.
 *     bits 14…31  offset of the CFA in words, signed
 *
 * The CFA is the value that the stack pointer has when the function has returned.
 */
export const RULE_KIND = {
  /** Nothing is known: frame pointers are followed. */
  none: 0,
  /** The CFA is the stack pointer and an offset. */
  sp: 1,
  /** … the frame pointer and an offset. */
  fp: 2,
  /** … what lies at an offset of the frame pointer: functions that align their stack. */
  fpIndirect: 3,
  /** … one word farther away from so many bytes of each 16 on (bits 4…13): the entries of a procedure linkage table. */
  plt: 4,
  /** The kernel has put all registers of what it interrupted at an offset of the stack pointer. */
  signal: 5,
  /** Nobody has called this: the start of a stack. */
  end: 6,
  /** Not of tables: user space has not looked at this code yet. */
  notYet: 7,
} as const;

export type RuleKind = (typeof RULE_KIND)[keyof typeof RULE_KIND];

export const WORD_BYTES = 8;
export const RULE_KIND_MASK = 0xf;
export const FP_SHIFT = 4;
export const FP_MASK = 0x3ff;
export const FP_SAME = 0;
export const FP_UNKNOWN = 0x3ff;
export const CFA_SHIFT = 14;

export interface Rule {
  readonly kind: RuleKind;
  readonly fp: number;
  /** In bytes. */
  readonly cfaOffset: number;
}

const MIN_CFA_WORDS = -(2 ** 17);
const MAX_CFA_WORDS = 2 ** 17 - 1;

/** What does not fit is as good as unknown. */
export function packRule({ kind, fp, cfaOffset }: Rule): number {
  const words = cfaOffset / WORD_BYTES;
  if (!Number.isInteger(words) || words < MIN_CFA_WORDS || words > MAX_CFA_WORDS) return RULE_KIND.none;
  return ((words << CFA_SHIFT) | (fp << FP_SHIFT) | kind) >>> 0;
}

/** What {@link packRule} has made. */
export const unpackRule = (rule: number): Rule => ({
  kind: (rule & RULE_KIND_MASK) as RuleKind,
  fp: (rule >>> FP_SHIFT) & FP_MASK,
  cfaOffset: ((rule | 0) >> CFA_SHIFT) * WORD_BYTES,
});

/**
 * What of an architecture the tables and the walk need. arm64 would have its return address in a register at first: then
 * `returnAddress` is a rule of its own, for which the word has room where `plt` and `signal` have none.
 */
export interface UnwindArchitecture {
  /** Numbers of registers in call frame information. */
  readonly dwarf: { readonly sp: number; readonly fp: number; readonly returnAddress: number };
  /** Names of registers in `struct pt_regs`. */
  readonly registers: { readonly sp: string; readonly fp: string; readonly ip: string };
  /** From the CFA to the return address. */
  readonly returnAddressOffset: number;
  /** From the frame pointer to the return address. */
  readonly returnAddressFromFp: number;
  /** From where a signal frame has the stack pointer of what was interrupted. */
  readonly signalFrame: { readonly fp: number; readonly sp: number; readonly ip: number };
}

/** System V ABI, AMD64 supplement, 3.4 and 3.7; `struct sigcontext` in asm/sigcontext.h: … di si bp bx dx ax cx sp ip. */
export const X86_64_UNWINDING: UnwindArchitecture = {
  dwarf: { sp: 7, fp: 6, returnAddress: 16 },
  registers: { sp: "sp", fp: "bp", ip: "ip" },
  returnAddressOffset: -8,
  returnAddressFromFp: 8,
  signalFrame: { fp: -40, sp: 0, ip: 8 },
};

/** By name of the architecture; none: its stacks are not unwound. */
export const UNWINDING = { x86_64: X86_64_UNWINDING, aarch64: undefined } as const;

// ---------------------------------------------------------------- tables

/**
 * Rows of a file are a tree of nodes in a hash map, by number. A node has as many pairs of `u32 address, u32 value`,
 * ascending; the value is a rule in the lowest level and the number of a node above it.
 */
export const NODE_ROWS = 256;
export const NODE_BYTES = 8 * NODE_ROWS;
/** 256³ rows are more than any program has. */
export const MAX_LEVELS = 3;
/** Behind the last pair. */
export const NO_ADDRESS = 0xffff_ffff;

/**
 * The code that a process has mapped, by process:
 *
 *     u64 generation, u64 start of the stack
 *     u64 start[256]                                   ascending
 *     { u32 bytes, u32 address, u32 node, u32 levels }[256]
 *
 * `address` is that of the mapping's first byte in the tree; `levels` 0: there is no table for it. Another program of the
 * same process has its stack elsewhere; 0 where user space cannot know.
 */
export const SPACE_MAPPINGS = 256;
export const SPACE_STACK_AT = 8;
export const SPACE_STARTS_AT = 16;
export const SPACE_INFOS_AT = SPACE_STARTS_AT + 8 * SPACE_MAPPINGS;
export const SPACE_INFO_BYTES = 16;
export const SPACE_BYTES = SPACE_INFOS_AT + SPACE_INFO_BYTES * SPACE_MAPPINGS;
/**
 * The files whose tables there are, for code that a process has mapped a moment ago: by `u64 inode, u64 device` as the kernel
 * has them, `u64 distance, u32 node, u32 levels`. The distance leads from a place in the file to its address in the tree.
 */
export const FILE_KEY_BYTES = 16;
export const FILE_BYTES = 16;

/** Behind the last start; no address of a process is above it. */
export const NO_START = 0x7fff_ffff_ffff_ffffn;

/** Stored in place of a frame that could not be found. */
export const UNWIND_FAILURE = 0xffff_ffff_ffff_ffffn;

/** In the place of the number of a probe: frames but the first are the calls themselves, not what is behind them. */
export const UNWOUND_STACK = -1;

/** Of the rules that were found last: pairs of words, as many as a power of two. */
export const CACHE_ENTRIES = 4096;
export const CACHE_BYTES = 16 * CACHE_ENTRIES;
