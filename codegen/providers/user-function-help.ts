/** Why a program has no such function, and where the one is that was meant. */
import { didYouMean, type Help, inWords, suggestion } from "../../grammar/index.js";
import { hasWildcard } from "../language/glob.js";
import { helpOnPattern } from "./pattern-help.js";
import type { Executable, KernelFacts } from "../facts.js";

export interface SoughtUserFunction {
  readonly symbol: string;
  /** Of the attach point. */
  readonly provider: string;
  readonly isReturn: boolean;
  readonly executable: Executable;
  /** As written. */
  readonly path: string;
  readonly facts: KernelFacts;
}

type Explanation = (sought: SoughtUserFunction) => readonly string[];

/** The first that has something to say. */
export function helpOnUserFunction(sought: SoughtUserFunction): Help {
  for (const explain of EXPLANATIONS) {
    const hints = explain(sought);
    if (hints.length > 0) return { hints };
  }
  return {};
}

const EXPLANATIONS: readonly Explanation[] = [isCpp, hasClones, isInlined, isOfLibrary, isMisspelt, isStripped];

/** Why there is no copy of a function. */
export function helpOnInline(executable: Executable, symbol: string): Help {
  if (!executable.hasDebugInfo())
    return { hints: ["Where functions were inlined only debug information says: compile the program with -g."] };
  if (executable.functionsNamed(symbol).length > 0)
    return { hints: [`\`${symbol}\` was inlined nowhere: all calls of it come to the function itself.`] };
  return { hints: didYouMean(symbol, executable.functions()) };
}

/** Files that may be meant by one that is not there. */
export const similarFiles = ({ similar }: { readonly similar: () => readonly string[] }): Help => ({
  hints: suggestion(similar()),
});

/** C++ symbols hold the lengths of their names: `_ZN3App4pushEv`. */
function isCpp({ symbol, provider, path, executable }: SoughtUserFunction): readonly string[] {
  const name = symbol.slice(symbol.lastIndexOf(":") + 1);
  const part = `${name.length}${name}`;
  const isThere = executable.functions().some((known) => known.startsWith("_Z") && known.includes(part));
  return isThere ? suggestion([`${provider}:${path}:cpp:"${symbol}"`]) : [];
}

/** The compiler has made others of it, for certain arguments: `f.isra.0`. */
function hasClones({ symbol, provider, path, executable }: SoughtUserFunction): readonly string[] {
  const clones = executable.clonesOf(symbol);
  if (clones.length === 0) return [];
  const shown = clones.slice(0, 3).map((name) => `\`${provider}:${path}:${name}\``);
  return [`The compiler has changed what \`${symbol}\` takes, and its name: ${inWords(shown, "or")}.`];
}

/** There is no code of its own. Lines have code wherever the function was put. */
function isInlined({ symbol, provider, path, executable, isReturn }: SoughtUserFunction): readonly string[] {
  const copies = executable.inlined(symbol);
  if (copies === undefined) return [];
  const { into, file, line } = copies;
  const shown = into.slice(0, 3).map((name) => `\`${provider}:${path}:${name}\``);
  const callers = shown.length === 0 ? "" : ` Probe what calls it: ${inWords(shown, "or")}.`;
  const place = isReturn || file === undefined || line === undefined ? undefined : { file, line };
  const text = place === undefined ? undefined : lineOf(executable, place.file.replace(/.*\//, ""), place.line);
  const copy = isReturn ? [] : [`All copies of it are \`${provider}:${path}:${symbol}:inline\`.`];
  if (text !== undefined) copy.push(`Or probe a line of it, which is in every copy: \`${provider}:${path}@${text}\`.`);
  return [`\`${symbol}\` was inlined.${callers}`, ...copy];
}

/** A function begins with a line or two that have no code. */
const LINES_TRIED = 8;

/** `FILE:LINE` of the first code of a function. */
function lineOf(executable: Executable, file: string, start: number): string | undefined {
  for (let line = start; line < start + LINES_TRIED; line++) {
    if (executable.sourceLine({ file, line, column: 0 }).kind === "found") return `${file}:${line}`;
  }
  return undefined;
}

/** What programs take from libraries is no function of theirs. */
const LIBRARIES = ["libc", "libpthread", "libm", "libstdc++", "libcrypto", "libssl"];

function isOfLibrary({ symbol, provider, executable, facts }: SoughtUserFunction): readonly string[] {
  const library = LIBRARIES.find((name) => {
    const lookup = facts.executables(name, { pid: undefined });
    const [file] = lookup.kind === "found" ? lookup.executables : [];
    return file !== undefined && file.path !== executable.path && file.functionsNamed(symbol).length > 0;
  });
  return library === undefined ? [] : suggestion([`${provider}:${library}:${symbol}`]);
}

function isMisspelt({ symbol, executable }: SoughtUserFunction): readonly string[] {
  const names = executable.functions();
  return hasWildcard(symbol) ? helpOnPattern(symbol, names) : didYouMean(symbol, names);
}

/** A stripped program has kept the names that the dynamic linker needs, or none. */
function isStripped({ executable, provider, path }: SoughtUserFunction): readonly string[] {
  if (executable.functions().length > 0) return [];
  const address = `\`${provider}:${path}:0xADDRESS\` with --unsafe`;
  return [`\`${path}\` has no symbols: it was stripped. Install its debug symbols, or use an address: ${address}.`];
}
