/** The unnamed bit-fields that make a C compiler leave the same holes in a struct as there are in BTF. */

export interface Gap {
  /** Where the last member ended. */
  readonly endBits: number;
  /** Where the next one starts, or the struct ends. */
  readonly nextBits: number;
  /** Of the next member, or of the struct. */
  readonly alignBytes: number;
  /** Both neighbours are bit-fields. */
  readonly isInBitField: boolean;
}

interface Filler {
  readonly name: string;
  readonly bits: number;
}

const FILLERS: readonly Filler[] = [
  { name: "long", bits: 64 },
  { name: "int", bits: 32 },
  { name: "short", bits: 16 },
  { name: "char", bits: 8 },
];
const SMALLEST_FIRST = FILLERS.toReversed();

const roundUp = (bits: number, to: number): number => Math.ceil(bits / to) * to;

/** As libbpf does it: align to the widest type whose boundary is not behind the gap, then fill with that type. */
export function paddingBetween({ endBits, nextBits, alignBytes, isInBitField }: Gap): readonly string[] {
  if (endBits >= nextBits) return [];
  const filler = FILLERS.find(({ bits }) => roundUp(endBits, bits) <= nextBits);
  if (filler === undefined) return [];
  const lines: string[] = [];
  const aligned = roundUp(endBits, filler.bits);
  if (aligned > endBits) {
    // The compiler leaves the hole by itself when the next member's alignment asks for it.
    const isNeeded =
      isInBitField ||
      (aligned === nextBits ? roundUp(endBits, alignBytes * 8) !== aligned : nextBits - aligned <= aligned - endBits);
    if (isNeeded) lines.push(`${filler.name}: ${isInBitField ? aligned - endBits : 0}`);
  }
  return [...lines, ...fill(aligned, nextBits, filler)];
}

function fill(fromBits: number, toBits: number, filler: Filler): readonly string[] {
  const lines: string[] = [];
  let at = fromBits;
  for (; toBits - at >= filler.bits; at += filler.bits) lines.push(`${filler.name}: ${filler.bits}`);
  const rest = toBits - at;
  if (rest > 0) lines.push(`${SMALLEST_FIRST.find(({ bits }) => bits >= rest)?.name ?? filler.name}: ${rest}`);
  return lines;
}
