/** What a body asks of the tracer in a pinned iterator, which runs when there is none. */
import { visit } from "../../../grammar/index.js";
import type { AnalysisInput, ProbeBody } from "../input.js";

/** Values of maps change there as everywhere. */
const ASKED: ReadonlySet<string | undefined> = new Set(["prints", "zeroes", "clears"]);

export function checkPinnedIterators(
  probes: readonly ProbeBody[],
  { language, bag }: Pick<AnalysisInput, "language" | "bag">,
): void {
  for (const { context, predicate, body } of probes) {
    if (context.seqFile !== "text") continue;
    for (const part of [predicate, body]) {
      if (part === undefined) continue;
      visit(part, (node) => {
        const called = node.kind === "call" ? language.functions.get(node.name) : undefined;
        if (node.kind !== "call" || called?.kind !== "function" || called.isWrittenToFiles === true) return;
        const asks = called.isDiverging === true || called.sends?.(node) === true || ASKED.has(called.mapUse);
        if (!asks) return;
        bag.warning("iterator-unheard", node.span, { name: node.name }, { hints: [INSTEAD] });
      });
    }
  }
}

const INSTEAD = "`printf` writes to the file that is read.";
