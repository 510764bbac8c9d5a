/** The C definitions of a script, read when there are any. */
import type { Program, SourceFile } from "../../grammar/index.js";
import type { CMacros } from "../analysis/expansion/expand-c-macros.js";
import {
  type CUnit,
  type IncludeRequest,
  macroText,
  readDefinitions as readUnit,
  renderCError,
} from "../../grammar/c/index.js";
import type { StructSource } from "../types/struct-source.js";
import { KernelEnvironment } from "./kernel-environment.js";
import { isKernelHeader } from "./kernel-headers.js";
import { UserStructs } from "./user-structs.js";

/** Finds headers; `undefined` when there is no such file. */
export type ReadInclude = (request: IncludeRequest) => SourceFile | undefined;

export interface DefinitionSettings {
  readonly readInclude: ReadInclude;
  /** `--include` */
  readonly includes: readonly string[];
  /** The kernel's types, and whether there are any: asked only when something is not defined here. */
  readonly kernel: () => StructSource;
  readonly hasKernelTypes: () => boolean;
}

export interface Definitions {
  readonly structs: StructSource;
  readonly macros: CMacros;
  /** What standard error shows; empty when all is well. */
  readonly failure: string;
}

/** `undefined`: the script has none. */
export function readDefinitions(program: Program, settings: DefinitionSettings): Definitions | undefined {
  if (program.cDefinitions.length === 0 && settings.includes.length === 0) return undefined;
  const { hasKernelTypes, readInclude, kernel, includes } = settings;
  const unit = readUnit(program.cDefinitions, {
    headers: { readInclude, isKnownWithout: (header) => isKernelHeader(header) && hasKernelTypes(), hasKernelTypes },
    environment: new KernelEnvironment(kernel),
    includes,
  });
  return {
    structs: new UserStructs(unit, kernel),
    macros: { textOf: (name) => textOf(unit, name) },
    failure: failureOf(unit),
  };
}

/** Only macros without parameters have a value. Headers define enumerators as themselves to make them known to `#ifdef`. */
function textOf({ macros, enumerators }: CUnit, name: string): string | undefined {
  const macro = macros.get(name);
  if (macro === undefined || macro.params !== undefined) return undefined;
  const text = macroText(macro);
  return text === name && enumerators.has(name) ? undefined : text;
}

const INCLUDE_HINT =
  "ERROR: Include headers with missing type definitions or install BTF information to your system.\n";

/** As a C compiler prints it (language.md 4.1). */
function failureOf({ errors, lacksDeclarations }: CUnit): string {
  if (errors.length === 0) return "";
  return `${errors.map(renderCError).join("")}${lacksDeclarations ? INCLUDE_HINT : ""}Clang parse error\n`;
}
