/** The figures of one case as text: medians of the contenders, and what tsbt is of each other one. */

/** @param figures - by contender, one list of metrics per round */
export function table(metrics, figures, goals) {
  const contenders = Object.keys(figures);
  const others = contenders.filter((contender) => contender !== "tsbt");
  const rows = metrics.map(({ name, unit, scale }, i) => {
    const of = (contender) => figures[contender].map((figure) => figure[i]);
    const medians = contenders.map((contender) => (median(of(contender)) / scale).toFixed(1));
    const ratios = others.map((other) => {
      const ratio = medianRatio(figures, other, i);
      const goal = goals[other]?.[name];
      return goal === undefined ? decimals(ratio) : `${decimals(ratio)} (goal ${goal})`;
    });
    return [`${name} (${unit})`, ...medians, ...ratios];
  });
  return layOut([["", ...contenders, ...others.map((other) => `tsbt / ${other}`)], ...rows]);
}

/** @returns the median over the rounds of what tsbt's figure is of the other's, for the metric of that index */
export const medianRatio = (figures, other, metric) =>
  median(figures.tsbt.map((ours, round) => ours[metric] / figures[other][round][metric]));

const decimals = (ratio) => ratio.toFixed(ratio < 0.1 ? 4 : 2);

function layOut(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("  ");
  return rows.map(line).join("\n");
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
}
