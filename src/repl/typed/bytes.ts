/** Between what people type, which is JavaScript's text, and byte strings, which is what the compiler reads. */
import { toBytes } from "../../files/index.js";
import type { Range } from "../../../service/index.js";

export { toBytes };

/** For what was made of byte strings; bytes that are no UTF-8 become U+FFFD. */
export const fromBytes = (bytes: string): string => Buffer.from(bytes, "latin1").toString("utf8");

export const byteOffset = (text: string, at: number): number => Buffer.byteLength(text.slice(0, at), "utf8");

/** From offsets in bytes to those in the text. */
export function textRange(text: string, { start, end }: Range): Range {
  if (!/[^\0-\x7f]/.test(text)) return { start, end };
  const bytes = Buffer.from(text, "utf8");
  const at = (offset: number): number => bytes.toString("utf8", 0, offset).length;
  return { start: at(start), end: at(end) };
}
