/** Which kernel functions kprobes may attach to (probes-and-cli.md 4). */
import type { KernelFunction } from "../../codegen/facts.js";

/** Tracing these hangs or crashes machines. */
const NEVER: ReadonlySet<string> = new Set(["arch_cpu_idle", "default_idle", "bpf_dispatcher_xdp_func"]);
const NEVER_PREFIXES: readonly string[] = ["__ftrace_invalid_address__", "rcu_"];

/**
 * @param filterFunctions `available_filter_functions`: lines `symbol` or `symbol [module]`
 * @param blacklist `kprobes/blacklist`: lines `0xSTART-0xEND<TAB>symbol` or `… symbol [module]`
 * @returns sorted bytewise by name, then by module, each once
 */
export function parseTraceableFunctions(filterFunctions: string, blacklist: string): readonly KernelFunction[] {
  const forbidden = new Set(blacklist.split("\n").map(forbiddenName));
  const found = new Map<string, { name: string; module: string; copies?: number }>();
  for (const line of filterFunctions.split("\n")) {
    const func = parseLine(line);
    if (func === undefined || !isAllowed(func.name)) continue;
    const key = keyOf(func);
    if (forbidden.has(key)) continue;
    const known = found.get(key);
    if (known === undefined) found.set(key, func);
    else known.copies = (known.copies ?? 1) + 1;
  }
  return [...found.values()].sort(byName);
}

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
  const [, name, module = "vmlinux"] = /^([^\s[]+)(?:\s+\[([^\]]+)\])?/.exec(line) ?? [];
  return name === undefined ? undefined : { name, module };
}

function forbiddenName(line: string): string {
  const func = parseLine(line.slice(line.indexOf("\t") + 1));
  return func === undefined ? "" : keyOf(func);
}

const keyOf = (func: KernelFunction): string => `${func.module}:${func.name}`;

const isAllowed = (name: string): boolean =>
  !NEVER.has(name) && !NEVER_PREFIXES.some((prefix) => name.startsWith(prefix));

function byName(a: KernelFunction, b: KernelFunction): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : a.module < b.module ? -1 : a.module > b.module ? 1 : 0;
}
