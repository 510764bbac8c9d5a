/** What Rust made of names until version 0 of its own scheme: C++ names with a hash at the end, and escapes. */
const LEGACY = /^_ZN(.+)17h[0-9a-f]{16}E(?:\.llvm\.[0-9A-F]+|\.\d+)?$/;

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["SP", "@"],
  ["BP", "*"],
  ["RF", "&"],
  ["LT", "<"],
  ["GT", ">"],
  ["LP", "("],
  ["RP", ")"],
  ["C", ","],
]);

/** Without its hash. Undefined: it is no such name. */
export function demangleRustLegacy(symbol: string): string | undefined {
  const [, text] = LEGACY.exec(symbol) ?? [];
  if (text === undefined) return undefined;
  const parts: string[] = [];
  for (let at = 0; at < text.length;) {
    const [digits] = /^[1-9]\d*/.exec(text.slice(at, at + 6)) ?? [];
    if (digits === undefined) return undefined;
    const start = at + digits.length;
    const end = start + Number(digits);
    if (end > text.length) return undefined;
    const part = unescape(text.slice(start, end));
    if (part === undefined) return undefined;
    parts.push(part);
    at = end;
  }
  return parts.join("::");
}

/** `$LT$` and its like, `$u20$` by number, and `..` for `::`. An underscore in front of an escape is there for assemblers. */
function unescape(part: string): string | undefined {
  let isWrong = false;
  const text = part
    .replace(/^_(?=\$)/, "")
    .replace(/\$([A-Za-z0-9]*)\$/g, (_all, code: string) => {
      const known = ESCAPES.get(code);
      if (known !== undefined) return known;
      const point = /^u[0-9a-f]{1,6}$/.test(code) ? parseInt(code.slice(1), 16) : NaN;
      if (point >= 0x20 && point <= 0x10_ffff) return Buffer.from(String.fromCodePoint(point)).toString("latin1");
      isWrong = true;
      return "";
    })
    .replaceAll("..", "::");
  return isWrong || text.includes("$") ? undefined : text;
}
