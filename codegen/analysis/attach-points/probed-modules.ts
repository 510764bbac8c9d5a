/** Modules of the kernel that a script has probes in. */
import type { KernelFacts } from "../../facts.js";
import type { Language } from "../../language/language.js";
import type { TypedProbe } from "../typed-program.js";

/** In the order of the script. */
export function probedModules(
  probes: readonly TypedProbe[],
  { providers }: Language,
  facts: KernelFacts,
): readonly string[] {
  const modules = probes.flatMap(({ context, points }) => {
    const all = points.map(({ point }) => point);
    return providers.get(context.provider)?.modules?.(all, facts) ?? [];
  });
  return [...new Set(modules)];
}
