/** Which kernel functions kprobes may attach to (probes-and-cli.md 4). */
import type { KernelFunction } from "../../codegen/facts.js";

/** Tracing these hangs or crashes machines. */
const NEVER: readonly string[] = ["arch_cpu_idle", "default_idle", "bpf_dispatcher_xdp_func"];
const NEVER_STARTING: readonly string[] = ["__ftrace_invalid_address__", "rcu_"];

/** The lines of a file that are not empty, sorted bytewise. */
export type SortLines = (bytes: Uint8Array) => string;

export const sortLines: SortLines = (bytes) => textOf(bytes).split("\n").filter(Boolean).sort().join("\n");

/**
 * The kernel lists some sixty thousand, and this code is cold: what goes through all lines is done by the engine's own
 * functions, and what is left out is looked for in the sorted lines.
 *
 * @param filterFunctions `available_filter_functions`: lines `symbol` or `symbol [module]`
 * @param blacklist `kprobes/blacklist`: lines `0xSTART-0xEND<TAB>symbol` or `… symbol [module]`
 * @param named a name or a pattern: no others
 * @returns the lines that are left, sorted bytewise
 */
export function traceableLines(
  filterFunctions: Uint8Array,
  blacklist: string,
  { named = "*", sort = sortLines }: { readonly named?: string | undefined; readonly sort?: SortLines } = {},
): readonly string[] {
  const text = named === "*" ? sort(filterFunctions) : textOf(filterFunctions);
  // Only files that were written by hand have tabs.
  const lines = text.includes("\t") ? text.replaceAll("\t", " ") : text;
  if (named !== "*") {
    const found: readonly string[] = lines.match(linesOf(named)) ?? [];
    return withoutForbidden(found.filter(Boolean).sort(), blacklist);
  }
  return lines === "" ? [] : withoutForbidden(lines.split("\n"), blacklist);
}

/** Sorted bytewise by name, then by module, each once. */
export function functionsOf(lines: readonly string[]): readonly KernelFunction[] {
  const found: CountedFunction[] = [];
  for (const line of lines) {
    const func = line.includes(" ") ? parseLine(line) : { name: line, module: VMLINUX };
    if (func !== undefined) add(func, found);
  }
  return found;
}

/** Sorted bytewise, each once. */
export function namesOf(lines: readonly string[]): readonly string[] {
  const names: string[] = [];
  let last = "";
  for (const line of lines) {
    const name = line.includes(" ") ? (parseLine(line)?.name ?? last) : line;
    if (name !== last) names.push(name);
    last = name;
  }
  return names;
}

const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");

/** Lines of functions of that name, whose `*` stand for anything. */
const linesOf = (named: string): RegExp =>
  new RegExp(`^${named.split("*").map(escaped).join("[^\\s[]*")}(?: .*)?$`, "gm");

const EMPTY: readonly string[] = [];

function withoutForbidden(sorted: readonly string[], blacklist: string): readonly string[] {
  const dropped = [
    ...NEVER_STARTING.map((start) => ({ from: place(sorted, start), to: place(sorted, `${start}\xff`) })),
    ...NEVER.flatMap((name) => placesOf(name, sorted)),
    ...blacklist.split("\n").flatMap((line) => forbiddenPlaces(line, sorted)),
  ];
  dropped.sort((a, b) => a.from - b.from);
  const kept: (readonly string[])[] = [];
  let at = 0;
  for (const { from, to } of dropped) {
    if (from > at) kept.push(sorted.slice(at, from));
    at = Math.max(at, to);
  }
  return at === 0 ? sorted : EMPTY.concat(...kept, sorted.slice(at));
}

interface Places {
  readonly from: number;
  readonly to: number;
}

/** The lines of a function, of whatever module, one by one. */
function placesOf(name: string, sorted: readonly string[]): readonly Places[] {
  const places: Places[] = [];
  for (let at = place(sorted, name); isLineOf(name, sorted[at]); at++) places.push({ from: at, to: at + 1 });
  return places;
}

const isLineOf = (name: string, line: string | undefined): boolean =>
  line?.startsWith(name) === true && (line.length === name.length || line.charAt(name.length) === " ");

function forbiddenPlaces(line: string, sorted: readonly string[]): readonly Places[] {
  const func = parseLine(line.slice(line.indexOf("\t") + 1));
  if (func === undefined) return [];
  return placesOf(func.name, sorted).filter(({ from }) => parseLine(sorted[from] ?? "")?.module === func.module);
}

/** Where the lines begin that are not before `text`. */
function place(sorted: readonly string[], text: string): number {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((sorted[middle] ?? "") < text) from = middle + 1;
    else to = middle;
  }
  return from;
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

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
