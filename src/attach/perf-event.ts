/** Perf events that run a BPF program: `struct perf_event_attr` and its system call (linux/perf_event.h). */
import {
  PERF_ATTR,
  PERF_ATTR_BYTES,
  PERF_EVENT_IOC_SET_BPF,
  PERF_FLAG_FD_CLOEXEC,
  PERF_TYPE,
  SAMPLE_RAW,
  SAMPLE_TIME,
  SOFTWARE_EVENT,
} from "../../codegen/kernel/perf-event.js";
import { type Fd, isSystemCallFailure, type Native, Struct } from "../kernel/index.js";
import type { Bpf } from "../runtime/index.js";

/** Bits of `struct perf_event_attr`, in which the header gives them no numbers. */
const FLAG = {
  inherit: 1n << 1n,
  mmap: 1n << 8n,
  freq: 1n << 10n,
  task: 1n << 13n,
  watermark: 1n << 14n,
  sampleIdAll: 1n << 18n,
  mmap2: 1n << 23n,
} as const;

export interface PerfEventSpec {
  readonly type: number;
  readonly config: bigint;
  /** In events, or in nanoseconds for clocks; or how many times a second. */
  readonly sample?: { readonly period: bigint } | { readonly frequency: bigint };
  /** A byte string whose address goes into `config1`. */
  readonly path?: string;
  /** Memory that is watched. `type` is one of `BREAKPOINT`, or several. */
  readonly breakpoint?: { readonly type: number; readonly address: bigint; readonly bytes: bigint };
  readonly config2?: bigint;
  /** -1: every process. */
  readonly pid: number;
  /** -1: every CPU, which needs a process. */
  readonly cpu: number;
  /** Threads and children that are made later are traced too. */
  readonly inherits?: boolean;
}

export interface HowToOpen {
  /** Is shown the event, and says whether it will close it. */
  readonly keep?: (event: Fd) => boolean;
  /** A link, where there are such: it can be asked what it missed. */
  readonly prefersLink?: boolean;
}

/**
 * Opens an event that runs `program` each time. A program that asks for a cookie needs a link, which keeps the event; without
 * one the event is all there is, on every kernel.
 */
export function openPerfEvent(
  bpf: Bpf,
  spec: PerfEventSpec,
  program: Fd,
  cookie: bigint | undefined,
  { keep = () => false, prefersLink = false }: HowToOpen = {},
): Fd {
  const event = open(bpf.native, spec);
  try {
    const wantsLink = cookie !== undefined || prefersLink;
    const link = wantsLink ? linkOrNothing(bpf, program, event, cookie) : undefined;
    if (link === undefined) bpf.native.ioctl(event, PERF_EVENT_IOC_SET_BPF, program.number);
    const isKept = keep(event);
    if (link !== undefined && !isKept) event.close();
    return link ?? event;
  } catch (error) {
    event.close();
    throw error;
  }
}

/** Without a cookie there is another way, which also says why it fails. */
function linkOrNothing(bpf: Bpf, program: Fd, event: Fd, cookie: bigint | undefined): Fd | undefined {
  try {
    return bpf.linkPerfEvent(program, event, cookie ?? 0n);
  } catch (error) {
    if (cookie !== undefined || !isSystemCallFailure(error)) throw error;
    return undefined;
  }
}

/**
 * Opens an event that counts nothing, but writes to its ring which code the processes of a CPU map and whom they fork.
 * It is readable when `wakeUpBytes` have been written.
 */
export function openProcessEvent(native: Native, { cpu, wakeUpBytes }: { cpu: number; wakeUpBytes: number }): Fd {
  const flags = FLAG.mmap | FLAG.mmap2 | FLAG.task | FLAG.watermark | FLAG.sampleIdAll;
  const attr = attrOf(PERF_TYPE.software, BigInt(SOFTWARE_EVENT.dummy))
    .u64(PERF_ATTR.sampleType, SAMPLE_TIME)
    .u64(PERF_ATTR.flags, flags)
    .u32(PERF_ATTR.wakeupEvents, wakeUpBytes); // in bytes, by `watermark`
  return native.perfEventOpen({ attr: attr.bytes, pid: -1, cpu, groupFd: -1, flags: PERF_FLAG_FD_CLOEXEC });
}

/** Opens an event that nothing counts but what programs write to the ring of a CPU, each time readable at once. */
export function openOutputEvent(native: Native, cpu: number): Fd {
  const attr = attrOf(PERF_TYPE.software, BigInt(SOFTWARE_EVENT.bpfOutput))
    .u64(PERF_ATTR.samplePeriod, 1n)
    .u64(PERF_ATTR.sampleType, SAMPLE_RAW)
    .u32(PERF_ATTR.wakeupEvents, 1);
  return native.perfEventOpen({ attr: attr.bytes, pid: -1, cpu, groupFd: -1, flags: PERF_FLAG_FD_CLOEXEC });
}

const attrOf = (type: number, config: bigint): Struct =>
  new Struct(PERF_ATTR_BYTES)
    .u32(PERF_ATTR.type, type)
    .u32(PERF_ATTR.size, PERF_ATTR_BYTES)
    .u64(PERF_ATTR.config, config);

function open(native: Native, spec: PerfEventSpec): Fd {
  const { sample, path, breakpoint } = spec;
  const at = PERF_ATTR;
  const attr = attrOf(spec.type, spec.config);
  let flags = spec.inherits === true ? FLAG.inherit : 0n;
  if (sample !== undefined) {
    attr.u64(at.samplePeriod, "period" in sample ? sample.period : sample.frequency);
    if ("frequency" in sample) flags |= FLAG.freq;
  }
  attr.u64(at.flags, flags);
  if (path !== undefined) attr.string(at.config1, path);
  if (breakpoint !== undefined) {
    const { type, address, bytes } = breakpoint;
    attr.u32(at.bpType, type).u64(at.config1, address).u64(at.config2, bytes);
  }
  if (spec.config2 !== undefined) attr.u64(at.config2, spec.config2);
  return native.perfEventOpen({
    attr: attr.bytes,
    pointers: attr.pointers,
    pid: spec.pid,
    cpu: spec.cpu,
    groupFd: -1,
    flags: PERF_FLAG_FD_CLOEXEC,
  });
}
