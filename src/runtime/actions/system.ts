import { strerror } from "../../output/index.js";
import { isSystemCallFailure } from "../../kernel/index.js";
import type { Action, ActionHost } from "./define.js";
import { textOf } from "./printf.js";

/** Everything waits for its end, so that its output has its place among that of the script. */
export const system: Action<"system"> = (schema, host) => {
  const command = textOf(schema, host);
  return (m, at) => {
    const { text, failure } = run(command(m, at), host);
    if (failure !== undefined && host.interruption.cutsShort("system")) {
      if (text !== "") host.output.system(text);
    } else if (failure === undefined) host.output.system(text);
    else host.output.failure(failure);
  };
};

interface Finished {
  readonly text: string;
  readonly failure: string | undefined;
}

function run(command: string, host: ActionHost): Finished {
  try {
    const { code, text } = host.capture("/bin/sh", ["sh", "-c", command]);
    return { text, failure: failureOf(code) };
  } catch (error) {
    if (!isSystemCallFailure(error)) throw error;
    return { text: "", failure: `failed to run the shell (${strerror(error.errno)})` };
  }
}

function failureOf(code: number | undefined): string | undefined {
  if (code === undefined) return "child process did not exit normally (Success)";
  return code === 0 ? undefined : `command exited with code ${code} (Success)`;
}
