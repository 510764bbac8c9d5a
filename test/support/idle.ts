import { readdirSync, readFileSync } from "node:fs";
import { waitFor } from "./wait-for.js";

/** How many looks in a row must find a thread asleep, and not woken meanwhile. */
const LOOKS = 8;

/** `/proc/…/status` of the first thread of a process, or of its thread with a name. */
export function statusOf(pid: number | "self", threadName?: string): string {
  if (threadName === undefined) return readFileSync(`/proc/${pid}/status`, "latin1");
  const statuses = readdirSync(`/proc/${pid}/task`).map((id) =>
    readFileSync(`/proc/${pid}/task/${id}/status`, "latin1"),
  );
  return statuses.find((text) => text.startsWith(`Name:\t${threadName}\n`)) ?? "";
}

/** How often the thread with this status has gone to sleep. */
export const sleepsOf = (status: string): number => Number(/^voluntary_ctxt_switches:\t(\d+)$/m.exec(status)?.[1]);

/** Waits until a thread has nothing to do: it sleeps, and goes on sleeping. */
export async function untilIdle(status: () => string): Promise<void> {
  let sleeps = NaN;
  let looks = 0;
  await waitFor("a thread to be idle", () => {
    const now = status();
    looks = /^State:\tS/m.test(now) && sleepsOf(now) === sleeps ? looks + 1 : 0;
    sleeps = sleepsOf(now);
    return looks >= LOOKS;
  });
}
