/** Functions of C++, Rust, D and Swift by the names that people give them: all overloads at once (probes-and-cli.md 4). */
import type { KernelFacts } from "../facts.js";
import { globMatcher, hasWildcard } from "../language/glob.js";

/** How symbols of C++, Rust, D and Swift start. */
const MANGLED = /^(?:_(?:_{0,3}Z|R|D)|_?\$[sS])/;

/** Names of Rust have no parameters, and may have parentheses all the same. */
const RUST = /^_(?:R|ZN.*17h[0-9a-f]{16}E)/;

/**
 * Matches a symbol as it is, or the declaration that it stands for: without its parameters, unless the pattern has some.
 */
export function cppMatcher(pattern: string, facts: Pick<KernelFacts, "demangle">): (symbol: string) => boolean {
  const matches = globMatcher(pattern);
  const hasParameters = pattern.includes("(");
  const mayMatch = quickTest(pattern);
  return (symbol) => {
    if (matches(symbol)) return true;
    if (!MANGLED.test(symbol) || !mayMatch(symbol)) return false;
    const declaration = facts.demangle(symbol);
    if (declaration === undefined) return false;
    // `<p::Point>::add` is written `p::Point::add`, too.
    if (RUST.test(symbol)) return matches(declaration) || matches(declaration.replace(/^<([^<> ]+)>::/, "$1::"));
    return matches(hasParameters ? declaration : withoutParameters(declaration));
  };
}

/** As `-l` shows it: `"over(int)"`, or the symbol when it stands for no declaration. */
export function declarationOrSymbol(symbol: string, facts: Pick<KernelFacts, "demangle">): string {
  const declaration = MANGLED.test(symbol) ? facts.demangle(symbol) : undefined;
  return declaration === undefined ? symbol : `"${declaration}"`;
}

/** `B::s(int (*)(int)) const` without what begins at its last balanced parentheses. */
function withoutParameters(declaration: string): string {
  let depth = 0;
  for (let at = declaration.lastIndexOf(")"); at >= 0; at--) {
    if (declaration[at] === ")") depth++;
    else if (declaration[at] === "(" && --depth === 0) return declaration.slice(0, at);
  }
  return declaration;
}

/** Large programs have 100,000 symbols, and the last word of a plain name is found in its symbol as it is. */
function quickTest(pattern: string): (symbol: string) => boolean {
  const [, before, word] = /^(?:(?:.*::)?(\w+)::)?([A-Za-z_]\w*)$/.exec(pattern) ?? [];
  // `operator+` and constructors of what has an abbreviation of its own (`std::string`) are spelled in another way.
  if (word === undefined || word === "operator" || word === before || hasWildcard(pattern)) return () => true;
  return (symbol) => symbol.includes(word);
}
