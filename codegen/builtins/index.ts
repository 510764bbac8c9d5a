/** All builtin variables. */
import { argN } from "./arg-n.js";
import { args } from "./args.js";
import { cgroup } from "./cgroup.js";
import { comm } from "./comm.js";
import { config } from "./config.js";
import { cpid } from "./cpid.js";
import { cpu } from "./cpu.js";
import { ctx } from "./ctx.js";
import { curtask } from "./curtask.js";
import type { BuiltinDefinition } from "../language/builtin.js";
import type { AnyFunction } from "../language/function.js";
import { dwUstack, dwUstackOf } from "./dw-ustack.js";
import { elapsed } from "./elapsed.js";
import { elfIsExe } from "./elf-is-exe.js";
import { func } from "./func.js";
import { gid } from "./gid.js";
import { hasCpid } from "./has-cpid.js";
import { jiffies } from "./jiffies.js";
import { kstack, kstackOf } from "./kstack.js";
import { ncpus } from "./ncpus.js";
import { nsecs, nsecsOf } from "./nsecs.js";
import { numaid } from "./numaid.js";
import { pid, pidIn } from "./pid.js";
import { probe } from "./probe.js";
import { probetype } from "./probetype.js";
import { rand } from "./rand.js";
import { retval } from "./retval.js";
import { tid, tidIn } from "./tid.js";
import { uid } from "./uid.js";
import { usermode } from "./usermode.js";
import { username } from "./username.js";
import { ustack, ustackOf } from "./ustack.js";

export const BUILTINS: readonly BuiltinDefinition[] = [
  argN,
  args,
  cgroup,
  comm,
  config,
  cpid,
  cpu,
  ctx,
  curtask,
  dwUstack,
  elapsed,
  elfIsExe,
  func,
  gid,
  hasCpid,
  jiffies,
  kstack,
  ncpus,
  nsecs,
  numaid,
  pid,
  probe,
  probetype,
  rand,
  retval,
  tid,
  uid,
  usermode,
  username,
  ustack,
];

/** What is a builtin without arguments, and a function with them. */
export const FUNCTIONS_BESIDE_BUILTINS: readonly AnyFunction[] = [
  dwUstackOf,
  kstackOf,
  nsecsOf,
  pidIn,
  tidIn,
  ustackOf,
];
