/** A script that has been compiled: plain data, which can be saved. */
import { type Compilation, compile as compileSource } from "../../codegen/compile.js";
import type { KernelFacts } from "../../codegen/facts.js";
import { FULL_LANGUAGE } from "../../codegen/full-language.js";
import type { BpfObject } from "../../codegen/object.js";
import { encodeScript, type SavedScript } from "../../codegen/saved/index.js";
import {
  compileOptions,
  exceedsProbes,
  type Host,
  type LinkCount,
  linksOf,
  plannedLinks,
  tooManyProbes,
} from "../core/index.js";
import { toBytes } from "../files/index.js";
import { decoded } from "../output/index.js";
import { publicDiagnostic, scriptError } from "./diagnostics.js";
import { TsbtError } from "./error.js";
import type { CompiledScript, Script, ScriptDiagnostic, ScriptOptions } from "./types.js";
import { VERSION } from "./version.js";

export class Compiled implements CompiledScript {
  readonly saved: SavedScript;
  /** Whoever has it compiled has allowed what is not safe; bytes from elsewhere allow nothing. */
  readonly allowsUnsafe: boolean;

  constructor(saved: SavedScript, { allowsUnsafe }: { readonly allowsUnsafe: boolean }) {
    this.saved = saved;
    this.allowsUnsafe = allowsUnsafe;
  }

  get release(): string {
    return this.saved.kernel.release;
  }

  get warnings(): readonly ScriptDiagnostic[] {
    return this.saved.warnings.map(publicDiagnostic);
  }

  get probes(): readonly string[] {
    return this.saved.object.attachments.map(({ name }) => decoded(name));
  }

  save(): Uint8Array {
    return encodeScript(this.saved, VERSION, FULL_LANGUAGE);
  }
}

interface Where {
  readonly facts: KernelFacts;
  readonly host: Pick<Host, "environment" | "machine">;
  /** The process that is traced. */
  readonly pid: number | undefined;
  /** It was started to be traced: as with `-c`, what is attached to the kernel fires for all processes. */
  readonly isChild?: boolean | undefined;
  /** Which process is traced is not known yet. */
  readonly isTargetLater?: boolean;
}

export type CompiledObject = Pick<Compilation, "config" | "diagnostics"> & { readonly object: BpfObject };

/** @throws {@link TsbtError} */
export function compileFor(
  script: string | Script,
  options: ScriptOptions,
  { facts, host, pid, isChild = false, isTargetLater = false }: Where,
): CompiledObject {
  const { source, name } = typeof script === "string" ? { source: script, name: options.name ?? "script" } : script;
  const links: { planned: LinkCount } = { planned: { count: 0, spans: [] } };
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
      isTargetLater,
      warnsOfReads: options.warnOfReads ?? false,
      includes: (options.include ?? []).map(toBytes),
      includeDirs: (options.includeDirs ?? []).map(toBytes),
      hasSharedMaps: true,
      isToBeBuilt: (typed) => !exceedsProbes((links.planned = plannedLinks(typed)), typed.config),
    }),
  );
  const { object, config, diagnostics } = compilation;
  const count = object === undefined ? links.planned : linksOf(object);
  if (exceedsProbes(count, config)) throw new TsbtError("limit", tooManyProbes(count, config));
  if (object === undefined) throw scriptError(compilation);
  checkNamed(options.named ?? {}, compilation.typed?.options ?? []);
  return { object, config, diagnostics };
}

/** As the command does not take what a script never asks for by `getopt()`. */
function checkNamed(named: object, options: readonly { readonly name: string }[]): void {
  const known = new Set(options.map(({ name }) => decoded(name)));
  const unexpected = Object.keys(named).filter((name) => !known.has(name));
  if (unexpected.length > 0)
    throw new TsbtError("script", `The script has no getopt() of these names: ${unexpected.join(", ")}`);
}
