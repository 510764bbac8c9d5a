/**
 * Features that a setting has to allow (language.md 16.1). What stands in macros is not asked for it, as in the reference,
 * whose own library is made of them.
 */
import { type AnyNode, type DiagnosticBag, type Program, visit } from "../../../grammar/index.js";
import type { Config, UnstableFeature } from "../../config.js";
import type { Language } from "../../language/language.js";

export function checkUnstable(program: Program, language: Language, config: Config, bag: DiagnosticBag): void {
  visit(program, (node) => {
    if (node.kind === "macro") return false;
    const feature = featureOf(node, language);
    if (feature === undefined) return true;
    const choice = config.unstable[feature];
    if (choice === "warn") bag.warning("feature-unstable", undefined, { feature, words: WORDS[feature] ?? feature });
    if (choice === "error" && feature === "import_statement") bag.error("import-in-block", node.span, {});
    else if (choice === "error") bag.error("feature-disabled", node.span, { feature });
    return true;
  });
}

/** Where a feature is called something else than its setting. */
const WORDS: { readonly [F in UnstableFeature]?: string } = {
  dw_ustack: "dw_ustack (DWARF stack unwinding)",
  import_statement: "import statements",
};

function featureOf(node: AnyNode, { functions }: Language): UnstableFeature | undefined {
  switch (node.kind) {
    case "typeinfo":
      return "typeinfo";
    case "import-statement":
      return "import_statement";
    case "call":
    case "identifier":
      return functions.get(node.name)?.unstable;
    default:
      return undefined;
  }
}
