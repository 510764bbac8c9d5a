import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { subsetOf, type SubsetNames } from "../../codegen/btf/index.js";
import { FEATURES, type Feature } from "../../codegen/facts.js";
import type { LiveFacts } from "./live.js";
import { readOrUndefined } from "./tracefs.js";
import { SNAPSHOT_FILES, type SavedExecutable, type SavedFacts } from "./snapshot.js";

/** What to save of a kernel. */
export interface SnapshotSelection {
  readonly types: SubsetNames;
  /** `category:event`. */
  readonly tracepoints: readonly string[];
  /** Functions that count as traceable, as `available_filter_functions` lists them. */
  readonly functions: readonly string[];
  readonly symbols: readonly string[];
  /** What `kaddr` and `cgroupid` find, in place of the machine's own. */
  readonly symbolAddresses: Readonly<Record<string, string>>;
  readonly cgroups: Readonly<Record<string, string>>;
  /** Targets of user-space probes with the functions to keep. */
  readonly executables: Readonly<Record<string, readonly SavedExecutable[]>>;
  /** In place of what the kernel answers. */
  readonly features?: readonly Feature[];
  readonly possibleCpus?: number;
}

/** Writes the facts that a selection names to a directory, which it replaces. Equal facts give equal files. */
export function saveSnapshot(directory: string, facts: LiveFacts, selection: SnapshotSelection): void {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  writeFileSync(
    join(directory, SNAPSHOT_FILES.facts),
    `${JSON.stringify(savedFacts(facts, selection), undefined, 2)}\n`,
  );
  const functions = [...selection.functions].sort().map((name) => `${name}\n`);
  writeFileSync(join(directory, SNAPSHOT_FILES.functions), functions.join(""));
  if (facts.btf !== undefined) {
    writeFileSync(join(directory, SNAPSHOT_FILES.btf("vmlinux")), subsetOf(facts.btf, selection.types));
  }
  for (const tracepoint of selection.tracepoints) saveFormat(directory, facts, tracepoint);
}

function savedFacts(facts: LiveFacts, selection: SnapshotSelection): SavedFacts {
  return {
    release: facts.release.text,
    arch: facts.arch,
    possibleCpus: selection.possibleCpus ?? facts.possibleCpus,
    modules: ["vmlinux"],
    features: selection.features ?? FEATURES.filter((feature) => facts.supports(feature)),
    symbols: selection.symbols,
    symbolAddresses: selection.symbolAddresses,
    cgroups: selection.cgroups,
    executables: selection.executables,
  };
}

function saveFormat(directory: string, facts: LiveFacts, tracepoint: string): void {
  const path = `events/${tracepoint.replace(":", "/")}`;
  const text = readOrUndefined(`${facts.tracefsRoot}/${path}/format`);
  if (text === undefined) throw new Error(`cannot save ${tracepoint}: ${facts.tracefsRoot}/${path}/format is missing`);
  mkdirSync(join(directory, path), { recursive: true });
  writeFileSync(join(directory, path, "format"), text, "latin1");
}
