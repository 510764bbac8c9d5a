/** `uprobe` and `uretprobe`: the same but for the return. */
import type { DiagnosticBag } from "../../grammar/index.js";
import type { Executable, KernelFacts } from "../facts.js";
import type { Doc } from "../language/function.js";
import { functionProbe } from "./contexts.js";
import {
  type Candidate,
  defineProvider,
  type Expansion,
  type Parts,
  type ProbeTarget,
  type ProviderDefinition,
  type ProviderOptions,
} from "../language/provider.js";
import { type FunctionTarget, parseFunction, refuse, targetText } from "./function-point.js";
import { globMatcher, hasWildcard } from "./glob.js";

export interface UprobePoint {
  /** As written; after expansion the resolved path. */
  readonly path: string;
  readonly target: FunctionTarget;
  readonly isReturn: boolean;
  readonly pid: number | undefined;
  /** After expansion. */
  readonly executable?: Executable;
}

export const defineUserFunction = (
  name: "uprobe" | "uretprobe",
  alias: string,
  doc: Doc,
): ProviderDefinition<UprobePoint> => {
  const isReturn = name === "uretprobe";
  return defineProvider<UprobePoint>({
    name,
    aliases: [alias],
    doc,
    partCounts: [2, 3],
    acceptsLocation: true,
    programType: "kprobe",
    isListed: false,
    parse: (parts, bag, options) => parse(parts, bag, options, isReturn),
    expand: (point, facts, options) => expand(name, point, facts, options),
    context: (point, _facts, _structs, { usesTarget }) => ({
      ...functionProbe(name, { space: "user", isReturn, func: "user" }),
      target: usesTarget ? probeTarget(point) : undefined,
    }),
    list: (facts, search, options) => {
      const [path = "*", symbol = "*"] = search.all.map((p) => p.text);
      const found = facts.executables(path, { pid: options.pid });
      if (found.kind === "missing") return [];
      const matches = globMatcher(symbol);
      return found.executables.flatMap((e) =>
        e
          .functions()
          .filter(matches)
          .map((f) => `${name}:${e.path}:${f}`),
      );
    },
  });
};

function parse(parts: Parts, bag: DiagnosticBag, options: ProviderOptions, isReturn: boolean): UprobePoint | undefined {
  const [path, second, third] = parts.all;
  if (parts.all.some((part) => part.text === "@")) {
    const code = isReturn ? "uprobe-source-location" : undefined;
    if (code !== undefined) bag.error(code, parts.span, {});
    else bag.error("not-built-yet", parts.span, { what: "attaching to a source line" });
    return undefined;
  }
  if (third !== undefined) {
    if (second?.text === "cpp") bag.error("not-built-yet", parts.span, { what: "the cpp form of uprobes" });
    else bag.error("uprobe-language", parts.span, { language: second?.text ?? "" });
    return undefined;
  }
  if (path === undefined || path.text === "") return refuse(() => bag.error("uprobe-needs-target", parts.span, {}));
  if (second === undefined || second.text === "") return refuse(() => bag.error("uprobe-target", parts.span, {}));
  const target = parseFunction(second.text, second.isQuoted, parts, bag);
  if (target === undefined) return undefined;
  if (target.kind === "address" && hasWildcard(path.text))
    return refuse(() => bag.error("wildcard-with-address", parts.span, {}));
  if (isReturn && target.kind === "symbol" && target.offset !== 0n)
    return refuse(() => bag.error("offset-not-allowed", parts.span, {}));
  return { path: path.text, target, isReturn, pid: options.pid };
}

function expand(
  name: string,
  point: UprobePoint,
  facts: KernelFacts,
  options: ProviderOptions,
): Expansion<UprobePoint> {
  const lookup = facts.executables(point.path, { pid: options.pid });
  if (lookup.kind === "missing") return { candidates: [], missing: undefined, missingTarget: point.path };
  const isPattern = hasWildcard(point.path);
  const executables = isPattern ? lookup.executables : lookup.executables.slice(0, 1);
  const candidates = executables.flatMap((executable) => inExecutable(name, point, executable));
  const target = targetText(point.target);
  const wantsOne = !isPattern && !hasWildcard(target);
  const path = executables[0]?.path ?? point.path;
  return { candidates, missing: candidates.length === 0 && wantsOne ? `${path}:${target}` : undefined };
}

function inExecutable(name: string, point: UprobePoint, executable: Executable): readonly Candidate<UprobePoint>[] {
  const { target } = point;
  const candidate = (found: FunctionTarget): Candidate<UprobePoint> => ({
    point: { ...point, path: executable.path, target: found, executable },
    name: `${name}:${executable.path}:${targetText(found)}`,
  });
  if (target.kind === "address") return [candidate(target)];
  if (!hasWildcard(target.symbol)) return executable.has(target.symbol) ? [candidate(target)] : [];
  return executable
    .functions()
    .filter(globMatcher(target.symbol))
    .map((symbol) => candidate({ ...target, symbol }));
}

function probeTarget({ executable, target }: UprobePoint): ProbeTarget | undefined {
  if (executable === undefined) return undefined;
  if (target.kind === "address") return { executable, address: target.address };
  const { address } = executable.symbol(target.symbol) ?? { address: 0n };
  return { executable, address: address + target.offset };
}
