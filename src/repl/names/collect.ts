/** All names that can be completed: of what can be probed, by provider, and of the kernel's types. */
import type { KernelFacts } from "../../../codegen/facts.js";
import type { Language } from "../../../codegen/language/language.js";
import type { Part } from "../../../codegen/language/provider.js";
import { type NameList, packNames } from "../../../service/index.js";

export interface CollectedNames {
  readonly probes: readonly (readonly [provider: string, names: NameList])[];
  readonly types: NameList;
}

export function collectNames(language: Language, facts: KernelFacts): CollectedNames {
  const providers = [...language.providers.values()].filter(({ wildcard }) => wildcard === "kernel");
  return {
    probes: providers.map(({ name, list }) => {
      const texts = attempt(() => list?.(facts, everything(name), optionsFor(facts)) ?? []);
      return [name, packNames(texts.map(({ text }) => text.slice(name.length + 1).replace(/:$/, "")))] as const;
    }),
    types: packNames(attempt(() => [...typeNames(facts)])),
  };
}

/** What this machine does not say is left out. */
function attempt<T>(collect: () => readonly T[]): readonly T[] {
  try {
    return collect();
  } catch {
    return [];
  }
}

const optionsFor = ({ arch }: KernelFacts) =>
  ({ isUnsafe: false, pid: undefined, runningPid: undefined, missingProbes: "ignore", arch }) as const;

function everything(provider: string): { all: readonly Part[]; span: Part["span"]; provider: string } {
  const file = { name: "", text: "*" };
  const span = { file, start: 0, end: 1 };
  return { all: [{ text: "*", span, isQuoted: false }], span, provider };
}

const KINDS = ["struct", "union", "enum"] as const;

function* typeNames({ btf }: KernelFacts): Generator<string> {
  if (btf === undefined) return;
  for (const kind of KINDS) {
    for (const id of btf.idsOf(kind)) {
      const name = btf.nameOf(id);
      if (name !== "") yield `${kind} ${name}`;
    }
  }
}
