import type { Action } from "./define.js";
import { formattedText } from "./printf.js";

/** The shell of the script's command takes the place of one that has joined its two streams. */
const JOINED = 'exec sh -c "$1" 2>&1';

export const system: Action = (schema, host) => {
  const command = formattedText(schema, host);
  return (m, at) => {
    const { text, failure } = run(command(m, at));
    if (failure === undefined) host.output.system(text);
    else host.output.failure(failure);
  };
};

interface Finished {
  readonly text: string;
  readonly failure: string | undefined;
}

/** Everything waits for its end, so that its output has its place among that of the script. */
function run(command: string): Finished {
  // Loaded when it is needed: a start-up snapshot cannot hold it.
  const { spawnSync } = process.getBuiltinModule("node:child_process");
  const { status, error, stdout } = spawnSync("/bin/sh", ["-c", JOINED, "sh", byteArgument(command)], {
    stdio: ["inherit", "pipe", "inherit"],
    encoding: "latin1",
    maxBuffer: Infinity,
  });
  return { text: stdout ?? "", failure: failureOf(status, error) };
}

function failureOf(status: number | null, error: Error | undefined): string | undefined {
  if (error !== undefined) return `failed to run the shell (${error.message})`;
  if (status === null) return "child process did not exit normally (Success)";
  return status === 0 ? undefined : `command exited with code ${status} (Success)`;
}

/** Arguments are handed to Node as UTF-8. */
const byteArgument = (text: string): string => Buffer.from(text, "latin1").toString("utf8");
