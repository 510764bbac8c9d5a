/**
 * Bytes that came from the kernel, seen in the two ways that decoders need: numbers through a
 * DataView, text through a Buffer. Made once for each batch, never for each event.
 */
export interface Memory {
  readonly view: DataView;
  readonly bytes: Buffer;
}

export function memoryOf(bytes: Uint8Array): Memory {
  return {
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  };
}

/** Longer runs than this are faster through Buffer than one `fromCharCode` at a time. */
const SHORT = 24;

/** The byte string in `[start, end)`. */
export function byteString(m: Memory, start: number, end: number): string {
  if (end - start > SHORT) return m.bytes.toString("latin1", start, end);
  const bytes = m.bytes;
  let text = "";
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}

/** Where the first NUL of `[start, end)` is, or `end`. */
export function endOfString(m: Memory, start: number, end: number): number {
  const bytes = m.bytes;
  const scanEnd = Math.min(end, start + 64);
  for (let at = start; at < scanEnd; at++) if (bytes[at] === 0) return at;
  if (scanEnd === end) return end;
  const found = bytes.indexOf(0, scanEnd);
  return found === -1 || found > end ? end : found;
}
