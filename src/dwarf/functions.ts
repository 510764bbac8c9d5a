/** What functions take (probes-and-cli.md 8). */
import type { DebugFunction, ParameterPlace } from "../../codegen/facts.js";
import { AT } from "./constants.js";
import type { DebugInfo } from "./debug-info.js";
import { goCompilerOf, isWrittenIn } from "./languages.js";
import { parametersOf } from "./parameters.js";
import { typeOf } from "./types.js";
import { type Entry, isFunction } from "./unit.js";
import { originOf, writtenAs } from "./written-as.js";

/**
 * By address, since static functions may share a name, and C++ functions are not called as their symbols are; by name, if
 * there is no code of its own: of an alias, or a choice that is made when the program starts.
 *
 * @returns undefined when nothing is known of the function
 */
export function signatureOf(info: DebugInfo, { entered, address, copy }: ParameterPlace): DebugFunction | undefined {
  const around = info.functionAt(entered.address) ?? info.functionNamed(entered.name);
  if (around === undefined) return undefined;
  const isEntry = address === entered.address && copy === undefined;
  const entry = isEntry ? around : copy === undefined ? innermostAt(around, address) : info.entryAt(copy);
  if (entry === undefined) return undefined;
  return {
    parameters: parametersOf(info, { entry, around, address, isEntry }),
    result: typeOf(info, writtenAs(info, entry)),
    isPlain: isPlain(info, entry, entered.name),
    isPassedAll: isPassedAll(around),
    language: languageOf(info, entry),
    isEntry,
  };
}

/** The copy inside of the function that has the instruction, or the function itself. */
function innermostAt(around: Entry, address: bigint): Entry {
  let found = around;
  for (const { entry } of around.unit.entries(around.offset)) {
    const isHere = isFunction(entry) && entry.ranges().some(({ start, end }) => address >= start && address < end);
    if (isHere) found = entry;
  }
  return found;
}

/** DW_CC_nocall */
const NO_CALL = 3;

/** Compilers change how a function is called when they see all of its callers; copies made for some have a suffix. */
function isPlain(info: DebugInfo, entry: Entry, symbol: string): boolean {
  if (/\.(isra|constprop|part|cold|lto_priv|specialized)\b/.test(symbol)) return false;
  if (entry.number(AT.callingConvention) === BigInt(NO_CALL)) return false;
  return originOf(info, entry, (candidate) => candidate.has(AT.external)).has(AT.external);
}

/** GCC's, and Go's own; also what is only declared is called from elsewhere. */
function isPassedAll(around: Entry): boolean {
  const producer = around.unit.root.string(AT.producer) ?? "";
  return /^(?:GNU|Go) /.test(producer) || around.ranges().length === 0;
}

/** A Rust function whose name is not mangled is there for C, and GCC calls those of Go as those of C. */
function languageOf(info: DebugInfo, entry: Entry): DebugFunction["language"] {
  const go = goCompilerOf(entry);
  if (go !== undefined) return go.usesRegisters ? "go" : "go-on-stack";
  if (!isWrittenIn("rust", entry)) return "c";
  const isMangled = originOf(info, entry, (candidate) => candidate.has(AT.linkageName)).has(AT.linkageName);
  return isMangled ? "rust" : "c";
}
