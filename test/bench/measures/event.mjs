/**
 * What one event costs: the time that the kernel counts for the tracer's programs, and what the traced program takes longer
 * than without a tracer, which is mostly the kernel's way to the probe and back.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Tracer } from "../tracer.mjs";

export const event = {
  metrics: [
    { name: "BPF program", unit: "ns", scale: 1 },
    { name: "traced program", unit: "ns", scale: 1 },
  ],
  /** `fire` is a program of `firing.mjs`. */
  async cost(command, { fire }) {
    const target = new Target(fire);
    const untraced = await target.round();
    const tracer = new Tracer(command);
    await tracer.ready();
    const traced = await target.round();
    const { timeNs, runs } = programsOf(tracer.pid);
    await tracer.stop();
    await target.end();
    if (runs === 0) throw new Error(`no event reached ${command.join(" ")}`);
    return [timeNs / runs, traced - untraced];
  },
};

class Target {
  #process;
  #lines;

  constructor(program) {
    this.#process = spawn(program, { stdio: ["pipe", "pipe", "inherit"] });
    this.#lines = createInterface(this.#process.stdout)[Symbol.asyncIterator]();
  }

  /** Nanoseconds for one turn. */
  async round() {
    this.#process.stdin.write("\n");
    return Number((await this.#lines.next()).value);
  }

  async end() {
    this.#process.stdin.end();
    await once(this.#process, "exit");
  }
}

function programsOf(pid) {
  const dir = `/proc/${pid}/fdinfo`;
  let [timeNs, runs] = [0, 0];
  for (const fd of readdirSync(dir)) {
    const info = readFileSync(`${dir}/${fd}`, "latin1");
    timeNs += Number(/^run_time_ns:\s*(\d+)$/m.exec(info)?.[1] ?? 0);
    runs += Number(/^run_cnt:\s*(\d+)$/m.exec(info)?.[1] ?? 0);
  }
  return { timeNs, runs };
}
