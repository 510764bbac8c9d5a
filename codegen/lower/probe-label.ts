/** How people know a body: by its attach points as they are written, each once. */
import type { TypedProbe } from "../analysis/typed-program.js";

export function probeLabel({ points, context }: TypedProbe): string {
  const names = new Set(points.map(({ pattern, name }) => pattern ?? name));
  return names.size === 0 ? context.provider : [...names].join(",");
}
