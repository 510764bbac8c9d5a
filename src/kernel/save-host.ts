/**
 * Saves all that a compiler may ask about this kernel, so that scripts can be compiled for it elsewhere: `SnapshotFacts` reads it. Some 15
 * MiB, most of them types.
 *
 * What belongs to one boot or one moment is left out: addresses of symbols, cgroups, programs and what is loaded of BPF.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Btf } from "../../codegen/btf/index.js";
import { FEATURES } from "../../codegen/facts.js";
import { PROGRAM_TYPE } from "../../codegen/kernel/bpf.js";
import type { ProgramType } from "../../codegen/object.js";
import type { LiveFacts } from "./live.js";
import { SNAPSHOT_FILES, type SavedFacts } from "./snapshot.js";
import { bytesOrUndefined } from "./tracefs.js";

const LIVE_BTF = "/sys/kernel/btf";

/** Fills a directory, which is made if there is none. What cannot be read is left out. */
export function saveHost(directory: string, facts: LiveFacts): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, SNAPSHOT_FILES.facts), `${JSON.stringify(factsOf(facts), undefined, 1)}\n`);
  for (const module of existsSync(LIVE_BTF) ? readdirSync(LIVE_BTF) : [])
    copyFileSync(join(LIVE_BTF, module), join(directory, SNAPSHOT_FILES.btf(module)));
  copy(facts.traceableFunctionsPath, join(directory, SNAPSHOT_FILES.functions));
  for (const tracepoint of facts.tracepoints()) {
    const path = `events/${tracepoint.replace(":", "/")}/format`;
    copy(`${facts.tracefsRoot}/${path}`, join(directory, path));
  }
}

function copy(from: string, to: string): void {
  const bytes = bytesOrUndefined(from);
  if (bytes === undefined || bytes.length === 0) return;
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, bytes);
}

function factsOf(facts: LiveFacts): SavedFacts {
  const traceable = new Set(facts.traceableFunctionNames() ?? []);
  const functions = facts.kernelFunctionNames().filter((name) => !traceable.has(name));
  const untraceable = new Set(functions);
  return {
    release: facts.release.text,
    arch: facts.arch,
    possibleCpus: facts.possibleCpus,
    modules: facts.loadedModules(),
    features: FEATURES.filter((feature) => facts.supports(feature)),
    symbols: facts.kernelSymbolNames().filter((name) => !traceable.has(name) && !untraceable.has(name)),
    untraceable: functions,
    blacklist: facts.kernelFunctionNames().filter((name) => facts.isBlacklisted(name)),
    symbolAddresses: {},
    cgroups: {},
    kfuncs: kfuncsOf(facts),
    executables: {},
  };
}

const PROGRAM_TYPES = Object.keys(PROGRAM_TYPE) as readonly ProgramType[];

function kfuncsOf(facts: LiveFacts): Readonly<Record<string, readonly ProgramType[]>> {
  const names = facts.btf === undefined ? [] : kfuncNames(facts.btf);
  return Object.fromEntries(
    names.map((name) => [name, PROGRAM_TYPES.filter((type) => facts.allowsKfunc(name, type))] as const),
  );
}

/** Functions with the tag that kernels since 6.10 put on them. */
function kfuncNames(btf: Btf): readonly string[] {
  const names = new Set<string>();
  for (const id of btf.idsOf("decl_tag")) {
    const tag = btf.typeOfKind(id, "decl_tag");
    if (tag?.name === "bpf_kfunc") names.add(btf.nameOf(tag.target));
  }
  return [...names].sort();
}
