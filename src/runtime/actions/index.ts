/** The action of each function that acts in user space: one that is missing does not compile. */
import type { ActionName } from "../../../codegen/language/actions.js";
import type { EventSchema } from "../../../codegen/object.js";
import { cat } from "./cat.js";
import { errorf } from "./errorf.js";
import { join } from "./join.js";
import { skboutput } from "./skboutput.js";
import { system } from "./system.js";
import { unwatch } from "./unwatch.js";
import { warnf } from "./warnf.js";
import { clear } from "./clear.js";
import type { Action, ActionHost, EventHandler } from "./define.js";
import { exit } from "./exit.js";
import { fillSlot } from "./fill-slot.js";
import { printMap } from "./print-map.js";
import { printValue } from "./print-value.js";
import { printf } from "./printf.js";
import { time } from "./time.js";
import { warning } from "./warning.js";
import { zero } from "./zero.js";

const ACTIONS: { readonly [N in ActionName]: Action<N> } = {
  printf,
  "print-value": printValue,
  "print-map": printMap,
  clear,
  zero,
  "fill-slot": fillSlot,
  exit,
  time,
  cat,
  errorf,
  join,
  skboutput,
  system,
  unwatch,
  warnf,
  warning,
};

export function compileAction(schema: EventSchema, host: ActionHost): EventHandler {
  if (!Object.hasOwn(ACTIONS, schema.action)) throw new RangeError(`there is no action for ${schema.action}()`);
  // The schema is one of the action that it names.
  const action = ACTIONS[schema.action] as (schema: never, host: ActionHost) => EventHandler;
  return action(schema as never, host);
}

export type { ActionHost, EventHandler } from "./define.js";
