/** All builtin variables, by name. */
import { argN } from "./arg-n.js";
import { args } from "./args.js";
import { comm } from "./comm.js";
import { config } from "./config.js";
import { cpid } from "./cpid.js";
import { cpu } from "./cpu.js";
import { curtask } from "./curtask.js";
import type { BuiltinDefinition } from "./define.js";
import { elapsed } from "./elapsed.js";
import { func } from "./func.js";
import { gid } from "./gid.js";
import { nsecs } from "./nsecs.js";
import { pid } from "./pid.js";
import { probe } from "./probe.js";
import { retval } from "./retval.js";
import { tid } from "./tid.js";
import { uid } from "./uid.js";

const ALL: readonly BuiltinDefinition[] = [
  argN,
  args,
  comm,
  config,
  cpid,
  cpu,
  curtask,
  elapsed,
  func,
  gid,
  nsecs,
  pid,
  probe,
  retval,
  tid,
  uid,
];

export const BUILTINS: ReadonlyMap<string, BuiltinDefinition> = new Map(ALL.map((b) => [b.name, b]));

/** `arg0`, `arg1` … are one definition. */
export const builtinNamed = (name: string): BuiltinDefinition | undefined =>
  BUILTINS.get(/^arg[0-9]+$/.test(name) ? "argN" : name);

export type { BuiltinDefinition, BuiltinTyping } from "./define.js";
