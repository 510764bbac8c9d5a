/** JSON's strings and numbers as byte strings (output.md 13.1). */
import type { Integer } from "./integer.js";

const NAMED: Readonly<Record<string, string>> = { '"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Text of traced programs need not be UTF-8; what is not becomes the replacement character. */
export function jsonString(bytes: string): string {
  let escaped = "";
  let copied = 0;
  let isAscii = true;
  for (let at = 0; at < bytes.length; at++) {
    const code = bytes.charCodeAt(at);
    if (code >= 0x80) isAscii = false;
    if (code >= 0x20 && code !== 0x22 && code !== 0x5c) continue;
    const char = bytes.charAt(at);
    escaped += bytes.slice(copied, at) + (NAMED[char] ?? `\\u${code.toString(16).padStart(4, "0")}`);
    copied = at + 1;
  }
  const text = copied === 0 ? bytes : escaped + bytes.slice(copied);
  return `"${isAscii ? text : validUtf8(text)}"`;
}

const validUtf8 = (bytes: string): string =>
  Buffer.from(Buffer.from(bytes, "latin1").toString("utf8"), "utf8").toString("latin1");

/** In quotes when a double cannot hold it. */
export function jsonInteger(n: Integer): string {
  if (typeof n === "number") return n.toString();
  return BigInt(Number(n)) === n ? n.toString() : `"${n}"`;
}

export const jsonObject = (members: readonly (readonly [key: string, value: string])[]): string =>
  `{${members.map(([key, value]) => `${jsonString(key)}: ${value}`).join(", ")}}`;
