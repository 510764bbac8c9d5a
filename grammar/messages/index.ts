/** Every message that a user's program can cause. The code decides which arguments are asked for. */
import { SYNTAX } from "./syntax.js";
import { ATTACH_POINTS } from "./attach-points.js";
import { NAMES } from "./names.js";
import { TYPES } from "./types.js";
import { CALLS } from "./calls.js";
import { BUILTIN_USE } from "./builtins.js";
import { IMPORTS } from "./imports.js";
import { OPTIONS } from "./options.js";

export const MESSAGES = {
  ...SYNTAX,
  ...ATTACH_POINTS,
  ...NAMES,
  ...TYPES,
  ...CALLS,
  ...BUILTIN_USE,
  ...IMPORTS,
  ...OPTIONS,
} as const satisfies Record<string, (args: never) => string>;
