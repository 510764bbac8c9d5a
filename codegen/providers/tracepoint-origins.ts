/** Where tracepoints come from that this kernel does not have: its modules, its configuration, other versions. */

/** Categories of modules whose name is another one; all others that are listed have the module's name. */
const MODULES: Readonly<Record<string, string>> = {
  ...sameNames(
    "kvm nfs nfsd sunrpc xfs btrfs ext4 f2fs jbd2 gfs2 ocfs2 cifs fuse erofs i915 amdgpu radeon drm cfg80211 mac80211 iwlwifi bridge nvme scsi libata bcache rxrpc afs vsock ceph thermal gpio i2c spi regulator snd_pcm v4l2 vb2 xen hyperv mptcp tun openvswitch qxl virtio_gpu xe",
  ),
  kvmmmu: "kvm",
  nfs4: "nfsv4",
  nfs3: "nfsv3",
  iwlwifi_msg: "iwlwifi",
  "xhci-hcd": "xhci_hcd",
  gpu_scheduler: "gpu_sched",
  asoc: "snd_soc_core",
  hda: "snd_hda_codec",
  mlx5: "mlx5_core",
  smb3: "cifs",
};

function sameNames(names: string): Readonly<Record<string, string>> {
  return Object.fromEntries(names.split(" ").map((name) => [name, name]));
}

const SETTINGS: Readonly<Record<string, string>> = {
  syscalls: "CONFIG_FTRACE_SYSCALLS",
  raw_syscalls: "CONFIG_HAVE_SYSCALL_TRACEPOINTS",
  preemptirq: "CONFIG_TRACE_PREEMPT_TOGGLE or CONFIG_TRACE_IRQFLAGS",
  osnoise: "CONFIG_OSNOISE_TRACER",
  sched_ext: "CONFIG_SCHED_CLASS_EXT (Linux 6.12)",
  damon: "CONFIG_DAMON (Linux 5.15)",
  resctrl: "CONFIG_X86_CPU_RESCTRL",
  sgx: "CONFIG_X86_SGX",
  hugetlbfs: "CONFIG_HUGETLBFS",
  compaction: "CONFIG_COMPACTION",
  cma: "CONFIG_CMA",
  page_pool: "CONFIG_PAGE_POOL",
  iocost: "CONFIG_BLK_CGROUP_IOCOST",
  wbt: "CONFIG_BLK_WBT",
  kyber: "CONFIG_MQ_IOSCHED_KYBER",
  xdp: "CONFIG_BPF_SYSCALL",
  bpf_trace: "CONFIG_BPF_SYSCALL",
  rcu: "CONFIG_RCU_TRACE",
};

/** The version that brought an event. */
const SINCE: Readonly<Record<string, string>> = {
  "block:block_io_start": "6.5",
  "block:block_io_done": "6.5",
  "lock:contention_begin": "5.19",
  "lock:contention_end": "5.19",
  "tcp:tcp_bad_csum": "5.14",
  "tcp:tcp_cong_state_set": "5.19",
  "tcp:tcp_rcvbuf_grow": "6.16",
  "sock:sock_send_length": "6.3",
  "sock:sock_recv_length": "6.3",
  "sock:sk_data_ready": "6.3",
  "sched:sched_prepare_exec": "6.10",
  "timer:timer_base_idle": "6.9",
};

/** Events that are gone, or never were, and what there is of them. */
const SUCCESSORS: Readonly<Record<string, string>> = {
  "tcp:tcp_set_state": "sock:inet_sock_set_state",
  "sched:sched_exec": "sched:sched_process_exec",
  "sched:sched_fork": "sched:sched_process_fork",
  "sched:sched_exit": "sched:sched_process_exit",
  "sched:process_exec": "sched:sched_process_exec",
  "sched:process_fork": "sched:sched_process_fork",
  "sched:process_exit": "sched:sched_process_exit",
  "sched:switch": "sched:sched_switch",
  "sched:wakeup": "sched:sched_wakeup",
  "block:block_getrq": "block:block_rq_insert",
  "block:block_sleeprq": "block:block_rq_insert",
  "block:rq_issue": "block:block_rq_issue",
  "block:rq_complete": "block:block_rq_complete",
  "kmem:kmalloc_node": "kmem:kmalloc",
  "kmem:kmem_cache_alloc_node": "kmem:kmem_cache_alloc",
  "exceptions:page_fault": "exceptions:page_fault_user",
};

/** System calls that the kernel has under another name than the C library … */
const KERNEL_NAMES: Readonly<Record<string, string>> = {
  stat: "newstat",
  lstat: "newlstat",
  fstat: "newfstat",
  fstatat: "newfstatat",
  uname: "newuname",
  umount2: "umount",
  pread: "pread64",
  pwrite: "pwrite64",
  sendfile: "sendfile64",
  fadvise: "fadvise64",
  posix_fadvise: "fadvise64",
  sigaction: "rt_sigaction",
  sigprocmask: "rt_sigprocmask",
  sigreturn: "rt_sigreturn",
  sigsuspend: "rt_sigsuspend",
  _exit: "exit_group",
  send: "sendto",
  recv: "recvfrom",
  wait: "wait4",
  waitpid: "wait4",
  exec: "execve",
  sleep: "clock_nanosleep",
};

/** … and those that newer architectures have only in their general form. */
const GENERAL_FORMS: Readonly<Record<string, string>> = {
  open: "openat",
  creat: "openat",
  stat: "newfstatat",
  newstat: "newfstatat",
  newlstat: "newfstatat",
  unlink: "unlinkat",
  rmdir: "unlinkat",
  mkdir: "mkdirat",
  rename: "renameat2",
  link: "linkat",
  symlink: "symlinkat",
  readlink: "readlinkat",
  access: "faccessat",
  chmod: "fchmodat",
  chown: "fchownat",
  fork: "clone",
  vfork: "clone",
  pipe: "pipe2",
  dup2: "dup3",
  poll: "ppoll",
  select: "pselect6",
  epoll_wait: "epoll_pwait",
  epoll_create: "epoll_create1",
  eventfd: "eventfd2",
  inotify_init: "inotify_init1",
  getdents: "getdents64",
};

/** The versions that brought system calls. */
const SYSCALLS_SINCE: Readonly<Record<string, string>> = {
  ...since("5.1", "pidfd_send_signal io_uring_setup io_uring_enter io_uring_register"),
  ...since("5.2", "open_tree move_mount fsopen fsconfig fsmount fspick"),
  ...since("5.3", "clone3 pidfd_open"),
  ...since("5.6", "openat2 pidfd_getfd"),
  ...since("5.8", "faccessat2"),
  ...since("5.9", "close_range"),
  ...since("5.10", "process_madvise"),
  ...since("5.11", "epoll_pwait2"),
  ...since("5.12", "mount_setattr"),
  ...since("5.13", "landlock_create_ruleset landlock_add_rule landlock_restrict_self"),
  ...since("5.14", "memfd_secret quotactl_fd"),
  ...since("5.15", "process_mrelease"),
  ...since("5.16", "futex_waitv"),
  ...since("5.17", "set_mempolicy_home_node"),
  ...since("6.5", "cachestat"),
  ...since("6.6", "fchmodat2 map_shadow_stack"),
  ...since("6.7", "futex_wake futex_wait futex_requeue"),
  ...since("6.8", "statmount listmount lsm_get_self_attr lsm_set_self_attr lsm_list_modules"),
  ...since("6.10", "mseal"),
  ...since("6.13", "setxattrat getxattrat listxattrat removexattrat"),
  ...since("6.15", "open_tree_attr"),
  ...since("6.17", "file_getattr file_setattr"),
};

function since(version: string, names: string): Readonly<Record<string, string>> {
  return Object.fromEntries(names.split(" ").map((name) => [name, version]));
}

const lookUp = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

/** What a category needs to be there: a sentence. */
export function originOfCategory(category: string): string | undefined {
  const module = lookUp(MODULES, category);
  if (module !== undefined)
    return `Tracepoints of \`${category}\` belong to the module \`${module}\`, which is not loaded: \`modprobe ${module}\`.`;
  const setting = lookUp(SETTINGS, category);
  return setting === undefined
    ? undefined
    : `A kernel has tracepoints of \`${category}\` if it was built with ${setting}.`;
}

/** The version of the kernel that brought an event or a system call. */
export const sinceWhen = (category: string, event: string): string | undefined => {
  const call = syscallOf(event);
  return category === "syscalls" && call !== undefined
    ? lookUp(SYSCALLS_SINCE, call)
    : lookUp(SINCE, `${category}:${event}`);
};

/** Events that may be meant, under the names that they have; whether there are such is not known. */
export function otherNames(category: string, event: string): readonly string[] {
  const successor = lookUp(SUCCESSORS, `${category}:${event}`);
  if (successor !== undefined) return [successor];
  const call = category === "syscalls" ? syscallOf(event) : undefined;
  if (call === undefined) return [];
  const start = event.slice(0, -call.length);
  return [lookUp(KERNEL_NAMES, call), lookUp(GENERAL_FORMS, call)].flatMap((name) =>
    name === undefined ? [] : [`syscalls:${start}${name}`],
  );
}

const syscallOf = (event: string): string | undefined => /^sys_(?:enter|exit)_(\w+)$/.exec(event)?.[1];
