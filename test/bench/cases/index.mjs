/**
 * All cases, by name. A case is data:
 *
 * - `args`: what the tracers are told; a function of what `prepare` made.
 * - `prepare`: makes what it needs, such as programs to trace; `release` in the result undoes it.
 * - `measure`: what is measured, of `../measures`; without it, what the whole run costs.
 * - `others`: more commands that do the same, by name; or a function of what `prepare` made, and of the command.
 * - `runs`: fewer rounds than usual, and none to warm up, where a round takes long.
 * - `isAlone`: no other tracer is asked to do it.
 * - `group`: of those that are also summed up together, in `groups.mjs`.
 * - `goals`: by contender and metric, what the ratio ought to be at most. They are printed, nothing fails.
 */
import { BODY_CASES } from "./bodies.mjs";
import { EVENTS } from "./events.mjs";
import { LARGE_PROGRAMS } from "./large-programs.mjs";
import { LISTINGS } from "./listings.mjs";
import { OUTPUT } from "./output.mjs";
import { READERS } from "./readers.mjs";
import { SCRIPTS } from "./scripts.mjs";
import { STACKS } from "./stacks.mjs";
import { START } from "./start.mjs";
import { SYSTEM_CALLS } from "./system-calls.mjs";
import { USER_PROBES } from "./user-probes.mjs";

export const CASES = {
  ...START,
  ...LISTINGS,
  ...SCRIPTS,
  ...OUTPUT,
  ...STACKS,
  ...READERS,
  ...SYSTEM_CALLS,
  ...USER_PROBES,
  ...LARGE_PROGRAMS,
  ...EVENTS,
  ...BODY_CASES,
};
