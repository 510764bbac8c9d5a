/** The action of each function that acts in user space: one that is missing does not compile. */
import type { ActionName } from "../../../codegen/functions/index.js";
import { cat } from "./cat.js";
import { errorf } from "./errorf.js";
import { join } from "./join.js";
import { skboutput } from "./skboutput.js";
import { system } from "./system.js";
import { unwatch } from "./unwatch.js";
import { warnf } from "./warnf.js";
import { clear } from "./clear.js";
import type { Action } from "./define.js";
import { exit } from "./exit.js";
import { fillSlot } from "./fill-slot.js";
import { printMap } from "./print-map.js";
import { printValue } from "./print-value.js";
import { printf } from "./printf.js";
import { time } from "./time.js";
import { warning } from "./warning.js";
import { zero } from "./zero.js";

export const ACTIONS: { readonly [N in ActionName]: Action } = {
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

export function actionOf(name: string): Action {
  if (!Object.hasOwn(ACTIONS, name)) throw new RangeError(`there is no action for ${name}()`);
  return ACTIONS[name as ActionName];
}

export type { Action, ActionHost, EventHandler } from "./define.js";
