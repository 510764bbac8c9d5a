/** `-l 'struct X'`: kernel types, by name or with their definitions (probes-and-cli.md 16.4). */
import { type Btf, definitionOf } from "../../codegen/btf/index.js";
import type { KernelFacts } from "../../codegen/facts.js";
import { globMatcher } from "../../codegen/language/glob.js";

const SEARCH = /^(struct|union|enum) +(.*)$/;

/** Undefined when the piece is no search for types. */
export function listTypes(piece: string, facts: KernelFacts, isVerbose: boolean): readonly string[] | undefined {
  const [, keyword, pattern = ""] = SEARCH.exec(piece) ?? [];
  if (keyword === undefined) return undefined;
  const kind = keyword as "struct" | "union" | "enum";
  const matches = globMatcher(pattern);
  const found = new Map<string, string[]>();
  for (const [module, btf] of modules(facts)) {
    for (const [name, id] of named(btf, kind)) {
      // What vmlinux defines is shown once.
      if (!matches(name) || found.get(name)?.[0]?.startsWith("vmlinux: ") === true) continue;
      const definition = isVerbose ? `${module}: ${definitionOf(btf, id) ?? ""};\n` : `${kind} ${name}`;
      found.set(name, [...(found.get(name) ?? []), definition]);
    }
  }
  const sorted = [...found].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.flatMap(([, definitions]) => (isVerbose ? definitions : definitions.slice(0, 1)));
}

function* modules(facts: KernelFacts): Generator<readonly [module: string, btf: Btf]> {
  for (const module of facts.loadedModules()) {
    const btf = module === "vmlinux" ? facts.btf : facts.moduleBtf(module);
    if (btf !== undefined) yield [module, btf];
  }
}

/** The first type of each name. */
function named(btf: Btf, kind: "struct" | "union" | "enum"): ReadonlyMap<string, number> {
  const ids = new Map<string, number>();
  const kinds = kind === "enum" ? (["enum", "enum64"] as const) : ([kind] as const);
  for (const each of kinds) {
    for (const id of btf.idsOf(each)) {
      const name = btf.nameOf(id);
      if (name !== "" && !ids.has(name)) ids.set(name, id);
    }
  }
  return ids;
}
