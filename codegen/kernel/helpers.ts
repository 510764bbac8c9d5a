/**
 * The kernel helpers that programs call. One row serves builder, IR verifier, register allocator
 * (argument count), encoder and disassembler. Ids are those of `___BPF_FUNC_MAPPER` in linux/bpf.h;
 * a test compares them with the running kernel's BTF.
 */
export type HelperArg = "int" | "map" | "context" | "memory" | "address" | "function";
/**
 * `s32`: what maps do is called directly by kernels before 6.4, as a function that returns an int, and nothing extends it.
 * `object`: a struct of the kernel that programs may read.
 */
export type HelperResult = "u64" | "s64" | "s32" | "value-or-null" | "record-or-null" | "object";

export interface Helper {
  readonly id: number;
  readonly args: readonly HelperArg[];
  readonly returns: HelperResult;
  /** The result is the same for one firing of a probe, whatever happens in between. */
  readonly isConstant: boolean;
}

const row = (id: number, args: readonly HelperArg[], returns: HelperResult): Helper => ({
  id,
  args,
  returns,
  isConstant: false,
});
const constant = (id: number, args: readonly HelperArg[], returns: HelperResult): Helper => ({
  id,
  args,
  returns,
  isConstant: true,
});

export const HELPERS = {
  map_lookup_elem: row(1, ["map", "memory"], "value-or-null"),
  map_update_elem: row(2, ["map", "memory", "memory", "int"], "s32"),
  map_delete_elem: row(3, ["map", "memory"], "s32"),
  ktime_get_ns: row(5, [], "u64"),
  trace_printk: row(6, ["memory", "int", "address", "address", "address"], "s64"),
  get_prandom_u32: row(7, [], "u64"),
  get_smp_processor_id: constant(8, [], "u64"),
  tail_call: row(12, ["context", "map", "int"], "s64"),
  get_current_pid_tgid: constant(14, [], "u64"),
  get_current_uid_gid: constant(15, [], "u64"),
  get_current_comm: row(16, ["memory", "int"], "s64"),
  get_stackid: row(27, ["context", "map", "int"], "s64"),
  get_current_task: constant(35, [], "u64"),
  probe_write_user: row(36, ["address", "memory", "int"], "s64"),
  get_numa_node_id: constant(42, [], "u64"),
  get_socket_cookie: row(46, ["address"], "u64"),
  override_return: row(58, ["context", "int"], "s64"),
  get_stack: row(67, ["context", "memory", "int", "int"], "s64"),
  get_current_cgroup_id: constant(80, [], "u64"),
  map_push_elem: row(87, ["map", "memory", "int"], "s32"),
  send_signal: row(109, ["int"], "s64"),
  skb_output: row(111, ["address", "map", "int", "memory", "int"], "s64"),
  probe_read_user: row(112, ["memory", "int", "address"], "s64"),
  probe_read_kernel: row(113, ["memory", "int", "address"], "s64"),
  probe_read_user_str: row(114, ["memory", "int", "address"], "s64"),
  probe_read_kernel_str: row(115, ["memory", "int", "address"], "s64"),
  send_signal_thread: row(117, ["int"], "s64"),
  jiffies64: row(118, [], "u64"),
  get_ns_current_pid_tgid: row(120, ["int", "int", "memory", "int"], "s64"),
  ktime_get_boot_ns: row(125, [], "u64"),
  seq_printf: row(126, ["memory", "memory", "int", "memory", "int"], "s64"),
  seq_write: row(127, ["memory", "memory", "int"], "s64"),
  ringbuf_output: row(130, ["map", "memory", "int", "int"], "s64"),
  ringbuf_reserve: row(131, ["map", "int", "int"], "record-or-null"),
  ringbuf_submit: row(132, ["memory", "int"], "s64"),
  ringbuf_discard: row(133, ["memory", "int"], "s64"),
  ringbuf_query: row(134, ["map", "int"], "u64"),
  d_path: row(147, ["address", "memory", "int"], "s64"),
  get_current_task_btf: constant(158, [], "object"),
  for_each_map_elem: row(164, ["map", "function", "memory", "int"], "s64"),
  get_func_ip: constant(173, ["context"], "u64"),
  get_attach_cookie: constant(174, ["context"], "u64"),
  task_pt_regs: constant(175, ["address"], "object"),
  find_vma: row(180, ["address", "int", "function", "memory", "int"], "s64"),
  loop: row(181, ["int", "function", "memory", "int"], "s64"),
  strncmp: row(182, ["memory", "int", "memory"], "s64"),
  map_lookup_percpu_elem: row(195, ["map", "memory", "int"], "value-or-null"),
  ktime_get_tai_ns: row(208, [], "u64"),
} as const satisfies Record<string, Helper>;

export type HelperName = keyof typeof HELPERS;
