/** What the service may ask: the compiler's facts and language, and the names of what can be probed. */
import { type Compilation, compile, type CompileOptions } from "../codegen/compile.js";
import type { KernelFacts } from "../codegen/facts.js";
import type { Language } from "../codegen/language/language.js";
import type { SourceFile } from "../grammar/index.js";
import type { NameIndex } from "./name-index.js";

export interface ServiceFacts {
  readonly kernel: KernelFacts;
  readonly language: Language;
  readonly options: CompileOptions;
  /** Names by provider, without the provider and its colon; undefined while they are still being collected. */
  readonly probes: ReadonlyMap<string, NameIndex> | undefined;
  /** Names of structs, unions and enums of the kernel; undefined while they are still being collected. */
  readonly types: NameIndex | undefined;
  /** Files and directories (which end in a slash) whose paths begin so. */
  files(prefix: string): readonly string[];
}

export const sourceOf = (text: string): SourceFile => ({ name: "stdin", text });

/** Checks a script as far as its types are concerned: nothing is lowered. */
export const check = (text: string, { kernel, language, options }: ServiceFacts): Compilation =>
  compile(sourceOf(text), kernel, language, { ...options, isToBeBuilt: () => false });
