import { big, record, text } from "../codec/index.js";
import { type DiagnosticBag, parseIntegerText } from "../../grammar/index.js";
import type { Architecture } from "../facts.js";
import { defineProvider, marked, type Part, type Parts } from "../language/provider.js";
import { timer } from "./contexts.js";
import { PERF_EVENTS } from "./ways.js";

export interface WatchpointPoint {
  readonly address: bigint;
  /** 1, 2, 4 or 8. */
  readonly bytes: bigint;
  /** Letters of `rwx`, each once, sorted. */
  readonly mode: string;
}

/** The processor sees no others; in the order that bpftrace names them. */
const MODES: { readonly [A in Architecture]: readonly string[] } = {
  x86_64: ["x", "w", "rw"],
  aarch64: ["r", "w", "x", "rw"],
};

const OF_ARGUMENT =
  "watchpoints on function arguments are gone from bpftrace: print the address in a probe on the function " +
  '(uprobe:FILE:FUNCTION { printf("%p\\n", arg0); }), and watch it with -p PID';

export const watchpoint = defineProvider<WatchpointPoint>({
  name: "watchpoint",
  aliases: ["w"],
  formerNames: new Map(["asyncwatchpoint", "aw"].map((name) => [name, OF_ARGUMENT])),
  doc: {
    summary: "Fires when memory at an address is read, written or executed.",
    example: 'watchpoint:0x10000000:8:w { printf("%s wrote\\n", comm); }',
  },
  partCounts: [3],
  hint,
  parse: (parts, bag, { arch }) => parse(parts, bag, arch),
  wildcard: "none",
  expand: (point) => ({
    candidates: [{ point, name: `watchpoint:${point.address}:${point.bytes}:${point.mode}` }],
    missing: undefined,
  }),
  listed: () => undefined,
  context: () => timer("watchpoint"),
  codec: record<WatchpointPoint>({ address: big, bytes: big, mode: text }),
  pidFilter: "attacher",
  schedule: { runs: "attached", order: "forward", isSlowToDetach: false },
  ways: [PERF_EVENTS],
});

/** Of parts that name a function's argument, as earlier versions took them, or a variable. */
function hint(parts: readonly Part[]): string | undefined {
  if (parts.some(({ text }) => /\+arg\d+$/.test(text))) return OF_ARGUMENT;
  if (!/^[A-Za-z_]\w*$/.test(parts[0]?.text ?? "")) return undefined;
  return "a watchpoint takes an address: /proc/kallsyms has those of the kernel's variables, `nm FILE` those of a program's";
}

/** Everything that is wrong is told, as bpftrace does. */
function parse(parts: Parts, bag: DiagnosticBag, arch: Architecture): WatchpointPoint | undefined {
  const { span } = parts;
  const [addressText = "", lengthText = "", letters = ""] = parts.all.map(({ text }) => text);
  const address = parseIntegerText(addressText);
  if (typeof address !== "bigint") {
    const known = hint(parts.all);
    return void bag.error("watchpoint-address", span, address, {
      ...marked(parts.all[0]),
      hints: known === undefined ? [] : [known],
    });
  }
  const bytes = parseIntegerText(lengthText);
  if (typeof bytes !== "bigint") return void bag.error("watchpoint-length-text", span, bytes, marked(parts.all[1]));
  const mode = [...letters].sort().join("");

  const before = bag.errors.length;
  const isLength = LENGTHS.includes(bytes);
  if (address === 0n) bag.error("watchpoint-zero", span, {}, marked(parts.all[0]));
  if (!isLength) bag.error("watchpoint-length", span, {}, marked(parts.all[1]));
  if (!/^[rwx]+$/.test(mode)) bag.error("watchpoint-letters", span, {}, marked(parts.all[2]));
  if (/(.)\1/.test(mode)) bag.error("watchpoint-duplicate", span, {}, marked(parts.all[2]));
  if (!MODES[arch].includes(mode)) {
    const hints = [`supported modes: ${MODES[arch].join(",")}`];
    bag.error("watchpoint-mode", span, { mode }, { ...marked(parts.all[2]), hints });
  }
  // The processor compares whole words; of instructions it compares where they begin.
  if (isLength && mode !== "x" && address % bytes !== 0n)
    bag.error("watchpoint-alignment", parts.all[0]?.span, { bytes });
  return bag.errors.length === before ? { address, bytes, mode } : undefined;
}

const LENGTHS = [1n, 2n, 4n, 8n];
