/**
 * Replaces macros in a stream of tokens.
 *
 * What a call became is read again with the macro switched off, so that recursion ends; its own name in
 * there is painted and stays a name for ever, as the C standard wants it.
 */
import type { CErrors } from "./failure.js";
import { type CMacro, type MacroArgument, substitute } from "./macro.js";
import { type CToken, isPunctuator } from "./token.js";

/** A macro whose value depends on where it is used: `__LINE__` … */
export type DynamicMacro = (use: CToken) => CToken;

export interface MacroTable {
  readonly macros: ReadonlyMap<string, CMacro>;
  readonly dynamic: ReadonlyMap<string, DynamicMacro>;
  readonly errors: CErrors;
  readonly budget: TokenBudget;
}

/** Macros that double themselves end here, long before memory does. */
export class TokenBudget {
  #left = 4_000_000;

  /** @returns false when nothing is left */
  spend(tokens: number): boolean {
    this.#left -= tokens;
    return this.#left >= 0;
  }
}

/** The arguments of arguments of arguments … */
const MAX_DEPTH = 200;

interface Expansion {
  readonly tokens: readonly CToken[];
  /** Undefined: tokens that were read too early. */
  readonly macro: CMacro | undefined;
  at: number;
}

export class MacroExpander {
  readonly #table: MacroTable;
  readonly #source: () => CToken;
  readonly #expansions: Expansion[] = [];
  readonly #active: Set<CMacro>;
  readonly #depth: number;

  /** @param active macros in whose expansions the source lies */
  constructor(table: MacroTable, source: () => CToken, active: ReadonlySet<CMacro> = new Set(), depth = 0) {
    this.#table = table;
    this.#source = source;
    this.#active = new Set(active);
    this.#depth = depth;
  }

  next(): CToken {
    for (;;) {
      const token = this.#raw();
      if (token.kind !== "identifier" || token.isPainted) return token;
      const macro = this.#table.macros.get(token.text);
      if (macro === undefined) return this.#table.dynamic.get(token.text)?.(token) ?? token;
      if (this.#active.has(macro)) return { ...token, isPainted: true };
      if (!this.#expand(macro, token)) return token;
    }
  }

  /** The expansion of a list that stands for itself, such as an argument. */
  expandAll(tokens: readonly CToken[]): readonly CToken[] {
    const [first] = tokens;
    if (first === undefined) return [];
    if (this.#depth >= MAX_DEPTH) this.#table.errors.fatal(first, "macros are nested too deeply");
    const end: CToken = { ...first, kind: "end", text: "" };
    let at = 0;
    const inner = new MacroExpander(this.#table, () => tokens[at++] ?? end, this.#active, this.#depth + 1);
    const out: CToken[] = [];
    for (let token = inner.next(); token.kind !== "end"; token = inner.next()) out.push(token);
    return out;
  }

  /** The next token as it stands there. */
  nextRaw(): CToken {
    return this.#raw();
  }

  /** From the innermost expansion that has something left. */
  #raw(): CToken {
    for (let top = this.#expansions.at(-1); top !== undefined; top = this.#expansions.at(-1)) {
      const token = top.tokens[top.at++];
      if (token !== undefined) return token;
      this.#expansions.pop();
      if (top.macro !== undefined) this.#active.delete(top.macro);
    }
    return this.#source();
  }

  #putBack(token: CToken): void {
    this.#expansions.push({ tokens: [token], macro: undefined, at: 0 });
  }

  /** @returns false for a function-like macro that is not called */
  #expand(macro: CMacro, name: CToken): boolean {
    const args = macro.params === undefined ? [] : this.#arguments(macro, name);
    if (args === undefined) return false;
    const body = substitute(macro, args, this.#table.errors);
    if (!this.#table.budget.spend(body.length + 1)) this.#table.errors.fatal(name, "macros expand to too many tokens");
    this.#expansions.push({ tokens: body.map((token, i) => placed(token, name, i === 0)), macro, at: 0 });
    this.#active.add(macro);
    return true;
  }

  #arguments(macro: CMacro, name: CToken): readonly MacroArgument[] | undefined {
    const open = this.#raw();
    if (!isPunctuator(open, "(")) {
      this.#putBack(open);
      return undefined;
    }
    return this.#checked(macro, name, this.#rawArguments(macro, name));
  }

  #rawArguments(macro: CMacro, name: CToken): readonly (readonly CToken[])[] {
    const args: CToken[][] = [[]];
    const rest = macro.isVariadic ? (macro.params?.length ?? 1) : Infinity;
    for (let depth = 0; ;) {
      const token = this.#raw();
      if (token.kind === "end") {
        this.#putBack(token);
        this.#table.errors.error(name, `unterminated function-like macro invocation`);
        return args;
      }
      if (isPunctuator(token, "(")) depth++;
      if (isPunctuator(token, ")") && depth-- === 0) return args;
      if (depth === 0 && args.length < rest && isPunctuator(token, ",")) args.push([]);
      else args.at(-1)?.push(token);
      if (!this.#table.budget.spend(1)) this.#table.errors.fatal(name, "macros expand to too many tokens");
    }
  }

  #checked(macro: CMacro, name: CToken, given: readonly (readonly CToken[])[]): readonly MacroArgument[] {
    const wanted = macro.params?.length ?? 0;
    const args = given.length === 1 && given[0]?.length === 0 && wanted !== 1 ? [] : [...given];
    if (args.length > wanted) {
      this.#table.errors.error(name, "too many arguments provided to function-like macro invocation");
      args.length = wanted;
    }
    if (args.length < wanted - (macro.isVariadic ? 1 : 0)) {
      this.#table.errors.error(name, "too few arguments provided to function-like macro invocation");
    }
    while (args.length < wanted) args.push([]);
    return args.map((raw) => this.#argument(raw));
  }

  #argument(raw: readonly CToken[]): MacroArgument {
    let expanded: readonly CToken[] | undefined;
    return { raw, expanded: () => (expanded ??= this.expandAll(raw)) };
  }
}

/** Messages about it point to the call. */
const placed = (token: CToken, name: CToken, isFirst: boolean): CToken => ({
  kind: token.kind,
  text: token.text,
  file: name.file,
  at: name.at,
  hasSpace: isFirst ? name.hasSpace : token.hasSpace || token.startsLine,
  startsLine: isFirst && name.startsLine,
  isPainted: token.isPainted,
});
