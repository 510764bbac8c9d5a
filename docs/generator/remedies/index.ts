/** Causes and remedies of all messages of the compiler. A message without them does not compile. */
import type { Code } from "../../../grammar/index.js";
import type { Remedy } from "./remedies.js";
import { SYNTAX } from "./syntax.js";
import { ATTACH_POINTS } from "./attach-points.js";
import { NAMES } from "./names.js";
import { TYPES } from "./types.js";
import { CALLS } from "./calls.js";
import { IMPORTS } from "./imports.js";
import { OPTIONS } from "./options.js";

export const REMEDIES: { readonly [C in Code]?: Remedy } = {
  ...SYNTAX,
  ...ATTACH_POINTS,
  ...NAMES,
  ...TYPES,
  ...CALLS,
  ...IMPORTS,
  ...OPTIONS,
};
