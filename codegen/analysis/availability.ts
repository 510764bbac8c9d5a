/** Builtins that not every probe has (language.md 20.2), and those that loop bodies do not see (13.6). */
import { type AnyNode, type Call, type DiagnosticBag, forEachChild, type Identifier } from "../../grammar/index.js";
import { builtinNamed } from "../builtins/index.js";
import { FUNCTIONS } from "../functions/index.js";
import { isBareCall } from "./bare-call.js";
import type { AnalysisInput, ProbeBody } from "./input.js";

export function checkAvailability(probes: readonly ProbeBody[], input: AnalysisInput): void {
  for (const probe of probes) {
    const visit = (node: AnyNode, isInLoop: boolean): void => {
      if (node.kind === "identifier" || isBareCall(node)) checkBuiltin(node, probe, isInLoop, input);
      // A bare word among arguments may be a mode: `nsecs(boot)`.
      const isNamed = (child: AnyNode, i: number): boolean =>
        node.kind === "call" && child.kind === "identifier" && FUNCTIONS.get(node.name)?.params[i]?.kind === "name";
      let i = 0;
      forEachChild(node, (child) => {
        if (!isNamed(child, i++)) visit(child, isInLoop || (node.kind === "for" && child === node.body));
      });
    };
    if (probe.predicate !== undefined) visit(probe.predicate, false);
    visit(probe.body, false);
  }
}

function checkBuiltin(node: Identifier | Call, probe: ProbeBody, isInLoop: boolean, input: AnalysisInput): void {
  const builtin = builtinNamed(node.name);
  if (builtin === undefined) return;
  const { config, facts, structs, bag } = input;
  const isAvailable =
    builtin.check?.({ name: node.name, span: node.span, context: probe.context, config, facts, structs }, bag) ?? true;
  if (isAvailable && isInLoop && builtin.usesContext === true) reportLoop(node, bag);
}

const reportLoop = (node: Identifier | Call, bag: DiagnosticBag): void => {
  bag.error("context-in-loop", node.span, { name: node.name === "retval" ? "__builtin_retval" : node.name });
};
