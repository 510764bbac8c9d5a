/** What the kernel's headers call our constants, for tests that compare them. */
import * as bpf from "../../codegen/kernel/bpf.js";
import * as attr from "../../codegen/kernel/bpf-attr.js";
import { HELPERS } from "../../codegen/kernel/helpers.js";
import * as perf from "../../codegen/kernel/perf-event.js";

/** Of what, and the header's name of each constant. */
type Names<T> = { readonly [K in keyof T]: string };

const named = <T extends Readonly<Record<string, number>>>(
  table: T,
  names: Names<T>,
): readonly (readonly [string, number])[] =>
  Object.entries(table).map(([key, value]) => [names[key as keyof T], value]);

/** Enumerators, which the running kernel's BTF has as well. */
export const ENUMERATORS: readonly (readonly [name: string, value: number])[] = [
  ...named(bpf.COMMAND, {
    mapCreate: "BPF_MAP_CREATE",
    mapLookup: "BPF_MAP_LOOKUP_ELEM",
    mapUpdate: "BPF_MAP_UPDATE_ELEM",
    mapDelete: "BPF_MAP_DELETE_ELEM",
    mapNextKey: "BPF_MAP_GET_NEXT_KEY",
    programLoad: "BPF_PROG_LOAD",
    pin: "BPF_OBJ_PIN",
    testRun: "BPF_PROG_TEST_RUN",
    programNextId: "BPF_PROG_GET_NEXT_ID",
    programFdById: "BPF_PROG_GET_FD_BY_ID",
    mapFdById: "BPF_MAP_GET_FD_BY_ID",
    objectInfo: "BPF_OBJ_GET_INFO_BY_FD",
    rawTracepointOpen: "BPF_RAW_TRACEPOINT_OPEN",
    btfLoad: "BPF_BTF_LOAD",
    btfFdById: "BPF_BTF_GET_FD_BY_ID",
    mapLookupAndDelete: "BPF_MAP_LOOKUP_AND_DELETE_ELEM",
    mapFreeze: "BPF_MAP_FREEZE",
    btfNextId: "BPF_BTF_GET_NEXT_ID",
    mapLookupBatch: "BPF_MAP_LOOKUP_BATCH",
    mapLookupAndDeleteBatch: "BPF_MAP_LOOKUP_AND_DELETE_BATCH",
    mapDeleteBatch: "BPF_MAP_DELETE_BATCH",
    linkCreate: "BPF_LINK_CREATE",
    linkFdById: "BPF_LINK_GET_FD_BY_ID",
    enableStats: "BPF_ENABLE_STATS",
    iteratorCreate: "BPF_ITER_CREATE",
  }),
  ...named(bpf.MAP_TYPE, {
    hash: "BPF_MAP_TYPE_HASH",
    array: "BPF_MAP_TYPE_ARRAY",
    "prog-array": "BPF_MAP_TYPE_PROG_ARRAY",
    "perf-event-array": "BPF_MAP_TYPE_PERF_EVENT_ARRAY",
    "percpu-hash": "BPF_MAP_TYPE_PERCPU_HASH",
    "percpu-array": "BPF_MAP_TYPE_PERCPU_ARRAY",
    "lru-hash": "BPF_MAP_TYPE_LRU_HASH",
    "lru-percpu-hash": "BPF_MAP_TYPE_LRU_PERCPU_HASH",
    queue: "BPF_MAP_TYPE_QUEUE",
    "ring-buffer": "BPF_MAP_TYPE_RINGBUF",
  }),
  ...named(bpf.PROGRAM_TYPE, {
    kprobe: "BPF_PROG_TYPE_KPROBE",
    tracepoint: "BPF_PROG_TYPE_TRACEPOINT",
    xdp: "BPF_PROG_TYPE_XDP",
    "perf-event": "BPF_PROG_TYPE_PERF_EVENT",
    "raw-tracepoint": "BPF_PROG_TYPE_RAW_TRACEPOINT",
    tracing: "BPF_PROG_TYPE_TRACING",
  }),
  ...named(bpf.ATTACH_TYPE, {
    "raw-tp": "BPF_TRACE_RAW_TP",
    fentry: "BPF_TRACE_FENTRY",
    fexit: "BPF_TRACE_FEXIT",
    iterator: "BPF_TRACE_ITER",
    "perf-event": "BPF_PERF_EVENT",
    "kprobe-multi": "BPF_TRACE_KPROBE_MULTI",
    "uprobe-multi": "BPF_TRACE_UPROBE_MULTI",
    "kprobe-session": "BPF_TRACE_KPROBE_SESSION",
  }),
  ...named(bpf.LINK_TYPE, { perfEvent: "BPF_LINK_TYPE_PERF_EVENT", kprobeMulti: "BPF_LINK_TYPE_KPROBE_MULTI" }),
  ...named(bpf.MAP_FLAG, {
    noPrealloc: "BPF_F_NO_PREALLOC",
    readOnlyProgram: "BPF_F_RDONLY_PROG",
    mmapable: "BPF_F_MMAPABLE",
  }),
  ["BPF_ANY", bpf.BPF_ANY],
  ["BPF_NOEXIST", bpf.BPF_NOEXIST],
  ["BPF_EXIST", bpf.BPF_EXIST],
  ["BPF_F_UPROBE_MULTI_RETURN", bpf.MULTI_RETURN],
  ["BPF_F_USER_STACK", bpf.BPF_F_USER_STACK],
  ["BPF_F_USER_BUILD_ID", bpf.BPF_F_USER_BUILD_ID],
  ["BPF_F_CURRENT_CPU", Number(bpf.BPF_F_CURRENT_CPU)],
  ["BPF_RB_PROD_POS", bpf.BPF_RB_PROD_POS],
  ["BPF_CGROUP_ITER_DESCENDANTS_PRE", bpf.BPF_CGROUP_ITER_DESCENDANTS_PRE],
  ...named(perf.PERF_TYPE, {
    hardware: "PERF_TYPE_HARDWARE",
    software: "PERF_TYPE_SOFTWARE",
    tracepoint: "PERF_TYPE_TRACEPOINT",
    breakpoint: "PERF_TYPE_BREAKPOINT",
  }),
  ...named(perf.HARDWARE_EVENT, {
    cpuCycles: "PERF_COUNT_HW_CPU_CYCLES",
    instructions: "PERF_COUNT_HW_INSTRUCTIONS",
    cacheReferences: "PERF_COUNT_HW_CACHE_REFERENCES",
    cacheMisses: "PERF_COUNT_HW_CACHE_MISSES",
    branchInstructions: "PERF_COUNT_HW_BRANCH_INSTRUCTIONS",
    branchMisses: "PERF_COUNT_HW_BRANCH_MISSES",
    busCycles: "PERF_COUNT_HW_BUS_CYCLES",
    frontendStalls: "PERF_COUNT_HW_STALLED_CYCLES_FRONTEND",
    backendStalls: "PERF_COUNT_HW_STALLED_CYCLES_BACKEND",
    refCycles: "PERF_COUNT_HW_REF_CPU_CYCLES",
  }),
  ...named(perf.SOFTWARE_EVENT, {
    cpuClock: "PERF_COUNT_SW_CPU_CLOCK",
    taskClock: "PERF_COUNT_SW_TASK_CLOCK",
    pageFaults: "PERF_COUNT_SW_PAGE_FAULTS",
    contextSwitches: "PERF_COUNT_SW_CONTEXT_SWITCHES",
    cpuMigrations: "PERF_COUNT_SW_CPU_MIGRATIONS",
    minorFaults: "PERF_COUNT_SW_PAGE_FAULTS_MIN",
    majorFaults: "PERF_COUNT_SW_PAGE_FAULTS_MAJ",
    alignmentFaults: "PERF_COUNT_SW_ALIGNMENT_FAULTS",
    emulationFaults: "PERF_COUNT_SW_EMULATION_FAULTS",
    dummy: "PERF_COUNT_SW_DUMMY",
    bpfOutput: "PERF_COUNT_SW_BPF_OUTPUT",
  }),
  ...named(perf.PERF_RECORD, {
    throttle: "PERF_RECORD_THROTTLE",
    fork: "PERF_RECORD_FORK",
    mmap2: "PERF_RECORD_MMAP2",
  }),
  ["PERF_SAMPLE_TIME", Number(perf.SAMPLE_TIME)],
  ["PERF_SAMPLE_RAW", Number(perf.SAMPLE_RAW)],
  ...named(perf.BREAKPOINT, { r: "HW_BREAKPOINT_R", w: "HW_BREAKPOINT_W", x: "HW_BREAKPOINT_X" }),
  ...Object.entries(HELPERS).map(([name, { id }]) => [`BPF_FUNC_${name}`, id] as const),
];

/** What only the headers have. */
export const MACROS: readonly (readonly [name: string, value: number])[] = [
  ...named(bpf.PSEUDO, {
    none: "0",
    map: "BPF_PSEUDO_MAP_FD",
    mapValue: "BPF_PSEUDO_MAP_VALUE",
    btfId: "BPF_PSEUDO_BTF_ID",
    function: "BPF_PSEUDO_FUNC",
    mapIndex: "BPF_PSEUDO_MAP_IDX",
    mapIndexValue: "BPF_PSEUDO_MAP_IDX_VALUE",
  }),
  ...named(bpf.CALLEE, { helper: "0", function: "BPF_PSEUDO_CALL", kfunc: "BPF_PSEUDO_KFUNC_CALL" }),
  ["BPF_STATS_RUN_TIME", bpf.BPF_STATS_RUN_TIME],
  ["BPF_OBJ_NAME_LEN", bpf.NAME_BYTES],
  ["PERF_FLAG_FD_CLOEXEC", perf.PERF_FLAG_FD_CLOEXEC],
  ["PERF_EVENT_IOC_SET_BPF", perf.PERF_EVENT_IOC_SET_BPF],
  ["sizeof(struct bpf_func_info)", bpf.FUNC_INFO_BYTES],
  ["sizeof(struct bpf_line_info)", bpf.LINE_INFO_BYTES],
  ["sizeof(union bpf_iter_link_info)", bpf.ITER_LINK_INFO_BYTES],
];

export interface FieldName {
  /** With `struct` or `union`. */
  readonly type: string;
  /** As in C: members of members have points between them. */
  readonly path: string;
  readonly offset: number;
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** @param paths - where the header's name is not ours in other letters */
const fieldsOf = <T extends Readonly<Record<string, number>>>(
  type: string,
  table: T,
  { within = "", paths = {} }: { readonly within?: string; readonly paths?: { readonly [K in keyof T]?: string } } = {},
): readonly FieldName[] =>
  Object.entries(table).map(([name, offset]) => ({ type, path: within + (paths[name] ?? snake(name)), offset }));

/** The members of `union bpf_attr` that have names. */
const WITHIN: { readonly [K in keyof typeof attr.ATTR]?: string } = {
  batch: "batch.",
  test: "test.",
  info: "info.",
  rawTracepoint: "raw_tracepoint.",
  linkCreate: "link_create.",
  linkPerfEvent: "link_create.perf_event.",
  linkKprobes: "link_create.kprobe_multi.",
  linkUprobes: "link_create.uprobe_multi.",
  enableStats: "enable_stats.",
  iteratorCreate: "iter_create.",
};

export const FIELDS: readonly FieldName[] = [
  ...Object.entries(attr.ATTR).flatMap(([name, table]) =>
    fieldsOf<Readonly<Record<string, number>>>("union bpf_attr", table, {
      within: WITHIN[name as keyof typeof attr.ATTR] ?? "",
    }),
  ),
  ...fieldsOf("struct bpf_prog_info", attr.PROGRAM_INFO),
  ...fieldsOf("struct bpf_btf_info", attr.BTF_INFO),
  ...fieldsOf("struct bpf_link_info", attr.LINK_INFO, {
    paths: { perfEventKprobeMissed: "perf_event.kprobe.missed", kprobeMultiMissed: "kprobe_multi.missed" },
  }),
  ...fieldsOf("union bpf_iter_link_info", attr.ITER_LINK_INFO, {
    paths: { cgroupOrder: "cgroup.order", taskPid: "task.pid" },
  }),
  // Its bits have no address.
  ...fieldsOf(
    "struct perf_event_attr",
    Object.fromEntries(Object.entries(perf.PERF_ATTR).filter(([name]) => name !== "flags")),
  ),
];
