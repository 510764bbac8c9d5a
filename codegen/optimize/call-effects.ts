/** What calls do to memory and maps, beyond giving a result. */
import { HELPERS, type HelperName } from "../kernel/helpers.js";
import type { Instruction } from "../ir/ir.js";

/**
 * - `reads`
 * - `writes`: some or all of the bytes
 * - `overwrites`: all of the bytes, whatever happens
 */
export type MemoryAccess = "reads" | "writes" | "overwrites";

/** How many bytes: given by another argument, the key or value size of the map (see {@link mapOfCall}), or not known. */
export type Extent = { readonly argument: number } | "key" | "value" | "unknown";

export interface MemoryEffect {
  readonly argument: number;
  readonly access: MemoryAccess;
  readonly extent: Extent;
}

export interface CallEffects {
  /** May go when nobody uses the result. */
  readonly isDroppable: boolean;
  /** May go when nobody uses the result and nobody reads what it has written. */
  readonly onlyWrites: boolean;
  readonly memory: readonly MemoryEffect[];
  /** Whose entries may come, go and change: those of the map, or of any map, and all memory that others know. */
  readonly changes: "nothing" | "map" | "everything";
}

export type CallInstruction = Extract<Instruction, { readonly args: unknown }>;

export function effectsOfCall(instruction: Instruction): CallEffects {
  switch (instruction.op) {
    case "call":
      return HELPER_EFFECTS[instruction.helper] ?? helperDefault(instruction);
    case "call-kfunc":
      return KFUNC_EFFECTS[instruction.kfunc] ?? anything(instruction);
    case "call-function":
      return functionEffects(instruction);
    default:
      throw new Error(`${instruction.op} is not a call`);
  }
}

/** A helper or kfunc that this table does not know may do everything. */
const anything = ({ args }: CallInstruction): CallEffects => ({
  isDroppable: false,
  onlyWrites: false,
  memory: args.flatMap((_, argument) => updates(argument)),
  changes: "everything",
});

function functionEffects(call: Extract<Instruction, { op: "call-function" }>): CallEffects {
  if (call.changes === "everything") return anything(call);
  return call.changes === "nothing" ? row([]) : row([reads(0, "key")], "map");
}

const helperDefault = (call: Extract<Instruction, { op: "call" }>): CallEffects =>
  HELPERS[call.helper].isConstant ? PURE : anything(call);

const reads = (argument: number, extent: Extent): MemoryEffect => ({ argument, access: "reads", extent });
const writes = (argument: number, extent: Extent): MemoryEffect => ({ argument, access: "writes", extent });
const overwrites = (argument: number, extent: Extent): MemoryEffect => ({ argument, access: "overwrites", extent });
const updates = (argument: number): readonly MemoryEffect[] => [
  reads(argument, "unknown"),
  writes(argument, "unknown"),
];

const row = (memory: readonly MemoryEffect[], changes: CallEffects["changes"] = "nothing"): CallEffects => ({
  isDroppable: false,
  onlyWrites: false,
  memory,
  changes,
});
const droppable = (...memory: readonly MemoryEffect[]): CallEffects => ({
  isDroppable: memory.every(({ access }) => access === "reads"),
  onlyWrites: true,
  memory,
  changes: "nothing",
});

const PURE = droppable();
const KEY = reads(1, "key");
const PROBE_READ = droppable(overwrites(0, { argument: 1 }), reads(2, "unknown"));
/** Writes up to the NUL. */
const PROBE_READ_STR = droppable(writes(0, { argument: 1 }), reads(2, "unknown"));

/** Helpers that are constant for a firing need no row. */
export const HELPER_EFFECTS: { readonly [H in HelperName]?: CallEffects } = {
  map_lookup_elem: droppable(KEY),
  map_update_elem: row([KEY, reads(2, "value")], "map"),
  map_delete_elem: row([KEY], "map"),
  map_push_elem: row([reads(1, "value")], "map"),
  map_lookup_percpu_elem: droppable(KEY),
  trace_printk: row([reads(0, { argument: 1 }), ...[2, 3, 4].map((value) => reads(value, "unknown"))]),
  ktime_get_ns: PURE,
  ktime_get_boot_ns: PURE,
  ktime_get_tai_ns: PURE,
  jiffies64: PURE,
  get_prandom_u32: PURE,
  // Some kernels (6.1) write no further than the NUL.
  get_current_comm: droppable(writes(0, { argument: 1 })),
  get_ns_current_pid_tgid: droppable(overwrites(2, { argument: 3 })),
  get_socket_cookie: PURE,
  skb_output: row([reads(3, { argument: 4 })]),
  // Among its values are addresses of the strings that it prints.
  seq_printf: row([reads(1, { argument: 2 }), ...updates(3)], "everything"),
  seq_write: row([reads(1, { argument: 2 })]),
  d_path: droppable(writes(1, { argument: 2 })),
  // What they do is to the process.
  probe_write_user: row([reads(1, { argument: 2 })]),
  send_signal: row([]),
  send_signal_thread: row([]),
  override_return: row([]),
  // Adds to a map of stacks, which programs do not look into.
  get_stackid: row([]),
  // Behind the frames come zeros, and nothing else when it fails.
  get_stack: droppable(overwrites(1, { argument: 2 })),
  probe_read_kernel: PROBE_READ,
  probe_read_user: PROBE_READ,
  probe_read_kernel_str: PROBE_READ_STR,
  probe_read_user_str: PROBE_READ_STR,
  ringbuf_reserve: row([]),
  ringbuf_output: row([reads(1, { argument: 2 })]),
  ringbuf_submit: row([reads(0, "unknown")]),
  ringbuf_discard: row([]),
  ringbuf_query: PURE,
  strncmp: droppable(reads(0, { argument: 1 }), reads(2, "unknown")),
  // When it returns it has failed and done nothing.
  tail_call: row([]),
  for_each_map_elem: row(updates(2), "everything"),
  find_vma: row(updates(3), "everything"),
  loop: row(updates(2), "everything"),
};

/** The iterator's state lies in the memory of argument 0. */
const ITERATOR = row(updates(0));

const KFUNC_EFFECTS: { readonly [kfunc: string]: CallEffects | undefined } = {
  bpf_iter_num_new: ITERATOR,
  bpf_iter_num_next: ITERATOR,
  bpf_iter_num_destroy: ITERATOR,
  bpf_rdonly_cast: PURE,
  bpf_strnstr: droppable(reads(0, "unknown"), reads(1, "unknown")),
};
