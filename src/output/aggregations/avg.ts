import type { Aggregation } from "./parts/define.js";
import { isZero, NUMBER, shownIntegers } from "./parts/integers.js";
import { totals } from "./parts/totals.js";

export const avg: Aggregation<"avg"> = {
  ...NUMBER,
  record: "stats",
  compile:
    ({ isSigned }) =>
    (reading) => {
      const { counts, averages } = totals(reading, isSigned);
      return shownIntegers(averages, (i) => !isZero(counts[i]));
    },
};
