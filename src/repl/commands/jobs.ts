/** What runs in the background. */
import type { Job } from "../run/jobs.js";
import type { Shell } from "../shell.js";
import { toBytes } from "../typed/bytes.js";
import { type Command, CommandError } from "./command.js";

/** By its number; without one, the last. */
function jobOf({ jobs }: Shell, argument: string): Job {
  const wanted = argument.replace(/^%/, "");
  const job = wanted === "" ? jobs.all.at(-1) : jobs.all.find(({ id }) => String(id) === wanted);
  if (job === undefined) throw new CommandError(wanted === "" ? "there are no jobs" : `there is no job ${wanted}`);
  return job;
}

export const JOB_COMMANDS: readonly Command[] = [
  {
    name: "jobs",
    argument: "",
    summary: "what runs in the background, and what has ended",
    run: (shell) =>
      shell.say(
        shell.jobs.all.map((job) => `[${job.id}] ${job.state}  ${firstLine(job.text)}\n`).join("") || "no jobs\n",
      ),
  },
  {
    name: "fg",
    argument: "[N]",
    summary: "waits for a job; Ctrl-C ends it",
    run: (shell, argument) => shell.wait(jobOf(shell, argument)),
  },
  {
    name: "stop",
    argument: "[N]",
    summary: "ends a job, and prints its maps",
    run: async (shell, argument) => {
      const job = jobOf(shell, argument);
      job.run.stop.make();
      await job.finished;
    },
  },
  {
    name: "log",
    argument: "[N]",
    summary: "what a job has printed, as far as it is kept",
    run: (shell, argument) => shell.say(jobOf(shell, argument).log),
  },
];

const firstLine = (text: string): string => {
  const [line = "", ...rest] = text.split("\n");
  return rest.length > 0 ? `${line}${toBytes(" …")}` : line;
};
