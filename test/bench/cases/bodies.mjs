/** What is done about an event, and what that costs. */
import { benchOptions, bodyCosts } from "../measures/bodies.mjs";

const BODIES = {
  "@ = count()": "@count = count();",
  "@[pid] = count()": "@of_pid[pid] = count();",
  "@[pid]++": "@plus[pid]++;",
  "@[comm] = count()": "@of_comm[comm] = count();",
  "hist()": "@hist = hist(cpu);",
  "10 branches": `$n = rand; ${Array.from({ length: 10 }, (_, i) => `if (($n & ${1 << i}) != 0) { @branch = count(); }`).join(" ")}`,
  "for of 100": "for ($i : 0..100) { @turns = count(); }",
  "start, then time taken":
    "@start[tid] = (int64)nsecs; @took = hist((int64)nsecs - @start[tid]); _ = delete(@start, tid);",
  "@[comm, pid] = count()": "@two[comm, pid] = count();",
  "@[(pid, tid)] = count()": "@tuple[(pid, tid)] = count();",
  "@[tid] = avg()": "@avg[tid] = avg(nsecs);",
  "@[tid] = stats()": "@stats[tid] = stats(nsecs);",
  "@[tid] = hist()": "@hists[tid] = hist(nsecs);",
  "@[tid] = sum()": "@sums[tid] = sum(cpu);",
  "@[string] = count()": "@text[str(curtask->comm)] = count();",
  "@ = nsecs": "@last = nsecs;",
  "@[tid] = nsecs": "@last_of[tid] = nsecs;",
  "comm == literal": 'if (comm == "tsbt-nope") { @equal = count(); }',
  "curtask chain": "@chain = curtask->real_parent->tgid;",
  "printf()": 'printf("%d %s\\n", pid, comm);',
};

/** As the design has them. */
const GOALS = {
  "@ = count()": 0.3,
  "@[pid]++": 0.4,
  "hist()": 0.3,
  "10 branches": 0.3,
  "for of 100": 0.3,
  "start, then time taken": 0.6,
};

export const BODY_CASES = {
  "what bodies cost": {
    measure: bodyCosts(Object.keys(BODIES)),
    args: () => ["--no-warnings", ...benchOptions(BODIES)],
    goals: { bpftrace: GOALS },
  },
};
