import type { Aggregation } from "./parts/define.js";
import { extremes } from "./parts/extremes.js";
import { NUMBER } from "./parts/integers.js";

export const min: Aggregation<"min"> = { ...NUMBER, compile: ({ isSigned }) => extremes(-1, isSigned) };
