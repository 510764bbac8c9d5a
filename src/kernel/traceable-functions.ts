/** Which kernel functions kprobes may attach to (probes-and-cli.md 4). */
import type { KernelFunction } from "../../codegen/facts.js";
import { PlainLineTable } from "./line-table.js";
import { Memo } from "./memo.js";
import type { LineTable } from "./native.js";

/** Tracing these hangs or crashes machines. */
const NEVER: readonly string[] = ["arch_cpu_idle", "default_idle", "bpf_dispatcher_xdp_func"];
const NEVER_STARTING: readonly string[] = ["__ftrace_invalid_address__", "rcu_"];

/** Sorts the lines of a file. @param without - none in which this stands; empty: all */
export type MakeTable = (bytes: Uint8Array, without: string) => LineTable;

const plainTable: MakeTable = (bytes, without) => new PlainLineTable(bytes, without);

export interface Sources {
  /** `available_filter_functions`: lines `symbol` or `symbol [module]`. */
  readonly functions: Uint8Array;
  /** `kprobes/blacklist`: lines `0xSTART-0xEND<TAB>symbol` or `… symbol [module]`. */
  readonly blacklist: string;
  readonly makeTable?: MakeTable;
}

/** What facts about a kernel say of them. Each question is answered once. */
export class TraceableFunctions {
  readonly #memo = new Memo();
  readonly #find: () => Sources | undefined;

  /** @param find - reads the lists, when they are asked for */
  constructor(find: () => Sources | undefined) {
    this.#find = find;
  }

  /** @param named - a name or a pattern */
  functions(named: string): readonly KernelFunction[] | undefined {
    return this.#memo.get(`functions ${named}`, () => {
      const sources = this.#sources;
      return sources && functionsOf(traceableLines(restrictedTo(named, sources)));
    });
  }

  names(named: string): readonly string[] | undefined {
    return this.#memo.get(`names ${named}`, () => {
      const sources = this.#sources;
      return sources && traceableLines(restrictedTo(named, sources), { isOfNames: true });
    });
  }

  /** Names, as text. */
  text(shown: Pick<Shown, "prefix" | "without">): string | undefined {
    const sources = this.#sources;
    return sources && traceableText(sources, { ...shown, isOfNames: true });
  }

  get #sources(): Sources | undefined {
    return this.#memo.get("sources", this.#find);
  }
}

/** No others than those of a name or a pattern. */
const restrictedTo = (named: string, sources: Sources): Sources =>
  named === "*" ? sources : { ...sources, functions: linesOf(named, sources), makeTable: plainTable };

interface Shown {
  readonly prefix?: string;
  /** None in which this stands. */
  readonly without?: string;
  /** Names alone, each once. */
  readonly isOfNames?: boolean;
}

/**
 * The kernel lists some sixty thousand, and this code is cold: what goes through all lines is done by native code, and what
 * is left out is looked for in the sorted lines.
 *
 * @returns the lines that are left, sorted bytewise, each with the prefix before it and a newline between two
 */
function traceableText(
  { functions, blacklist, makeTable = plainTable }: Sources,
  { prefix = "", without = "", isOfNames = false }: Shown = {},
): string {
  const table = makeTable(withoutTabs(functions), without);
  return table.join(withoutForbidden(table, blacklist), prefix, isOfNames);
}

function traceableLines(sources: Sources, shown?: Shown): readonly string[] {
  const text = traceableText(sources, shown);
  return text === "" ? [] : text.split("\n");
}

/** Sorted bytewise by name, then by module, each once. */
function functionsOf(lines: readonly string[]): readonly KernelFunction[] {
  const found: CountedFunction[] = [];
  for (const line of lines) {
    const func = line.includes(" ") ? parseLine(line) : { name: line, module: VMLINUX };
    if (func !== undefined) add(func, found);
  }
  return found;
}

/** Only files that were written by hand have tabs. */
const withoutTabs = (bytes: Uint8Array): Uint8Array =>
  bytes.includes(TAB) ? bytes.map((byte) => (byte === TAB ? BLANK : byte)) : bytes;

const TAB = 0x09;
const BLANK = 0x20;

/** Lines of functions of that name, whose `*` stand for anything. */
function linesOf(named: string, { functions }: Sources): Uint8Array {
  const text = Buffer.from(functions.buffer, functions.byteOffset, functions.length).toString("latin1");
  const pattern = `^${named.split("*").map(escaped).join("[^\\s[]*")}(?:[ \\t].*)?$`;
  return Buffer.from((text.match(new RegExp(pattern, "gm")) ?? []).join("\n"), "latin1");
}

/** @returns the ranges of lines that are left */
function withoutForbidden(lines: LineTable, blacklist: string): Uint32Array {
  const dropped = [
    ...NEVER_STARTING.map((start) => ({ from: lines.place(start), to: lines.place(`${start}\xff`) })),
    ...NEVER.flatMap((name) => placesOf(name, lines)),
    ...blacklist.split("\n").flatMap((line) => forbiddenPlaces(line, lines)),
  ];
  dropped.sort((a, b) => a.from - b.from);
  const kept: number[] = [];
  let at = 0;
  for (const { from, to } of dropped) {
    if (from > at) kept.push(at, from);
    at = Math.max(at, to);
  }
  return Uint32Array.from([...kept, at, lines.length]);
}

interface Places {
  readonly from: number;
  readonly to: number;
}

/** The lines of a function, of whatever module, one by one. */
function placesOf(name: string, lines: LineTable): readonly Places[] {
  const places: Places[] = [];
  for (let at = lines.place(name); isLineOf(name, lines.line(at)); at++) places.push({ from: at, to: at + 1 });
  return places;
}

const isLineOf = (name: string, line: string | undefined): boolean =>
  line?.startsWith(name) === true && (line.length === name.length || line.charAt(name.length) === " ");

function forbiddenPlaces(line: string, lines: LineTable): readonly Places[] {
  const func = parseLine(line.slice(line.indexOf("\t") + 1));
  if (func === undefined) return [];
  return placesOf(func.name, lines).filter(({ from }) => parseLine(lines.line(from) ?? "")?.module === func.module);
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
