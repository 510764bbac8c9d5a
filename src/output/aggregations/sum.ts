import type { Aggregation } from "./parts/define.js";
import { anyCpu, NUMBER, shownIntegers, summed } from "./parts/integers.js";

/** u64 sum, u64 is-set */
export const sum: Aggregation<"sum"> = {
  ...NUMBER,
  compile:
    ({ isSigned }) =>
    (reading) =>
      shownIntegers(summed(reading, 0, isSigned), anyCpu(reading, 8)),
};
