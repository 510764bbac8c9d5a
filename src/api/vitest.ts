/** For tests: what a function does, seen from the kernel. `expect(await syscallsOf(() => save(file))).not.toContain("fsync")` */
import { LiveFacts, syscallName } from "../kernel/index.js";
import { trace } from "./trace.js";
import type { AnyScript, EventOf, ShapeOf, TraceOptions } from "./types.js";

/** The thread that waits for events. */
const OWN_THREAD = "tsbt-ring";

/**
 * The names of the system calls that this process makes while `work` runs, in order, on all its threads; those of Node itself and
 * of what else runs in the process meanwhile are among them. What `work` throws is thrown.
 */
export async function syscallsOf(work: () => unknown): Promise<readonly string[]> {
  const { arch } = new LiveFacts();
  const script = `tracepoint:raw_syscalls:sys_enter /comm != "${OWN_THREAD}"/ { printf("%llu %lld", nsecs, args.id); }`;
  let [start, end] = [0n, 0n];
  const timed = async (): Promise<void> => {
    start = process.hrtime.bigint();
    await work();
    end = process.hrtime.bigint();
  };
  const events = await eventsOf(script, timed, { integers: "bigint" });
  return events.flatMap((event) => {
    if (event.kind !== "printf") return [];
    const [ns, id] = event.args;
    if (ns < start || ns > end) return [];
    return [syscallName(arch, Number(id)) ?? `syscall_${id}`];
  });
}

/** What a script tells of this process, or of another one, while `work` runs. */
export async function eventsOf<const S extends AnyScript>(
  script: S,
  work: () => unknown,
  options: TraceOptions = {},
): Promise<readonly EventOf<ShapeOf<S>>[]> {
  const running = await trace(script, { pid: process.pid, ...options });
  try {
    const collected = collect(running.events.batches());
    await work();
    await running.stop();
    return await collected;
  } finally {
    await running[Symbol.asyncDispose]();
  }
}

async function collect<T>(batches: AsyncIterable<readonly T[]>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const batch of batches) for (const event of batch) all.push(event);
  return all;
}
