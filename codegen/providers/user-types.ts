import type { ArgsRegistry, ContextParts, ContextUse } from "../language/provider.js";

/** The types of the program that a probe is in can be named in its body. */
export function namedTypes(
  { namesTypes, target }: ContextUse,
  structs: ArgsRegistry,
): Pick<ContextParts, "program"> | undefined {
  const executable = namesTypes ? target()?.executable : undefined;
  if (executable?.hasDebugInfo() !== true) return undefined;
  structs.defineProgram(executable);
  return { program: executable.path };
}
