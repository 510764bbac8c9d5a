/** A script that has been compiled: plain data, which can be saved. */
import { serialize } from "node:v8";
import { compile as compileSource } from "../../codegen/compile.js";
import type { Config } from "../../codegen/config.js";
import type { KernelFacts } from "../../codegen/facts.js";
import { FULL_LANGUAGE } from "../../codegen/full-language.js";
import type { BpfObject } from "../../codegen/object.js";
import { compileOptions, exceedsProbes, type Host, linksOf, plannedLinks, tooManyProbes } from "../core/index.js";
import { toBytes } from "../files/own-files.js";
import { decoded } from "../output/value-data.js";
import { publicDiagnostic, scriptError } from "./diagnostics.js";
import { TsbtError } from "./error.js";
import type { CompiledScript, Script, ScriptDiagnostic, ScriptOptions } from "./types.js";
import { VERSION } from "./version.js";

/** What `save` writes. */
export interface Saved {
  readonly version: string;
  readonly release: string;
  readonly arch: string;
  readonly object: BpfObject;
  readonly config: Config;
  readonly warnings: readonly ScriptDiagnostic[];
}

export class Compiled implements CompiledScript {
  readonly saved: Saved;

  constructor(saved: Saved) {
    this.saved = saved;
  }

  get release(): string {
    return this.saved.release;
  }

  get warnings(): readonly ScriptDiagnostic[] {
    return this.saved.warnings;
  }

  get probes(): readonly string[] {
    return this.saved.object.attachments.map(({ name }) => decoded(name));
  }

  save(): Uint8Array {
    return Uint8Array.from(serialize(this.saved));
  }
}

interface Where {
  readonly facts: KernelFacts;
  readonly host: Pick<Host, "environment" | "machine">;
  /** The process that is traced. */
  readonly pid: number | undefined;
  /** It was started to be traced: as with `-c`, what is attached to the kernel fires for all processes. */
  readonly isChild?: boolean | undefined;
}

/** @throws {@link TsbtError} */
export function compileFor(
  script: string | Script,
  options: ScriptOptions,
  { facts, host, pid, isChild = false }: Where,
): Saved {
  const { source, name } = typeof script === "string" ? { source: script, name: options.name ?? "script" } : script;
  const links = { planned: 0 };
  const compilation = compileSource(
    { name: toBytes(name), text: toBytes(source), isEmbedded: typeof script === "string" },
    facts,
    FULL_LANGUAGE,
    compileOptions({
      host,
      release: facts.release.text,
      positional: (options.args ?? []).map((arg) => toBytes(String(arg))),
      named: new Map(
        Object.entries(options.named ?? {}).map(([key, value]) => [
          toBytes(key),
          value === true ? true : toBytes(String(value)),
        ]),
      ),
      isUnsafe: options.unsafe ?? false,
      pid,
      filtersByPid: pid !== undefined && !isChild,
      warnsOfReads: options.warnOfReads ?? false,
      includes: (options.include ?? []).map(toBytes),
      includeDirs: (options.includeDirs ?? []).map(toBytes),
      isToBeBuilt: (typed) => !exceedsProbes((links.planned = plannedLinks(typed)), typed.config),
    }),
  );
  const { object, config, diagnostics } = compilation;
  const count = object === undefined ? links.planned : linksOf(object);
  if (exceedsProbes(count, config)) throw new TsbtError("limit", tooManyProbes(count, config));
  if (object === undefined) throw scriptError(compilation);
  checkNamed(options.named ?? {}, compilation.typed?.options ?? []);
  const warnings = diagnostics.map(publicDiagnostic);
  return { version: VERSION, release: facts.release.text, arch: facts.arch, object, config, warnings };
}

/** As the command does not take what a script never asks for by `getopt()`. */
function checkNamed(named: object, options: readonly { readonly name: string }[]): void {
  const known = new Set(options.map(({ name }) => decoded(name)));
  const unexpected = Object.keys(named).filter((name) => !known.has(name));
  if (unexpected.length > 0)
    throw new TsbtError("script", `The script has no getopt() of these names: ${unexpected.join(", ")}`);
}
