/** The other half of each aggregation of the language: one that is missing does not compile. */
import type { AggregationName } from "../../../codegen/functions/index.js";
import type { AggregationFormat } from "../../../codegen/object.js";
import type { AggregationData } from "../data.js";
import type { ValueContext } from "../value-context.js";
import { avg } from "./avg.js";
import { count } from "./count.js";
import { hist } from "./hist.js";
import { lhist } from "./lhist.js";
import { max } from "./max.js";
import { min } from "./min.js";
import { stats } from "./stats.js";
import { stddev } from "./stddev.js";
import { sum } from "./sum.js";
import { tseries } from "./tseries.js";
import type { Aggregation, CompiledValues } from "./parts/define.js";

const AGGREGATIONS: { readonly [N in AggregationName]: Aggregation<N> } = {
  avg,
  count,
  hist,
  lhist,
  max,
  min,
  stats,
  stddev,
  sum,
  tseries,
};

/** How it is shown, whatever it holds. */
export const aggregationOf = ({ kind }: AggregationFormat): Omit<Aggregation<AggregationName>, "compile"> =>
  AGGREGATIONS[kind];

export function compileAggregation(
  format: AggregationFormat,
  cx: ValueContext,
): CompiledValues<AggregationData[AggregationName]> {
  // The format has the name of the half that reads it, and with that the data.
  const { compile } = AGGREGATIONS[format.kind] as Aggregation<AggregationName>;
  return compile(format, cx);
}

export type { CompiledValues, ShownValues } from "./parts/define.js";
