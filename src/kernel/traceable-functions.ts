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
  const seen = new Set<string>();
  const found: KernelFunction[] = [];
  for (const line of filterFunctions.split("\n")) {
    const func = parseLine(line);
    if (func === undefined || !isAllowed(func.name)) continue;
    const key = keyOf(func);
    if (forbidden.has(key) || seen.has(key)) continue;
    seen.add(key);
    found.push(func);
  }
  return found.sort(byName);
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
