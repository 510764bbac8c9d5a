/** The values of a map, all CPUs together, with what sorting and printing ask of them. */
import type { ScriptMap } from "../../../codegen/object.js";
import { aggregationOf, compileAggregation, type CompiledValues } from "../aggregations/index.js";
import type { MapValueData } from "../data.js";
import type { ValueContext } from "../value-context.js";
import { compilePlain } from "./plain-values.js";

export const compileMapValues = ({ value }: ScriptMap, cx: ValueContext): CompiledValues<MapValueData> =>
  value.kind === "plain" ? compilePlain(value, cx) : compileAggregation(value, cx);

/** A value is rows below the name, and no text behind it. */
export const isBlock = ({ value }: ScriptMap): boolean => value.kind !== "plain" && aggregationOf(value).isBlock;

/** The `type` of a map's JSON record. */
export const recordOf = ({ value }: ScriptMap): string =>
  value.kind === "plain" ? "map" : aggregationOf(value).record;
