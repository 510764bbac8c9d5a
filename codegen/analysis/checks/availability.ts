/** Builtins that not every probe has (language.md 20.2), and those that loop bodies do not see (13.6). */
import { type AnyNode, type Call, type DiagnosticBag, forEachChild, type Identifier } from "../../../grammar/index.js";
import { builtinNamed, type Language } from "../../language/language.js";
import { isBareCall } from "../folding/bare-call.js";
import type { AnalysisInput, ProbeBody } from "../input.js";

/** What is not available is told first. */
export function checkAvailability(probes: readonly ProbeBody[], input: AnalysisInput): void {
  const { language } = input;
  const inLoops: (Identifier | Call)[] = [];
  for (const probe of probes) {
    const visit = (node: AnyNode, isInLoop: boolean): void => {
      if (node.kind === "identifier" || isBareCall(language, node)) {
        if (isAvailable(node, probe, input) && isInLoop && usesContext(node, language)) inLoops.push(node);
      }
      // A bare word among arguments may be a mode: `nsecs(boot)`.
      const isNamed = (child: AnyNode, i: number): boolean =>
        node.kind === "call" &&
        child.kind === "identifier" &&
        language.functions.get(node.name)?.params[i]?.kind === "name";
      let i = 0;
      forEachChild(node, (child) => {
        if (!isNamed(child, i++)) visit(child, isInLoop || (node.kind === "for" && child === node.body));
      });
    };
    if (probe.predicate !== undefined) visit(probe.predicate, false);
    visit(probe.body, false);
  }
  if (!input.bag.hasErrors) for (const node of inLoops) reportLoop(node, input.language, input.bag);
}

function isAvailable({ name, span }: Identifier | Call, { context }: ProbeBody, input: AnalysisInput): boolean {
  const { language, config, facts, structs, bag } = input;
  return builtinNamed(language, name)?.check?.({ name, span, context, config, facts, structs }, bag) ?? true;
}

const usesContext = ({ name }: Identifier | Call, language: Language): boolean =>
  builtinNamed(language, name)?.usesContext === true;

const reportLoop = ({ name, span }: Identifier | Call, language: Language, bag: DiagnosticBag): void => {
  bag.error("context-in-loop", span, { name: builtinNamed(language, name)?.longName ?? name });
};
