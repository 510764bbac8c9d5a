import type { Aggregation } from "./parts/define.js";
import { isZero, NUMBER, shownIntegers, summed } from "./parts/integers.js";

/** u64 */
export const count: Aggregation<"count"> = {
  ...NUMBER,
  compile: () => (reading) => {
    const sums = summed(reading, 0, false);
    return shownIntegers(sums, (i) => !isZero(sums[i]));
  },
};
