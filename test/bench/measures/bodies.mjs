/** What bodies of probes cost in the kernel: benchmarks of the tracer's own (`--bench`), less what an empty one takes. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const EMPTY = "nothing";

/** Options that make a tracer run each body as a benchmark of its name. */
export const benchOptions = (bodies) => [
  "--bench",
  "-f",
  "json",
  "-e",
  [`bench:${EMPTY} { }`, ...Object.entries(bodies).map(([name, body]) => `bench:"${name}" { ${body} }`)].join("\n"),
];

/** @param names - of the bodies */
export const bodyCosts = (names) => ({
  metrics: names.map((name) => ({ name, unit: "ns", scale: 1 })),
  async cost([command, ...args]) {
    const { stdout } = await promisify(execFile)(command, args);
    const averages = new Map(
      stdout
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line))
        .filter(({ type }) => type === "benchmark_result")
        .flatMap(({ data }) => Object.entries(data).map(([name, { average }]) => [name, average])),
    );
    return names.map((name) => averages.get(name) - averages.get(EMPTY));
  },
});
