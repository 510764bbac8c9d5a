/**
 * Numbers of linux/bpf.h, of those that we use (offsets are in `bpf-attr.ts`): `test/codegen/kernel/uapi.test.ts`
 * compares them with the header, and `test/kernel/uapi.test.ts` with the running kernel's BTF. Helpers are in `helpers.ts`.
 */

/** `enum bpf_cmd` */
export const COMMAND = {
  mapCreate: 0,
  mapLookup: 1,
  mapUpdate: 2,
  mapDelete: 3,
  mapNextKey: 4,
  programLoad: 5,
  pin: 6,
  testRun: 10,
  programNextId: 11,
  programFdById: 13,
  mapFdById: 14,
  objectInfo: 15,
  rawTracepointOpen: 17,
  btfLoad: 18,
  btfFdById: 19,
  mapLookupAndDelete: 21,
  mapFreeze: 22,
  btfNextId: 23,
  mapLookupBatch: 24,
  mapLookupAndDeleteBatch: 25,
  mapDeleteBatch: 27,
  linkCreate: 28,
  linkFdById: 30,
  enableStats: 32,
  iteratorCreate: 33,
} as const;

/** `enum bpf_map_type` */
export const MAP_TYPE = {
  hash: 1,
  array: 2,
  "prog-array": 3,
  "perf-event-array": 4,
  "percpu-hash": 5,
  "percpu-array": 6,
  "lru-hash": 9,
  "lru-percpu-hash": 10,
  queue: 22,
  "ring-buffer": 27,
} as const;

/** `enum bpf_prog_type` */
export const PROGRAM_TYPE = {
  kprobe: 2,
  tracepoint: 5,
  xdp: 6,
  "perf-event": 7,
  "raw-tracepoint": 17,
  tracing: 26,
} as const;

/** `enum bpf_attach_type` */
export const ATTACH_TYPE = {
  "raw-tp": 23,
  fentry: 24,
  fexit: 25,
  iterator: 28,
  "perf-event": 41,
  "kprobe-multi": 42,
  "uprobe-multi": 48,
  "kprobe-session": 56,
} as const;

/** `enum bpf_link_type` */
export const LINK_TYPE = { perfEvent: 7, kprobeMulti: 8 } as const;

/** Of `BPF_MAP_CREATE`. */
export const MAP_FLAG = { noPrealloc: 1, readOnlyProgram: 128, mmapable: 1024 } as const;
/** Of updates: create or update; create alone; update alone, or in a full queue forget the oldest. */
export const BPF_ANY = 0;
export const BPF_NOEXIST = 1;
export const BPF_EXIST = 2;
/** `BPF_F_KPROBE_MULTI_RETURN` and `BPF_F_UPROBE_MULTI_RETURN`. */
export const MULTI_RETURN = 1;

/** Of `BPF_ENABLE_STATS`. */
export const BPF_STATS_RUN_TIME = 0;

/** Of `bpf_get_stack`. */
export const BPF_F_USER_STACK = 1 << 8;
export const BPF_F_USER_BUILD_ID = 1 << 11;
/** Of `bpf_perf_event_output`. */
export const BPF_F_CURRENT_CPU = 0xffff_ffffn;
/** Of `bpf_ringbuf_query`: how many bytes programs have reserved since the ring was made. */
export const BPF_RB_PROD_POS = 3;

/** Of iterators over cgroups: parents before their children. */
export const BPF_CGROUP_ITER_DESCENDANTS_PRE = 2;

/** What the source register of a call means. */
export const CALLEE = { helper: 0, function: 1, kfunc: 2 } as const;
/** What the source register of an `ldimm64` means: `BPF_PSEUDO_*`. */
export const PSEUDO = { none: 0, map: 1, mapValue: 2, btfId: 3, function: 4, mapIndex: 5, mapIndexValue: 6 } as const;

/** `sizeof(union bpf_attr)` of Linux 7.2. Older kernels accept it as long as what they do not know is zero. */
export const ATTR_BYTES = 168;
/** `struct bpf_func_info`: u32 instruction, u32 type. */
export const FUNC_INFO_BYTES = 8;
/** `struct bpf_line_info`: u32 instruction, u32 file name, u32 line, u32 line and column. */
export const LINE_INFO_BYTES = 16;
/** `union bpf_iter_link_info` of Linux 6.1. */
export const ITER_LINK_INFO_BYTES = 16;
/** Longest name of a map or program, with its NUL. */
export const NAME_BYTES = 16;
