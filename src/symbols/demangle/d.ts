/** Names of D: what is called, without the types of its parameters. */

/** Undefined: it is no such name, or one that is not understood. */
export function demangleD(symbol: string): string | undefined {
  if (symbol === "_Dmain") return "D main";
  if (!/^_D\d/.test(symbol)) return undefined;
  const parts: string[] = [];
  let at = 2;
  for (;;) {
    const [digits] = /^[1-9]\d{0,4}/.exec(symbol.slice(at, at + 5)) ?? [];
    if (digits === undefined) break;
    const start = at + digits.length;
    const end = start + Number(digits);
    const name = symbol.slice(start, end);
    // Templates and what refers to an earlier part have arguments, which would have to be understood.
    if (end > symbol.length || !/^[A-Za-z_][\w]*$/.test(name) || /^__[TU]/.test(name)) return undefined;
    parts.push(SPECIAL.get(name) ?? name);
    at = end;
  }
  // Behind the name comes its type: that of a function, with or without a context.
  return parts.length > 0 &&
    /^(?:M?[FUWVRY]|Z)/.test(
      symbol
        .slice(at)
        .replace(/^M[xyO]*/, "M")
        .replace(/^MN[a-n]/, "M"),
    )
    ? parts.join(".")
    : undefined;
}

const SPECIAL: ReadonlyMap<string, string> = new Map([
  ["__ctor", "this"],
  ["__dtor", "~this"],
]);
