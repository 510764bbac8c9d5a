import type { Aggregation } from "./parts/define.js";
import { extremes } from "./parts/extremes.js";
import { NUMBER } from "./parts/integers.js";

export const max: Aggregation<"max"> = { ...NUMBER, compile: ({ isSigned }) => extremes(1, isSigned) };
