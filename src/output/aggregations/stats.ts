import { divide } from "../integer.js";
import { jsonInteger, jsonObject } from "../json.js";
import { numberColumn, type Row } from "../rows.js";
import type { Aggregation } from "./parts/define.js";
import { isZero, shownIntegers } from "./parts/integers.js";
import { totals, type Totals } from "./parts/totals.js";

export const stats: Aggregation<"stats"> = {
  record: "stats",
  isBlock: false,
  typeText: "StatsData",
  compile:
    ({ isSigned }) =>
    (reading) => {
      const all = totals(reading, isSigned);
      const { counts, sums, averages } = all;
      const data = (i: number, div: number) => ({
        count: counts[i] ?? 0,
        average: divide(averages[i] ?? 0, div),
        total: sums[i] ?? 0,
      });
      return {
        ...shownIntegers(averages, (i) => !isZero(counts[i])),
        row: rowOf(all, ["{ .count = ", ", .average = ", ", .total = ", " }"]),
        jsonRow: rowOf(all, ['{"count": ', ', "average": ', ', "total": ', "}"]),
        text: (i, div) => {
          const { count, average, total } = data(i, div);
          return `{ .count = ${count}, .average = ${average}, .total = ${total} }`;
        },
        json: (i, div) => jsonObject(Object.entries(data(i, div)).map(([name, n]) => [name, jsonInteger(n)])),
        data,
      };
    },
};

type Around = readonly [beforeCount: string, beforeAverage: string, beforeTotal: string, behind: string];

/** Only the average is divided. */
function rowOf({ counts, sums, averages }: Totals, [a, b, c, d]: Around): ((div: number) => Row) | undefined {
  if (!(counts instanceof Float64Array && sums instanceof Float64Array && averages instanceof Float64Array)) return;
  return (div) => [a, numberColumn(counts), b, numberColumn(averages, div), c, numberColumn(sums), d];
}
