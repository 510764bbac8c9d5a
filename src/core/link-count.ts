/** What attaching takes (probes-and-cli.md 3.5): one thing for each point, but one for all that a link takes in one go. */
export interface Attachable {
  readonly program: number;
  readonly way: string;
  readonly isMulti: boolean;
}

export function linkCount(points: readonly Attachable[]): number {
  const links = points.map(({ program, way, isMulti }, i) => (isMulti ? `${program} ${way}` : i));
  return new Set(links).size;
}
