/** What the kernel says that this process was started with. Node has it too, but with U+FFFD for bytes that are no UTF-8. */
import { readFileSync } from "node:fs";

/** @param decoded - what Node has of them: all the words from the first one that counts */
export function ownArguments(decoded: readonly string[]): readonly string[] {
  if (!decoded.some(isDamaged)) return decoded.map(toBytes);
  const words = readWords("cmdline");
  return words === undefined || words.length < decoded.length
    ? decoded.map(toBytes)
    : words.slice(words.length - decoded.length);
}

/** NAME=value, in order. */
export const ownEnvironment = (): readonly string[] =>
  readWords("environ") ?? Object.entries(process.env).map(([name, value]) => toBytes(`${name}=${value}`));

const REPLACEMENT = "\ufffd";
const isDamaged = (text: string): boolean => text.includes(REPLACEMENT);

/** From JavaScript's strings, as Node has them, to byte strings. */
export const toBytes = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

function readWords(file: "cmdline" | "environ"): readonly string[] | undefined {
  try {
    const text = readFileSync(`/proc/self/${file}`, "latin1");
    return text === "" ? [] : text.replace(/\0$/, "").split("\0");
  } catch {
    return undefined;
  }
}
