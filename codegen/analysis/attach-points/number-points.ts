/** Which number a point goes by in programs that ask on which of theirs they are. */
import { siteCount } from "../../language/provider.js";
import type { ExpandedPoint, NumberedPoint } from "../typed-program.js";

/** Of points in hubs the numbers are those of the slots, behind those of all other hubs that were met before. */
export function numberPoints(points: readonly ExpandedPoint[]): readonly NumberedPoint[] {
  let next = 0;
  const hubs = new Map<string, number>();
  return points.map((point) => {
    const { hub, slot } = point.entry ?? {};
    if (hub === undefined || slot === undefined) {
      const own = { ...point, firstSite: next };
      next += siteCount(point);
      return own;
    }
    const start = hubs.get(hub.name) ?? next;
    if (!hubs.has(hub.name)) next += hub.slots;
    hubs.set(hub.name, start);
    return { ...point, firstSite: start + slot };
  });
}
