/** Which files a USDT probe is looked for in (probes-and-cli.md 4.1, 7.4). */
import type { Executable, ExecutableLookup, KernelFacts } from "../facts.js";
import { globMatcher, hasWildcard } from "../language/glob.js";
import type { ProviderOptions } from "../language/provider.js";

export interface UsdtTarget {
  /** Of a running process: named as that process sees it. */
  readonly executable: Executable;
  /** As the script names it. */
  readonly written: Executable;
}

export type UsdtTargets =
  | { readonly kind: "found"; readonly targets: readonly UsdtTarget[] }
  | Extract<ExecutableLookup, { readonly kind: "missing" }>;

/** Each file once, whatever paths lead to it. */
export function usdtTargets(path: string, facts: KernelFacts, options: ProviderOptions): UsdtTargets {
  const lookup = facts.executables(path === "" ? "*" : path, { pid: options.pid });
  const isAll = path === "" || path === "*";
  if (options.runningPid !== undefined && !isAll) return ofProcess(path, lookup, facts, options.runningPid);
  if (lookup.kind === "missing") return lookup;
  return found(hasWildcard(path) || isAll ? lookup.executables : lookup.executables.slice(0, 1));
}

const found = (executables: readonly Executable[]): UsdtTargets => ({
  kind: "found",
  targets: executables.map((executable) => ({ executable, written: executable })),
});

/** What the process has mapped; a file that it has not, but that is said by its name, may yet come. */
function ofProcess(path: string, lookup: ExecutableLookup, facts: KernelFacts, pid: number): UsdtTargets {
  const all = facts.executables("*", { pid });
  const mapped = all.kind === "missing" ? [] : all.executables;
  const written = lookup.kind === "missing" ? [] : lookup.executables;
  const byIdentity = new Map(written.map((executable) => [executable.identity(), executable]));
  const common = mapped.flatMap((executable) => {
    const same = byIdentity.get(executable.identity());
    return same === undefined ? [] : [{ executable, written: same }];
  });
  if (common.length > 0) return { kind: "found", targets: common };
  if (lookup.kind === "found") return found(hasWildcard(path) ? [] : written.slice(0, 1));
  const byEnd = mapped.filter(endsWith(path));
  return byEnd.length > 0 ? found(byEnd) : lookup;
}

/** The process may have the file where we do not. */
function endsWith(path: string): (executable: Executable) => boolean {
  const matches = globMatcher(`*/${path.replace(/^(?:\.?\/)+/, "")}`);
  return (executable) => matches(executable.path);
}
