/** Moving about in a text: by what people see as one character, by words, by lines. Offsets are in UTF-16 units. */

/** Made when it is first needed: a start-up snapshot cannot hold it. */
let segmenter: Intl.Segmenter | undefined;

/** What is seen as single characters: with its accents, and however many code points an emoji is made of. */
export function graphemes(text: string): readonly string[] {
  if (isPlain(text)) return [...text];
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

const isPlain = (text: string): boolean => /^[\n\x20-\x7e]*$/.test(text);

/** So far from the cursor at most is its character looked for: a text may be long. */
const MAX_GRAPHEME = 64;

export function before(text: string, cursor: number): number {
  const last = graphemes(text.slice(Math.max(0, cursor - MAX_GRAPHEME), cursor)).at(-1);
  return cursor - (last?.length ?? 0);
}

export function after(text: string, cursor: number): number {
  const [first = ""] = graphemes(text.slice(cursor, cursor + MAX_GRAPHEME));
  return cursor + first.length;
}

export function wordBefore(text: string, cursor: number): number {
  let at = cursor;
  while (at > 0 && !isWord(text, at - 1)) at--;
  while (at > 0 && isWord(text, at - 1)) at--;
  return at;
}

export function wordAfter(text: string, cursor: number): number {
  let at = cursor;
  while (at < text.length && !isWord(text, at)) at++;
  while (at < text.length && isWord(text, at)) at++;
  return at;
}

const isWord = (text: string, at: number): boolean => /[\w@$\u0080-\uffff]/.test(text.charAt(at));

export const lineStart = (text: string, cursor: number): number => text.lastIndexOf("\n", cursor - 1) + 1;

export function lineEnd(text: string, cursor: number): number {
  const end = text.indexOf("\n", cursor);
  return end < 0 ? text.length : end;
}
