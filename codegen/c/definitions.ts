/** The C definitions of a script, read when there are any. */
import type { Program, SourceFile } from "../../grammar/index.js";
import type { CMacros } from "../analysis/expansion/expand-c-macros.js";
import {
  type CUnit,
  type HeaderFile,
  type IncludeRequest,
  readDefinitions as readUnit,
  renderCError,
} from "../../grammar/c/index.js";
import type { StructSource } from "../types/struct-source.js";
import { UnitMacros } from "./header-macros.js";
import { KernelEnvironment } from "./kernel-environment.js";
import { KernelFirst } from "./kernel-first.js";
import { isKernelHeader } from "./kernel-headers.js";
import { UserStructs } from "./user-structs.js";

/** Finds headers. */
export interface HeaderSearch {
  /** `undefined` when there is no such file. */
  read(request: IncludeRequest): HeaderFile | undefined;
  /** What is read before the script's own text. */
  prelude(): SourceFile | undefined;
  /** All that answers for the names of the kernel's headers is the kernel's. */
  readonly areOnlySystems: boolean;
}

export interface DefinitionSettings {
  readonly headers: HeaderSearch;
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
  /** Headers that were asked for and that are not there, or not whole. */
  readonly incompleteHeaders: () => readonly string[];
}

export function readDefinitions(program: Program, settings: DefinitionSettings): Definitions {
  const { kernel } = settings;
  const unit = once(() => readAll(program, settings));
  const structs = once(() => new UserStructs(unit(), kernel));
  const canWait = includesOnlyKernelHeaders(program, settings) && settings.hasKernelTypes();
  return {
    structs: canWait ? new KernelFirst(kernel, structs) : structs(),
    macros: new UnitMacros(unit, kernel),
    failure: canWait ? "" : failureOf(unit()),
    incompleteHeaders: () => [...unit().incomplete],
  };
}

function readAll(program: Program, { headers, hasKernelTypes, kernel, includes }: DefinitionSettings): CUnit {
  const prelude = headers.prelude();
  return readUnit(program.cDefinitions, {
    headers: {
      readInclude: (request) => headers.read(request),
      isKnownWithout: (header) => isKernelHeader(header) && hasKernelTypes(),
      hasKernelTypes,
    },
    environment: new KernelEnvironment(kernel),
    includes,
    ...(prelude === undefined ? {} : { prelude }),
  });
}

function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

const COMMENT = /\/\*.*?\*\/|\/\/.*/g;
const INCLUDE = /^#\s*include\s*<([^>]+)>\s*$/;
const CONDITION = /^#\s*(?:ifdef\s+\w+|ifndef\s+\w+|else|endif)\s*$/;

/** Such definitions cannot be wrong, and most scripts that have them use nothing but types, which BTF knows. */
function includesOnlyKernelHeaders({ cDefinitions }: Program, { headers, includes }: DefinitionSettings): boolean {
  if (!headers.areOnlySystems || includes.length > 0) return false;
  const lines = cDefinitions.map(({ text }) => text.replace(COMMENT, "").trim());
  const count = (start: RegExp): number => lines.filter((line) => start.test(line)).length;
  if (count(/^#\s*if/) !== count(/^#\s*endif/) || count(/^#\s*else/) > count(/^#\s*endif/)) return false;
  return lines.every((line) => CONDITION.test(line) || isKernelHeader(INCLUDE.exec(line)?.[1] ?? ""));
}

const INCLUDE_HINT =
  "ERROR: Include headers with missing type definitions or install BTF information to your system.\n";

/** As a C compiler prints it (language.md 4.1). */
function failureOf({ errors, lacksDeclarations }: CUnit): string {
  if (errors.length === 0) return "";
  return `${errors.map(renderCError).join("")}${lacksDeclarations ? INCLUDE_HINT : ""}Clang parse error\n`;
}
