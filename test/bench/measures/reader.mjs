/** What it costs the tracer to hand out an event: its processor time, all threads together, from the first event to the last. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { Tracer } from "../tracer.mjs";

/** As many as programs of `firing.mjs` fire in a round. */
const EVENTS = 200_000;

export const reader = {
  metrics: [{ name: "event", unit: "ns of CPU", scale: 1 }],
  /** `fire` is a program of `firing.mjs`. */
  async cost(command, { fire }) {
    const target = spawn(fire, { stdio: ["pipe", "pipe", "inherit"] });
    const lines = createInterface(target.stdout)[Symbol.asyncIterator]();
    const tracer = new Tracer(command);
    await tracer.ready();
    const before = busyNs(tracer.pid);
    target.stdin.write("\n");
    await lines.next();
    const after = await settled(tracer.pid);
    await tracer.stop();
    target.stdin.end();
    await once(target, "exit");
    return [(after - before) / EVENTS];
  },
};

/** When everything has been read, and it waits again. */
async function settled(pid) {
  for (let last = 0; ;) {
    await setTimeout(200);
    const now = busyNs(pid);
    if (now - last < 2e6) return now;
    last = now;
  }
}

const busyNs = (pid) =>
  readdirSync(`/proc/${pid}/task`).reduce(
    (sum, task) => sum + Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, "latin1").split(" ")[0]),
    0,
  );
