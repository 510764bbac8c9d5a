/** What a pattern may have meant that matches nothing. */
import { nearestNames, suggestion } from "../../grammar/index.js";

/** Of shorter words almost anything is near. */
const SHORTEST = 4;

/**
 * The word of a pattern that is one word and a star, `vfs_raed*` or `*_raed`, is compared with whole words that names begin
 * (or end) with, then with what is as long.
 */
export function nearestPatterns(pattern: string, names: readonly string[]): readonly string[] {
  const [start = "", end = "", ...more] = pattern.split("*");
  const isStart = start !== "";
  const word = isStart ? start : end;
  if (more.length > 0 || word.length < SHORTEST || (isStart && end !== "")) return [];
  const show = (piece: string): string => (isStart ? `${piece}*` : `*${piece}`);
  const whole = nearestNames(word, piecesOf(names, { isStart, lengths: lengthsAround(word), isWhole: true }));
  if (whole.length > 0) return whole.map(show);
  return nearestNames(word, piecesOf(names, { isStart, lengths: [word.length], isWhole: false })).map(show);
}

const lengthsAround = ({ length }: string): readonly number[] => [length - 1, length, length + 1];

interface Pieces {
  readonly isStart: boolean;
  readonly lengths: readonly number[];
  /** Before and behind them is no letter of the name. */
  readonly isWhole: boolean;
}

function piecesOf(names: readonly string[], { isStart, lengths, isWhole }: Pieces): ReadonlySet<string> {
  const pieces = new Set<string>();
  for (const name of names) {
    for (const length of lengths) {
      if (name.length < length) continue;
      const piece = isStart ? name.slice(0, length) : name.slice(-length);
      const edge = isStart ? name.slice(length - 1, length + 1) : name.slice(-length - 1).slice(0, 2);
      if (!isWhole || !/^[a-z0-9]{2}$/i.test(edge)) pieces.add(piece);
    }
  }
  return pieces;
}

export const helpOnPattern = (pattern: string, names: readonly string[]): readonly string[] =>
  suggestion(nearestPatterns(pattern, names));
