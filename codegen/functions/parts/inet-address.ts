/** Network addresses as they are written: `1.2.3.4` and `fe80::1`. */

/** In network byte order: 4 or 16 bytes; undefined if it is none. Where there is a dot, it is one of four bytes. */
export function parseInetAddress(text: string): readonly number[] | undefined {
  return text.includes(".") ? parseQuad(text) : parseGroups(text);
}

function parseQuad(text: string): readonly number[] | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part))) return undefined;
  const bytes = parts.map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

const GROUPS = 8;

/** `::` stands once, for one group of zeros or more. */
function parseGroups(text: string): readonly number[] | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => (half === "" ? [] : half.split(":")));
  if (head === undefined) return undefined;
  const given = [...head, ...(tail ?? [])];
  if (!given.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  const missing = GROUPS - given.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const zeros = new Array<string>(missing).fill("0");
  return [...head, ...zeros, ...(tail ?? [])].flatMap((group) => {
    const value = parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}
