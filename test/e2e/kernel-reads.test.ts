import { expect } from "vitest";
import { kernelTest, runTsbt } from "../support/index.js";
import { kernelIsAtLeast } from "../support/running-kernel.js";

/** What is there, in all sizes, and what cannot be: addresses of nothing, of user space, and of none at all. */
const READS = `
struct fields { int low : 3; int high : 13; unsigned wide : 16; unsigned next; unsigned long last : 33; long rest : 31; };
begin {
  print((curtask.tgid == pid, curtask.real_parent.tgid == ppid, curtask.group_leader.real_parent.tgid == ppid));
  print((curtask.prio > 99, curtask.prio == curtask.static_prio, curtask.cred.uid.val, curtask.mm.mm_users.counter > 0));
  $task = curtask;
  print(((uint64)$task.mm == (uint64)curtask.mm, *(uint64 *)$task == *(uint64 *)curtask));
  $null = kptr((struct task_struct *)0);
  $user = kptr((struct task_struct *)0x1234567890);
  $between = kptr((struct task_struct *)0x8000000000000000);
  $last = kptr((struct task_struct *)0xffffffffffffffff);
  print(($null.tgid, $user.tgid, $between.tgid, $last.tgid, $null.real_parent.real_parent.tgid, $user.real_parent.comm));
  $fields = (struct fields *)curtask.comm;
  print(($fields.low, $fields.high, $fields.wide, $fields.next, $fields.last, $fields.rest));
  print((*(int8 *)curtask.comm, *(int16 *)curtask.comm, *(uint32 *)curtask.comm));
  for ($i : 0..2) { $task = $task.real_parent; print(($i, $task.tgid > 0)); }
  exit();
}`;

/** "tsbt", by hand. */
const READ = `(true, true, true)
(true, true, 0, true)
(true, true)
(0, 0, 0, 0, 0, )
(-4, 3694, 29794, 0, 0, 0)
(116, 29556, 1952609140)
(0, true)
(1, true)


`;

/** `-k` has all reads made by the helper, which says when one fails. */
const outputOf = async (...options: string[]): Promise<string> =>
  (await runTsbt([...options, "-q", "-e", READS])).stdout;

kernelTest("scalars of the kernel are the same whether they are loaded or copied", { needs: "btf" }, async () => {
  expect(await outputOf()).toBe(READ);
  expect(await outputOf("-k")).toBe(READ);
});

kernelTest("they are loaded where the kernel has a cast for it", { needs: "btf", matrix: true }, async () => {
  const program = ["-d", "ir", "-e", "begin { print(curtask.real_parent.tgid); }"];
  const { stdout } = await runTsbt(program);
  expect(stdout.includes("call-kfunc bpf_rdonly_cast")).toBe(kernelIsAtLeast("6.2"));
  expect(stdout.includes("probe_read_kernel")).toBe(!kernelIsAtLeast("6.2"));
  expect((await runTsbt(["-k", ...program])).stdout).toContain("probe_read_kernel");
});
