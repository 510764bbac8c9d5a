/** The three ways in which a `buf()` is written: `%r`, `%rx` and `%rh`. Byte strings in and out. */
const HEX = Array.from({ length: 256 }, (_, b) => b.toString(16).padStart(2, "0"));
const ESCAPED = HEX.map((h) => `\\x${h}`);
const PRINTABLE = ESCAPED.map((escaped, b) => (b >= 32 && b <= 126 ? String.fromCharCode(b) : escaped));

const mapBytes = (bytes: Uint8Array, table: readonly string[], separator: string): string => {
  let text = "";
  for (let i = 0; i < bytes.length; i++) text += (i === 0 ? "" : separator) + (table[bytes[i] ?? 0] ?? "");
  return text;
};

export const BUFFER_TEXT = {
  /** Bytes 32..126 as they are, others `\xHH`. */
  r: (bytes: Uint8Array): string => mapBytes(bytes, PRINTABLE, ""),
  rx: (bytes: Uint8Array): string => mapBytes(bytes, ESCAPED, ""),
  rh: (bytes: Uint8Array): string => mapBytes(bytes, HEX, " "),
} as const;

export type BufferConversion = keyof typeof BUFFER_TEXT;
