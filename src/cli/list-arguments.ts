/** The arguments of a probe, as `-lv` shows them (probes-and-cli.md 16.3). */
import { type Btf, declarationOf, findFunction, protoOfTypedef } from "../../codegen/btf/index.js";
import type { KernelFacts, TracepointField } from "../../codegen/facts.js";

const INDENT = "    ";

/** @param line - a listed probe, such as `tracepoint:sched:sched_switch` */
export function argumentLines(line: string, facts: KernelFacts): readonly string[] {
  const [provider = "", ...parts] = line.split(":");
  return (ARGUMENTS[provider]?.(parts, facts) ?? []).map((text) => INDENT + text);
}

type Arguments = (parts: readonly string[], facts: KernelFacts) => readonly string[];

const ARGUMENTS: Readonly<Record<string, Arguments>> = {
  tracepoint: ([category = "", event = ""], facts) =>
    (facts.tracepointFormat(category, event)?.fields ?? []).filter((f) => !f.isCommon).map(fieldText),
  rawtracepoint: ([module = "", event = ""], facts) => {
    const btf = btfOf(module, facts);
    return btf === undefined ? [] : tracepointParameters(btf, event);
  },
  kprobe: (parts, facts) => {
    const { btf, proto } = kernelFunction(parts, facts);
    return (proto?.params ?? []).map(({ type }, i) => parameterText(btf, type, `arg${i}`));
  },
  kretprobe: (parts, facts) => {
    const { btf, proto } = kernelFunction(parts, facts);
    if (proto === undefined) return [];
    return [proto.result === 0 ? "void" : parameterText(btf, proto.result, "retval")];
  },
};

function fieldText({ typeText, name, arrayLength }: TracepointField): string {
  const dimension = arrayLength === undefined ? "" : `[${arrayLength === 0 ? "" : arrayLength}]`;
  return `${typeText} ${name}${dimension}`;
}

/** The first parameter is the kernel's own. */
function tracepointParameters(btf: Btf, event: string): readonly string[] {
  const proto =
    findFunction(btf, `__probestub_${event}`)?.proto ??
    findFunction(btf, `__traceiter_${event}`)?.proto ??
    protoOfTypedef(btf, `btf_trace_${event}`);
  return (proto?.params ?? []).slice(1).map(({ type, name }) => parameterText(btf, type, name));
}

/** `FUNCTION`, or `MODULE:FUNCTION`. */
function kernelFunction(parts: readonly string[], facts: KernelFacts) {
  const [module, name] = parts.length > 1 ? parts : ["vmlinux", parts[0]];
  const btf = btfOf(module ?? "vmlinux", facts);
  return { btf, proto: btf === undefined ? undefined : findFunction(btf, name ?? "")?.proto };
}

const btfOf = (module: string, facts: KernelFacts): Btf | undefined =>
  module === "vmlinux" ? facts.btf : facts.moduleBtf(module);

/** The type, a blank and the name: `struct file * file`. */
const parameterText = (btf: Btf | undefined, type: number, name: string): string =>
  btf === undefined ? name : `${declarationOf(btf, type, "")} ${name}`;
