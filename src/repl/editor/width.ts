/** How many cells of a terminal a character takes. */

/** East Asian wide and fullwidth characters, and pictures: first and last code point. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x2329, 0x232a],
  [0x2e80, 0x303e],
  [0x3041, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];

/** Of one grapheme; what cannot be seen is shown as {@link visible} says. */
export function widthOf(grapheme: string): number {
  const code = grapheme.codePointAt(0) ?? 0;
  if (code < 0x7f) return 1;
  if (/^[\p{Mn}\p{Me}\p{Cf}]/u.test(grapheme)) return 0;
  return isWide(code) || /\p{Emoji_Presentation}|\ufe0f/u.test(grapheme) ? 2 : 1;
}

const isWide = (code: number): boolean => WIDE.some(([first, last]) => first <= code && code <= last);

/** A tab is blanks, a control character its letter with a caret: nothing of the text may steer the terminal. */
export function visible(grapheme: string): readonly string[] {
  if (grapheme === "\t") return [" ", " "];
  const code = grapheme.codePointAt(0) ?? 0;
  if (code < 0x20) return ["^", String.fromCharCode(code + 0x40)];
  if (code === 0x7f) return ["^", "?"];
  return code >= 0x80 && code < 0xa0 ? ["?"] : [grapheme];
}
