/** Where one argument of a USDT probe is, whatever the architecture. */

/** Register names are those of `registers.ts`. */
export type Operand =
  | { readonly kind: "number"; readonly value: Sum }
  /** A piece of a register that starts at a bit: 8 for `%ah`. */
  | { readonly kind: "register"; readonly register: string; readonly bit: 0 | 8 }
  | { readonly kind: "memory"; readonly address: Address }
  | { readonly kind: "unsupported"; readonly reason: string };

/** A number, on top of the address of a symbol. */
export interface Sum {
  readonly symbol: string | undefined;
  readonly number: bigint;
}

export interface Address {
  readonly offset: Sum;
  readonly base: string | undefined;
  readonly index: AddressIndex | undefined;
  /** Arithmetic with registers of 32 bits ends in as many. */
  readonly bits: 32 | 64;
}

export interface AddressIndex {
  readonly register: string;
  /** How far it is shifted to the left. */
  readonly shift: number;
  /** Of a register of 32 bits that is added to one of 64. */
  readonly extend: "zero" | "sign" | undefined;
}

export const unsupported = (reason: string): Operand => ({ kind: "unsupported", reason });

const TERM = /([+-]?)\s*(?:(0[xX][0-9a-fA-F]+|\d+)|([A-Za-z_.$][\w.$]*))/y;

/** Numbers and at most one symbol, added up: `-24`, `0x10`, `sym`, `sym+4`, `4+sym`. Undefined when it is something else. */
export function parseSum(text: string): Sum | undefined {
  let symbol: string | undefined;
  let number = 0n;
  const terms = new RegExp(TERM);
  while (terms.lastIndex < text.length) {
    const isFirst = terms.lastIndex === 0;
    const [, sign, digits, name] = terms.exec(text) ?? [];
    if (sign === undefined || (sign === "" && !isFirst)) return undefined;
    if (digits !== undefined) number += sign === "-" ? -integer(digits) : integer(digits);
    else if (name === undefined || sign === "-" || symbol !== undefined) return undefined;
    else symbol = name;
  }
  return { symbol, number: BigInt.asIntN(64, number) };
}

/** As assemblers read it: a leading zero makes it octal. */
const integer = (digits: string): bigint => BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
