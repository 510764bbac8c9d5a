/** Which kernel functions kprobes may attach to (probes-and-cli.md 4). */
import type { KernelFunction } from "../../codegen/facts.js";

/** Tracing these hangs or crashes machines: their lines. */
const NEVER =
  /^(?:(?:__ftrace_invalid_address__|rcu_).*|(?:arch_cpu_idle|default_idle|bpf_dispatcher_xdp_func)(?:[ \t].*)?)$/gm;

/**
 * The kernel lists some sixty thousand, and this code is cold: the engine's own functions do the work where they can.
 *
 * @param filterFunctions `available_filter_functions`: lines `symbol` or `symbol [module]`
 * @param blacklist `kprobes/blacklist`: lines `0xSTART-0xEND<TAB>symbol` or `… symbol [module]`
 * @param named a name or a pattern: no others
 * @returns sorted bytewise by name, then by module, each once
 */
export function parseTraceableFunctions(
  filterFunctions: string,
  blacklist: string,
  named = "*",
): readonly KernelFunction[] {
  const forbidden = new Set(blacklist.split("\n").map(forbiddenName));
  const text = named === "*" ? filterFunctions : (filterFunctions.match(linesOf(named)) ?? []).join("\n");
  const found: CountedFunction[] = [];
  for (const line of splitLines(text.replace(NEVER, "")).sort()) {
    const func = /\s/.test(line) ? parseLine(line) : { name: line, module: VMLINUX };
    if (func === undefined || func.name === "") continue;
    if (forbidden.size > 1 && forbidden.has(keyOf(func))) continue;
    add(func, found);
  }
  return found;
}

/** Lines of functions of that name, whose `*` stand for anything. */
const linesOf = (named: string): RegExp =>
  new RegExp(`^${named.split("*").map(escaped).join("[^\\s[]*")}(?:[ \\t].*)?$`, "gm");

/** `split()` gives windows into the text, which are sorted slowly; what JSON.parse() gives are strings of their own. */
function splitLines(text: string): string[] {
  return /["\\]|[^\n -\xff]/.test(text)
    ? text.split("\n")
    : (JSON.parse(`["${text.replaceAll("\n", '","')}"]`) as string[]);
}

interface CountedFunction extends KernelFunction {
  copies?: number;
}

/** Names come sorted, but the kernel's own functions before those that modules call the same. */
function add(func: KernelFunction, found: CountedFunction[]): void {
  let at = found.length;
  for (; at > 0; at--) {
    const before = found[at - 1];
    if (before?.name !== func.name || before.module < func.module) break;
    if (before.module === func.module) return void (before.copies = (before.copies ?? 1) + 1);
  }
  if (at === found.length) found.push(func);
  else found.splice(at, 0, func);
}

const VMLINUX = "vmlinux";

/** The functions of `kprobes/blacklist`, by name. */
export const parseBlacklist = (blacklist: string): ReadonlySet<string> =>
  new Set(blacklist.split("\n").flatMap((line) => parseLine(line.slice(line.indexOf("\t") + 1))?.name ?? []));

/**
 * Where functions can be traced: a little behind where they start.
 *
 * @param addresses - `available_filter_functions_addrs`: lines `ADDRESS symbol` or `ADDRESS symbol [module]`
 */
export function parseTraceableAddresses(addresses: string, names: ReadonlySet<string>): readonly bigint[] {
  const found: bigint[] = [];
  for (const line of addresses.split("\n")) {
    const blank = line.indexOf(" ");
    const func = blank === -1 ? undefined : parseLine(line.slice(blank + 1));
    if (func !== undefined && names.has(func.name)) found.push(BigInt(`0x${line.slice(0, blank)}`));
  }
  return found;
}

function parseLine(line: string): KernelFunction | undefined {
  const [, name, module = VMLINUX] = /^([^\s[]+)(?:\s+\[([^\]]+)\])?/.exec(line) ?? [];
  return name === undefined ? undefined : { name, module };
}

function forbiddenName(line: string): string {
  const func = parseLine(line.slice(line.indexOf("\t") + 1));
  return func === undefined ? "" : keyOf(func);
}

const keyOf = (func: KernelFunction): string => `${func.module}:${func.name}`;

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
