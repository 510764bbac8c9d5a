/** `uprobe` and `uretprobe`: the same but for the return. */
import type { DiagnosticBag } from "../../grammar/index.js";
import type { Executable, KernelFacts } from "../facts.js";
import type { Doc } from "../language/function.js";
import { functionProbe } from "./contexts.js";
import {
  type AttachedProvider,
  type Candidate,
  defineProvider,
  type Expansion,
  type Parts,
  type ProviderOptions,
} from "../language/provider.js";
import { type FunctionTarget, parseFunction, refuse, targetText } from "./function-point.js";
import { globMatcher, hasWildcard } from "../language/glob.js";

/** A place in a file, and the file in the words of the user. */
export interface UserFunctionPoint {
  /** Resolved; `ARCHIVE!/MEMBER` for a member of an archive. */
  readonly path: string;
  /** The file that the kernel is told of, and where in it the code is. */
  readonly filePath: string;
  readonly offset: bigint;
  /** `FUNCTION+OFFSET` or an address, for messages. */
  readonly target: string;
  readonly isReturn: boolean;
  readonly pid: number | undefined;
}

/** As written: path and function may be patterns. */
interface UserFunctionPattern {
  readonly path: string;
  readonly target: FunctionTarget;
  readonly isReturn: boolean;
  readonly pid: number | undefined;
}

export const defineUserFunction = (
  name: string,
  alias: string,
  { doc, isReturn }: { readonly doc: Doc; readonly isReturn: boolean },
): AttachedProvider<UserFunctionPoint, UserFunctionPattern> =>
  defineProvider<UserFunctionPoint, UserFunctionPattern>({
    name,
    aliases: [alias],
    doc,
    partCounts: [2, 3],
    acceptsLocation: true,
    parse: (parts, bag, options) => parse(parts, bag, options, isReturn),
    wildcard: isReturn ? "none" : "user",
    expand: (pattern, facts, options) => expand(name, pattern, facts, options),
    list: (facts, search, options) => {
      const [path = "*", symbol = "*"] = search.all.map((p) => p.text);
      const found = facts.executables(path, { pid: options.pid });
      if (found.kind === "missing") return [];
      const matches = globMatcher(symbol);
      return found.executables.flatMap((e) =>
        e
          .functions()
          .filter(matches)
          .map((f) => ({ text: `${name}:${e.path}:${f}` })),
      );
    },
    context: () => functionProbe(name, { of: "user", isReturn }),
    pidFilter: "attacher",
    schedule: { runs: "attached", order: "reverse", isSlowToDetach: true },
  });

function parse(
  parts: Parts,
  bag: DiagnosticBag,
  options: ProviderOptions,
  isReturn: boolean,
): UserFunctionPattern | undefined {
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
  pattern: UserFunctionPattern,
  facts: KernelFacts,
  options: ProviderOptions,
): Expansion<UserFunctionPoint> {
  const lookup = facts.executables(pattern.path, { pid: options.pid });
  if (lookup.kind === "missing") return { candidates: [], missing: undefined, missingTarget: pattern.path };
  const isPattern = hasWildcard(pattern.path);
  const executables = isPattern ? lookup.executables : lookup.executables.slice(0, 1);
  const candidates = executables.flatMap((executable) => inExecutable(name, pattern, executable));
  const target = targetText(pattern.target);
  const wantsOne = !isPattern && !hasWildcard(target);
  const path = executables[0]?.path ?? pattern.path;
  return { candidates, missing: candidates.length === 0 && wantsOne ? `${path}:${target}` : undefined };
}

function inExecutable(
  name: string,
  { target, isReturn, pid }: UserFunctionPattern,
  executable: Executable,
): readonly Candidate<UserFunctionPoint>[] {
  const { path, filePath } = executable;
  const candidate = (found: FunctionTarget): Candidate<UserFunctionPoint> => {
    const { offset, trouble } = placeOf(executable, found);
    return {
      point: { path, filePath, offset, target: targetText(found), isReturn, pid },
      name: `${name}:${path}:${targetText(found)}`,
      target: () => ({ executable, address: addressOf(executable, found) }),
      ...(trouble === undefined ? {} : { trouble }),
    };
  };
  if (target.kind === "address") return [candidate(target)];
  if (!hasWildcard(target.symbol)) return executable.has(target.symbol) ? [candidate(target)] : [];
  return executable
    .functions()
    .filter(globMatcher(target.symbol))
    .map((symbol) => candidate({ ...target, symbol }));
}

/** As the file has it. */
const addressOf = (executable: Executable, target: FunctionTarget): bigint =>
  target.kind === "address" ? target.address : (executable.symbol(target.symbol)?.address ?? 0n) + target.offset;

/** Where in the file the code is, or why it cannot be told. */
function placeOf(
  executable: Executable,
  target: FunctionTarget,
): { readonly offset: bigint; readonly trouble?: string } {
  const unresolved = (what: string) => ({
    offset: 0n,
    trouble: `Could not resolve symbol: ${executable.path}:${what}`,
  });
  if (target.kind === "address") {
    const offset = executable.fileOffset(target.address);
    return offset === undefined ? unresolved(`0x${target.address.toString(16)}`) : { offset };
  }
  const { symbol, offset } = target;
  const found = executable.symbol(symbol);
  const start = found === undefined ? undefined : executable.fileOffset(found.address);
  if (found === undefined || start === undefined) return unresolved(symbol);
  return offset > 0n && offset >= found.bytes
    ? { offset: 0n, trouble: `Offset outside the function bounds ('${symbol}' size is ${found.bytes})` }
    : { offset: start + offset };
}
