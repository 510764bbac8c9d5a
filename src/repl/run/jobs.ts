/** Runs that go on while something else is typed. */
import type { Run } from "./tracer.js";

/** Of what a job has printed the last so many bytes are kept. */
const MAX_LOG = 1 << 20;

interface Log {
  text: string;
}

export class Job {
  readonly id: number;
  readonly text: string;
  readonly run: Run;
  /** Settles when all that is to be said of its end has been said. */
  finished: Promise<void> = Promise.resolve();
  state: "running" | "ended" | "failed" = "running";
  readonly #log: Log;

  constructor(id: number, text: string, run: Run, log: Log) {
    this.id = id;
    this.text = text;
    this.run = run;
    this.#log = log;
  }

  get log(): string {
    return this.#log.text;
  }
}

export class Jobs {
  readonly all: Job[] = [];
  #next = 1;

  /** @param start - is given where the output goes as well */
  add(text: string, start: (log: (text: string) => void) => Run): Job {
    const log: Log = { text: "" };
    const run = start((printed) => {
      log.text = (log.text + printed).slice(-MAX_LOG);
    });
    const job = new Job(this.#next++, text, run, log);
    this.all.push(job);
    return job;
  }

  get running(): readonly Job[] {
    return this.all.filter(({ state }) => state === "running");
  }

  async stopAll(): Promise<void> {
    for (const { run } of this.running) run.stop.make();
    await Promise.all(this.all.map(({ finished }) => finished));
  }
}
