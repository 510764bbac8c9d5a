/** What analysis starts from: probes whose attach points are known, each with a body of its own. */
import type { DiagnosticBag, MapDeclaration } from "../../grammar/index.js";
import type { KernelFacts } from "../facts.js";
import type { Language } from "../language/language.js";
import type { MapInfo } from "../language/map-info.js";
import type { StructSource } from "../types/struct-source.js";
import type { Config } from "../config.js";
import type { CMacros } from "./expansion/expand-c-macros.js";
import type { NamedParameters } from "./expansion/script-options.js";
import type { TypedProbe } from "./typed-program.js";

export type ProbeBody = TypedProbe;

export type KnownMaps = ReadonlyMap<string, Pick<MapInfo, "key" | "value" | "settings">>;

export interface AnalysisInput {
  readonly language: Language;
  readonly probes: readonly ProbeBody[];
  readonly mapDeclarations: readonly MapDeclaration[];
  readonly config: Config;
  readonly facts: KernelFacts;
  readonly structs: StructSource;
  /** Of the script's C definitions. */
  readonly cMacros?: CMacros;
  /** Macros of the script, for hints: calls have been replaced. */
  readonly macroNames: readonly string[];
  /** `$1`, `$2` … as given. */
  readonly positional: readonly string[];
  /** `--name=value` behind `--`. */
  readonly named: NamedParameters;
  /** `--unsafe`. */
  readonly isUnsafe: boolean;
  /** Maps that are there already, by name: theirs are the types that the script's maps of these names start with. */
  readonly knownMaps?: KnownMaps;
  readonly bag: DiagnosticBag;
}
