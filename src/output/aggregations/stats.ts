import { divide } from "../integer.js";
import { jsonInteger, jsonObject } from "../json.js";
import type { Aggregation } from "./parts/define.js";
import { isZero, shownIntegers } from "./parts/integers.js";
import { totals } from "./parts/totals.js";

export const stats: Aggregation<"stats"> = {
  record: "stats",
  isBlock: false,
  typeText: "StatsData",
  compile:
    ({ isSigned }) =>
    (reading) => {
      const { counts, sums, averages } = totals(reading, isSigned);
      const data = (i: number, div: number) => ({
        count: counts[i] ?? 0,
        average: divide(averages[i] ?? 0, div),
        total: sums[i] ?? 0,
      });
      return {
        ...shownIntegers(averages, (i) => !isZero(counts[i])),
        text: (i, div) => {
          const { count, average, total } = data(i, div);
          return `{ .count = ${count}, .average = ${average}, .total = ${total} }`;
        },
        json: (i, div) => jsonObject(Object.entries(data(i, div)).map(([name, n]) => [name, jsonInteger(n)])),
        data,
      };
    },
};
