/** What one event of a system call costs, whole, by what its probe does: programs and helpers and what they take from the caches. */
import { firingProgram } from "../firing.mjs";
import { event } from "../measures/event.mjs";

const CALL = "getppid";

/** Where one statement has to be prepared by another, both are here. */
const BODIES = {
  empty: "",
  "false predicate": { predicate: "pid == 1", body: "@n = count();" },
  "count()": "@n = count();",
  "by pid: count()": "@[pid] = count();",
  "by tid: count()": "@[tid] = count();",
  "by pid: sum()": "@[pid] = sum(cpu);",
  "by tid: avg()": "@[tid] = avg(nsecs);",
  "by tid: stats()": "@[tid] = stats(nsecs);",
  "by tid: max()": "@[tid] = max(nsecs);",
  "by tid: hist()": "@[tid] = hist(nsecs);",
  "by tid: lhist()": "@[tid] = lhist(cpu, 0, 100, 10);",
  "by comm: count()": "@[comm] = count();",
  "by two keys: count()": "@[comm, pid] = count();",
  "by two ids: count()": "@[uid, pid] = count();",
  "by a tuple: count()": "@[(pid, tid)] = count();",
  "by a string: count()": "@[str(curtask->comm)] = count();",
  "string == literal": 'if (str(curtask->comm) == "tsbt-nope") { @n = count(); }',
  "comm == literal": 'if (comm == "tsbt-nope") { @n = count(); }',
  "++ by pid": "@[pid]++;",
  "assignment by tid": "@[tid] = nsecs;",
  "start and stop": "@start[tid] = (int64)nsecs; @took = hist((int64)nsecs - @start[tid]); _ = delete(@start, tid);",
  "chain from curtask": "@ = curtask->real_parent->tgid;",
  "10 branches": `$n = rand; ${Array.from({ length: 10 }, (_, i) => `if (($n & ${1 << i}) != 0) { @n = count(); }`).join(" ")}`,
  "loop of 100 turns": "for ($i : 0..100) { @n = count(); }",
  "printf()": 'printf("%d %s\\n", pid, comm);',
  "kernel stack": "@[kstack] = count();",
  "user stack": "@[ustack] = count();",
};

/** The scripts by name, for one system call. */
export const eventScripts = (call) =>
  Object.fromEntries(
    Object.entries(BODIES).map(([name, what]) => {
      const { predicate, body } = typeof what === "string" ? { body: what } : what;
      return [name, `tracepoint:syscalls:sys_enter_${call} ${predicate ? `/${predicate}/ ` : ""}{ ${body} }`];
    }),
  );

export const EVENTS = Object.fromEntries(
  Object.entries(eventScripts(CALL)).map(([name, script]) => [
    `event: ${name}`,
    {
      group: "events",
      measure: event,
      prepare: () => ({ fire: firingProgram(`calls-${CALL}`, { turn: `syscall(SYS_${CALL});` }) }),
      args: () => ["--no-warnings", "-e", script],
      goals: { bpftrace: { "BPF program": 0.8 } },
    },
  ]),
);
