/** What `test` and `bench` have in common: a name, and that they run when they are asked for. */
import { record, text } from "../codec/index.js";
import type { Doc } from "../language/function.js";
import type { ContextParts, ProviderDefinition } from "../language/provider.js";
import type { TrialSchedule } from "../object.js";
import { IN_TRACER } from "./contexts.js";
import { TEST_RUN } from "./ways.js";

export interface TrialPoint {
  readonly name: string;
}

export const defineTrial = (
  name: string,
  own: {
    readonly doc: Doc;
    /** Also what `-l` calls it. */
    readonly probeType: string;
    readonly programType: ContextParts["programType"];
    readonly runs: TrialSchedule["runs"];
  },
): ProviderDefinition<TrialPoint, TrialPoint, TrialSchedule> => ({
  name,
  aliases: [],
  doc: own.doc,
  partCounts: [1],
  parse(parts, bag) {
    const text = parts.all[0]?.text ?? "";
    if (text === "") return void bag.error("trial-needs-name", parts.span, { provider: name });
    return { name: text };
  },
  uniqueName: (point) => point.name,
  wildcard: "none",
  expand: (point) => ({ candidates: [{ point, name: `${name}:${point.name}` }], missing: undefined }),
  listed: ({ point }) => ({ text: `${own.probeType}:${point.name}:` }),
  context: () => ({ ...IN_TRACER, probeType: own.probeType, programType: own.programType }),
  codec: record({ name: text }),
  pidFilter: "none",
  schedule: { runs: own.runs },
  ways: [TEST_RUN],
});
