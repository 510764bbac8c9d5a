/**
 * What follows each opcode of x86, as far as it decides the length of an instruction (Intel SDM volume 2, appendix A;
 * AMD64 APM volume 3, appendix A).
 *
 * One letter for each opcode, sixteen opcodes a row:
 *
 *     .  nothing                         m  ModRM, and what it asks for: SIB, displacement
 *     b  an immediate byte               B  ModRM and an immediate byte
 *     w  an immediate of 2 bytes         W  3 immediate bytes (`enter`)
 *     z  an immediate of 2 or 4 bytes    Z  ModRM and an immediate of 2 or 4 bytes
 *     v  an immediate of 2, 4 or 8       j  a jump distance of 4 bytes
 *     p  a far pointer                   r  ModRM, whose operands are registers whatever its mode
 *     o  an address                      g  ModRM; with /0 and /1 a byte more    G  … 2 or 4 bytes more
 *     x  see the decoder                 -  no instruction in 64-bit mode
 */
export type Follows =
  "." | "p" | "r" | "m" | "b" | "B" | "w" | "W" | "z" | "Z" | "v" | "j" | "o" | "g" | "G" | "x" | "-";

/** Rows of 16 letters; blanks are for the eye. */
const map = (...rows: readonly string[]): readonly Follows[] =>
  [...rows.join("").replaceAll(" ", "")] as readonly string[] as readonly Follows[];

export const ONE_BYTE = map(
  //   0123 4567 89ab cdef
  /*0*/ "mmmm bz-- mmmm bz-x",
  /*1*/ "mmmm bz-- mmmm bz--",
  /*2*/ "mmmm bz-- mmmm bz--",
  /*3*/ "mmmm bz-- mmmm bz--",
  /*4*/ "---- ---- ---- ----",
  /*5*/ ".... .... .... ....",
  /*6*/ "--xm ---- zZbB ....",
  /*7*/ "bbbb bbbb bbbb bbbb",
  /*8*/ "BZ-B mmmm mmmm mmmx",
  /*9*/ ".... .... ..-. ....",
  /*a*/ "oooo .... bz.. ....",
  /*b*/ "bbbb bbbb vvvv vvvv",
  /*c*/ "BBw. xxBZ W.w. .b-.",
  /*d*/ "mmmm -x-. mmmm mmmm",
  /*e*/ "bbbb bbbb jj-b ....",
  /*f*/ "-.-- ..gG .... ..mm",
);

/** After 0f. */
export const TWO_BYTE = map(
  //   0123 4567 89ab cdef
  /*0*/ "mmmm -... ..-. -m.B",
  /*1*/ "mmmm mmmm mmmm mmmm",
  /*2*/ "rrrr ---- mmmm mmmm",
  /*3*/ ".... ..-. x-x- ----",
  /*4*/ "mmmm mmmm mmmm mmmm",
  /*5*/ "mmmm mmmm mmmm mmmm",
  /*6*/ "mmmm mmmm mmmm mmmm",
  /*7*/ "BBBB mmm. xm-- mmmm",
  /*8*/ "jjjj jjjj jjjj jjjj",
  /*9*/ "mmmm mmmm mmmm mmmm",
  /*a*/ "...m Bmmm ...m Bmmm",
  /*b*/ "mmmm mmmm mmBm mmmm",
  /*c*/ "mmBm BBBm .... ....",
  /*d*/ "mmmm mmmm mmmm mmmm",
  /*e*/ "mmmm mmmm mmmm mmmm",
  /*f*/ "mmmm mmmm mmmm mmmm",
);

/** Vector encodings of the map 0f: as there, but all that is no vector instruction has no immediate. */
export const VECTOR_0F_WITH_BYTE: ReadonlySet<number> = new Set([0x70, 0x71, 0x72, 0x73, 0xc2, 0xc4, 0xc5, 0xc6]);

/** APX: the instructions of the one-byte map and of 0f that EVEX gives three operands (map 4). */
export const PROMOTED: Readonly<Record<number, Follows>> = {
  0x24: "B",
  0x2c: "B",
  0x69: "Z",
  0x6b: "B",
  0x80: "B",
  0x81: "Z",
  0x83: "B",
  0xc0: "B",
  0xc1: "B",
  0xf6: "g",
  0xf7: "G",
};

const each = (opcodes: readonly number[], follows: Follows): Readonly<Record<number, Follows>> =>
  Object.fromEntries(opcodes.map((opcode) => [opcode, follows]));

/** What 64-bit mode took away: whole registers, segments, decimal numbers; `inc` and `dec`, of which it made REX. */
export const ADDED_IN_32_BITS: Readonly<Record<number, Follows>> = {
  ...each([0x06, 0x07, 0x0e, 0x16, 0x17, 0x1e, 0x1f, 0x27, 0x2f, 0x37, 0x3f, 0x60, 0x61, 0xce, 0xd6], "."),
  ...each([0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4a, 0x4b, 0x4c, 0x4d, 0x4e, 0x4f], "."),
  0x62: "m",
  0x82: "B",
  0x9a: "p",
  0xc4: "m",
  0xc5: "m",
  0xd4: "b",
  0xd5: "b",
  0xea: "p",
};
