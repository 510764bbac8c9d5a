/**
 * Strings of traced programs are data: on a terminal their control characters are shown, not obeyed.
 * Newline and tab stay; what an escape sequence can start with does not, and that includes the C1
 * controls, which UTF-8 writes as C2 80 … C2 9F.
 */
export function escapeControls(text: string): string {
  let escaped = "";
  let copied = 0;
  for (let at = 0; at < text.length; at++) {
    if (!isControl(text, at)) continue;
    escaped += `${text.slice(copied, at)}\\x${text.charCodeAt(at).toString(16).padStart(2, "0")}`;
    copied = at + 1;
  }
  return copied === 0 ? text : escaped + text.slice(copied);
}

function isControl(text: string, at: number): boolean {
  const byte = text.charCodeAt(at);
  if (byte < 0x20) return byte !== 0x0a && byte !== 0x09;
  if (byte === 0x7f) return true;
  return byte >= 0x80 && byte <= 0x9f && text.charCodeAt(at - 1) === 0xc2;
}
