/** A tracer that runs until it is told to stop. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { environment } from "./environment.mjs";

export class Tracer {
  #process;
  #stderr = "";
  #ended;

  constructor(command) {
    this.command = command.join(" ");
    this.#process = spawn(command[0], command.slice(1), { stdio: ["ignore", "ignore", "pipe"], env: environment });
    this.#process.stderr.setEncoding("latin1").on("data", (text) => (this.#stderr += text));
    this.#ended = once(this.#process, "exit");
  }

  get pid() {
    return this.#process.pid;
  }

  /** Both tracers say so when all probes are attached. */
  async ready() {
    while (!/^Attached \d+ probes?$/m.test(this.#stderr)) {
      const ended = this.#ended.then(() => "ended");
      if ((await Promise.race([once(this.#process.stderr, "data"), ended])) === "ended") {
        throw new Error(`${this.command} attached nothing:\n${this.#stderr}`);
      }
    }
  }

  async stop() {
    this.#process.kill("SIGINT");
    const [status] = await this.#ended;
    if (status !== 0) throw new Error(`${this.command} ended with status ${status}:\n${this.#stderr}`);
  }
}
