/** `--info`: what this machine's kernel can do for programs (probes-and-cli.md 17.1). */
import { arch, release, version } from "node:os";
import { readdirSync } from "node:fs";
import type { Feature, KernelFacts } from "../../codegen/facts.js";
import { instructionLimit, loadsIterator } from "../kernel/index.js";
import { VERSION } from "./version.js";

/** A name, and what there is to say of it. */
type Entry = readonly [name: string, value: string | boolean];

const COLUMN = 35;

export function infoText(facts: KernelFacts): string {
  const has = (feature: Feature): boolean => facts.supports(feature);
  const iterator = facts.btf?.find("func", "bpf_iter_task");
  return [
    ...section("System", [
      ["OS", `Linux ${release()} ${version()}`],
      ["Arch", facts.arch],
    ]),
    ...section("Build", [
      ["version", VERSION.replace(/^tsbt /, "")],
      ["node", `${process.version} (${arch()})`],
      ["compiler", "our own (no LLVM)"],
      ["DWARF support", true],
    ]),
    ...table("Kernel helpers", [
      ["dpath", has("fentry") && facts.btf?.find("func", "bpf_d_path") !== undefined],
      ["get_tai_ns", has("ktime-tai")],
      ["get_func_ip", has("attach-cookie")],
      ["lookup_percpu_elem", has("map-lookup-percpu-elem")],
      ["loop", has("loop")],
      ["tail_call", has("tail-calls")],
    ]),
    ...table("Kernel features", [
      ["Instruction limit", `${instructionLimit() ?? -1}`],
      ["btf", facts.btf !== undefined],
      ["module btf", hasModuleBtf()],
      ["may_goto", has("may-goto")],
      ["iter_num", has("iter-num")],
      ["isa v4", has("isa-v4")],
      ["compare_exchange", has("compare-exchange")],
    ]),
    ...table("Probe types", [
      ["kprobe_multi", has("kprobe-multi")],
      ["uprobe_multi", has("uprobe-multi")],
      ["kprobe_session", has("kprobe-session")],
      ["iter", iterator !== undefined && loadsIterator(iterator)],
      ["kprobe", has("kprobe")],
      ["fentry", has("fentry")],
    ]),
  ].join("\n");
}

const INDENT = "  ";

const said = ([name, value]: Entry): string => `${name}: ${value === true ? "yes" : value === false ? "no" : value}`;

const section = (title: string, entries: readonly Entry[]): readonly string[] => [
  title,
  ...entries.map((entry) => `${INDENT}${said(entry)}`),
  "",
];

/** Two entries in a line. */
function table(title: string, entries: readonly Entry[]): readonly string[] {
  const texts = entries.map(said);
  const lines = texts.flatMap((text, i) =>
    i % 2 === 0 ? [`${INDENT}${text}`.padEnd(COLUMN) + (texts[i + 1] ?? "").padEnd(COLUMN)] : [],
  );
  return [title, ...lines, ""];
}

function hasModuleBtf(): boolean {
  try {
    return readdirSync("/sys/kernel/btf").some((name) => name !== "vmlinux");
  } catch {
    return false;
  }
}
