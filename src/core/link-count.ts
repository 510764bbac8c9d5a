/** What attaching takes (probes-and-cli.md 3.5): one thing for each point, but one for all that a link takes in one go. */
import type { TypedProgram } from "../../codegen/analysis/typed-program.js";
import type { Config } from "../../codegen/config.js";
import type { BpfObject } from "../../codegen/object.js";
import { renderLocation, renderRecord, type Span } from "../../grammar/index.js";

interface Attachable {
  readonly program: number;
  readonly way: string;
  readonly isMulti: boolean;
  /** The attach point in the script. */
  readonly span: Span | undefined;
}

export interface LinkCount {
  readonly count: number;
  /** Where each is written. */
  readonly spans: readonly (Span | undefined)[];
}

function linkCount(points: readonly Attachable[]): LinkCount {
  const links = new Map(
    points.map(({ program, way, isMulti, span }, i) => [isMulti ? `${program} ${way}` : i, span] as const),
  );
  return { count: links.size, spans: [...links.values()] };
}

/** Before anything is built. */
export const plannedLinks = ({ probes }: TypedProgram): LinkCount =>
  linkCount(
    probes
      .filter(({ session }) => session?.isReturn !== true)
      .flatMap(({ plan, points }, program) =>
        plan.ways.map(({ name, isMulti }, i) => ({ program, way: name, isMulti, span: points[i]?.span })),
      ),
  );

/** Of what has been built. */
export const linksOf = ({ programs, attachments }: BpfObject): LinkCount =>
  linkCount(
    attachments.map(({ program, load, span }) => {
      const { way = "", isMulti = false } = programs[program]?.loads[load] ?? {};
      return { program, way, isMulti, span };
    }),
  );

export const exceedsProbes = ({ count }: LinkCount, { maxProbes }: Pick<Config, "maxProbes">): boolean =>
  count > maxProbes;

export const tooManyProbes = ({ count }: LinkCount, { maxProbes }: Pick<Config, "maxProbes">): string =>
  `Can't attach to ${count} probes because it exceeds the current limit of ${maxProbes} probes.\n` +
  "You can increase the limit through the BPFTRACE_MAX_PROBES environment variable, but BE CAREFUL since a high " +
  "number of probes attached can cause your system to crash.";

/** For people, behind that: the attach point that takes the most of them. */
export function mostProbes({ spans }: LinkCount, options: { readonly color: boolean }): string {
  const byPlace = new Map<string, { readonly span: Span; count: number }>();
  for (const span of spans) {
    if (span === undefined) continue;
    const place = renderLocation(span);
    const known = byPlace.get(place);
    if (known === undefined) byPlace.set(place, { span, count: 1 });
    else known.count++;
  }
  const [most] = [...byPlace.values()].sort((a, b) => b.count - a.count);
  if (most === undefined || most.count === 1) return "";
  return renderRecord("note", most.span, `${most.count} of them are those of this attach point`, options);
}
