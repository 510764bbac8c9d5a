import type { Span } from "../../grammar/index.js";
import type { TypedProbe } from "../analysis/typed-program.js";

/** What messages about a body as a whole mark: its attach point, or the name of its program. */
export const spanOfProbe = ({ called, points }: Pick<TypedProbe, "called" | "points">): Span | undefined =>
  called?.nameSpan ?? points[0]?.span;
