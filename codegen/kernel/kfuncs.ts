/** Functions of the kernel that programs of ours call. None does what a script needs `--unsafe` for: a compiled script may have no others. */
export const KFUNCS = [
  "bpf_rdonly_cast",
  "bpf_session_is_return",
  "bpf_strnstr",
  "bpf_task_from_pid",
  "bpf_task_release",
] as const;

export type KfuncName = (typeof KFUNCS)[number];
