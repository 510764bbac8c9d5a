/** How people know a body: by its attach points as they are written, each once, or by its name. */
import type { TypedProbe } from "../analysis/typed-program.js";

export function probeLabel({ points, context, called }: TypedProbe): string {
  if (called !== undefined) return `prog ${called.name}`;
  const names = new Set(points.map(({ pattern, name }) => pattern ?? name));
  return names.size === 0 ? context.provider : [...names].join(",");
}
