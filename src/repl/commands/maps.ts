/** Maps, which stay from entry to entry. */
import { describe } from "../run/map-store.js";
import { plot, sparkline } from "../run/plot.js";
import type { Shell } from "../shell.js";
import { type Command, CommandError, required } from "./command.js";

/** With its `@`; @throws {@link CommandError} */
function mapNamed({ tracer }: Shell, argument: string): string {
  const name = argument.startsWith("@") ? argument : `@${argument}`;
  if (tracer.maps.get(name) === undefined) throw new CommandError(`there is no map ${name}`);
  return name;
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ["ms", 1],
  ["s", 1000],
  ["m", 60_000],
]);
const SHORTEST_MS = 50;

/** `@x 500ms`: the interval is a second, if it is not said. */
function mapAndInterval(shell: Shell, argument: string): { readonly name: string; readonly ms: number } {
  const [map = "", interval = "1s", ...rest] = required(argument, "a map").split(/\s+/);
  const [, count, unit] = /^(\d+)(ms|s|m)$/.exec(interval) ?? [];
  const factor = UNITS.get(unit ?? "");
  if (rest.length > 0 || count === undefined || factor === undefined) {
    throw new CommandError(`${[interval, ...rest].join(" ")} is no interval: 500ms, 1s, 2m`);
  }
  return { name: mapNamed(shell, map), ms: Math.max(SHORTEST_MS, Number(count) * factor) };
}

export const MAP_COMMANDS: readonly Command[] = [
  {
    name: "maps",
    argument: "",
    summary: "maps that there are, with their types",
    run: (shell) => {
      const { maps } = shell.tracer;
      const lines = maps.names.map((name) => `${name}: ${describe(maps.get(name)!.info)}\n`);
      shell.say(lines.join("") || "no maps\n");
    },
  },
  {
    name: "watch",
    argument: "@MAP [INTERVAL]",
    summary: "shows a map again and again, until a key is pressed",
    completes: "map",
    run: (shell, argument) => {
      const { name, ms } = mapAndInterval(shell, argument);
      return shell.face.live(() => shell.tracer.maps.text(name) ?? "", ms);
    },
  },
  {
    name: "plot",
    argument: "@MAP [INTERVAL]",
    summary: "draws a map: bars by key, histograms, series; one number over time",
    completes: "map",
    run: (shell, argument) => {
      const { name, ms } = mapAndInterval(shell, argument);
      const drawn = plot(shell.tracer.maps, name, shell.face.columns);
      if (drawn !== undefined) return shell.say(drawn);
      const samples: number[] = [];
      return shell.face.live(() => sparkline(shell.tracer.maps, name, samples, shell.face.columns), ms);
    },
  },
  {
    name: "drop",
    argument: "@MAP",
    summary: "lets go of a map, so that its name may have another type; :drop * of all",
    completes: "map",
    run: (shell, argument) => {
      const { maps } = shell.tracer;
      const names = argument === "*" ? maps.names : [mapNamed(shell, required(argument, "a map"))];
      for (const name of names) maps.drop(name);
    },
  },
];
