/** All functions, but for those that stand beside the builtin of their name. */
import { assertStr } from "./assert-str.js";
import { avg } from "./avg.js";
import { bswap } from "./bswap.js";
import { buf } from "./buf.js";
import { cat } from "./cat.js";
import { cgroupPath } from "./cgroup-path.js";
import { cgroupid } from "./cgroupid.js";
import { clear } from "./clear.js";
import { commOf } from "./comm-of.js";
import { count } from "./count.js";
import { debugf } from "./debugf.js";
import type { AnyFunction } from "../language/function.js";
import { deleteEntry } from "./delete.js";
import { errorf } from "./errorf.js";
import { exit } from "./exit.js";
import { fail } from "./fail.js";
import { hasKey } from "./has-key.js";
import { hist } from "./hist.js";
import { isArray } from "./is-array.js";
import { isErr } from "./is-err.js";
import { isInteger } from "./is-integer.js";
import { isLiteral } from "./is-literal.js";
import { isPtr } from "./is-ptr.js";
import { isScalar } from "./is-scalar.js";
import { isStr } from "./is-str.js";
import { isUnsignedInteger } from "./is-unsigned-integer.js";
import { join } from "./join.js";
import { kaddr } from "./kaddr.js";
import { kfuncAllowed } from "./kfunc-allowed.js";
import { kfuncExist } from "./kfunc-exist.js";
import { kptr } from "./kptr.js";
import { ksym } from "./ksym.js";
import { len } from "./len.js";
import { lhist } from "./lhist.js";
import { macaddr } from "./macaddr.js";
import { max } from "./max.js";
import { memcmp } from "./memcmp.js";
import { min } from "./min.js";
import { ntop } from "./ntop.js";
import { skboutput } from "./skboutput.js";
import { path } from "./path.js";
import { override } from "./override.js";
import { print } from "./print.js";
import { printf } from "./printf.js";
import { percpuKaddr } from "./percpu-kaddr.js";
import { pton } from "./pton.js";
import { reg } from "./reg.js";
import { signal } from "./signal.js";
import { signalName } from "./signal-name.js";
import { signalThread } from "./signal-thread.js";
import { socketCookie } from "./socket-cookie.js";
import { stackLen } from "./stack-len.js";
import { staticAssert } from "./static-assert.js";
import { stats } from "./stats.js";
import { stddev } from "./stddev.js";
import { str } from "./str.js";
import { strConcat } from "./str-concat.js";
import { strerror } from "./strerror.js";
import { strftime } from "./strftime.js";
import { strlen } from "./strlen.js";
import { strncmp } from "./strncmp.js";
import { strstr } from "./strstr.js";
import { sum } from "./sum.js";
import { syscallName } from "./syscall-name.js";
import { system } from "./system.js";
import { tailCall } from "./tail-call.js";
import { time } from "./time.js";
import { tseries } from "./tseries.js";
import { uaddr } from "./uaddr.js";
import { unwatch } from "./unwatch.js";
import { uptr } from "./uptr.js";
import { usdtArg } from "./usdt-arg.js";
import { usym } from "./usym.js";
import { warnf } from "./warnf.js";
import { writeUser } from "./write-user.js";
import { zero } from "./zero.js";

/** Each has another half in `src/output/aggregations`, which shows what it has kept. */
export const AGGREGATIONS = { avg, count, hist, lhist, max, min, stats, stddev, sum, tseries } as const;

export type AggregationName = keyof typeof AGGREGATIONS;

export const FUNCTIONS: readonly AnyFunction[] = [
  ...Object.values(AGGREGATIONS),
  assertStr,
  bswap,
  buf,
  cat,
  cgroupid,
  cgroupPath,
  clear,
  commOf,
  debugf,
  deleteEntry,
  errorf,
  exit,
  fail,
  hasKey,
  isArray,
  isErr,
  isInteger,
  isLiteral,
  isPtr,
  isScalar,
  isStr,
  isUnsignedInteger,
  join,
  kaddr,
  kfuncAllowed,
  kfuncExist,
  kptr,
  ksym,
  len,
  macaddr,
  memcmp,
  ntop,
  override,
  path,
  percpuKaddr,
  print,
  printf,
  pton,
  reg,
  signal,
  signalName,
  signalThread,
  skboutput,
  socketCookie,
  stackLen,
  staticAssert,
  str,
  strConcat,
  strerror,
  strftime,
  strlen,
  strncmp,
  strstr,
  syscallName,
  system,
  tailCall,
  time,
  uaddr,
  unwatch,
  uptr,
  usdtArg,
  usym,
  warnf,
  writeUser,
  zero,
];
