/** What attaching takes (probes-and-cli.md 3.5): one thing for each point, but one for all that a link takes in one go. */
import type { TypedProgram } from "../../codegen/analysis/typed-program.js";
import type { Config } from "../../codegen/config.js";
import type { BpfObject } from "../../codegen/object.js";

interface Attachable {
  readonly program: number;
  readonly way: string;
  readonly isMulti: boolean;
}

function linkCount(points: readonly Attachable[]): number {
  const links = points.map(({ program, way, isMulti }, i) => (isMulti ? `${program} ${way}` : i));
  return new Set(links).size;
}

/** Before anything is built. */
export const plannedLinks = ({ probes }: TypedProgram): number =>
  linkCount(
    probes
      .filter(({ session }) => session?.isReturn !== true)
      .flatMap(({ plan }, program) => plan.ways.map(({ name, isMulti }) => ({ program, way: name, isMulti }))),
  );

/** Of what has been built. */
export const linksOf = ({ programs, attachments }: BpfObject): number =>
  linkCount(
    attachments.map(({ program, load }) => {
      const { way = "", isMulti = false } = programs[program]?.loads[load] ?? {};
      return { program, way, isMulti };
    }),
  );

export const exceedsProbes = (count: number, { maxProbes }: Pick<Config, "maxProbes">): boolean => count > maxProbes;

export const tooManyProbes = (count: number, { maxProbes }: Pick<Config, "maxProbes">): string =>
  `Can't attach to ${count} probes because it exceeds the current limit of ${maxProbes} probes.\n` +
  "You can increase the limit through the BPFTRACE_MAX_PROBES environment variable, but BE CAREFUL since a high " +
  "number of probes attached can cause your system to crash.";
