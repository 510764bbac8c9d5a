/** Every message that a user's program can cause. The code decides which arguments are asked for. */
import { SYNTAX } from "./syntax.js";
import { ATTACH_POINTS } from "./attach-points.js";
import { NAMES } from "./names.js";
import { TYPES } from "./types.js";
import { CALLS } from "./calls.js";
import { IMPORTS } from "./imports.js";
import { OPTIONS } from "./options.js";

/** A code stands in one table only. */
export const MESSAGE_TABLES = [SYNTAX, ATTACH_POINTS, NAMES, TYPES, CALLS, IMPORTS, OPTIONS] as const;

export const MESSAGES = {
  ...SYNTAX,
  ...ATTACH_POINTS,
  ...NAMES,
  ...TYPES,
  ...CALLS,
  ...IMPORTS,
  ...OPTIONS,
} as const satisfies Record<string, (args: never) => string>;
