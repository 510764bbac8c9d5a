import { closeSync, constants, openSync, readSync } from "node:fs";
import { bytePath } from "../../files/index.js";
import { strerror } from "../../output/index.js";
import type { Action, ActionHost } from "./define.js";
import { textOf } from "./printf.js";

export const cat: Action<"cat"> = (schema, host) => {
  const path = textOf(schema, host);
  const limit = schema.site.limit;
  return (m, at) => {
    const file = path(m, at);
    const fd = open(file);
    if (typeof fd === "string") host.output.failure(`failed to open file '${file}' (${fd})`);
    else host.output.cat(readAndClose(fd, limit, host));
  };
};

/** @returns why it cannot be, if it cannot */
function open(path: string): number | string {
  try {
    return openSync(bytePath(path), constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    return error instanceof Error && "errno" in error ? strerror(-Number(error.errno)) : String(error);
  }
}

/** As far as it can be read: a directory cannot. Pipes and terminals are waited for. */
function readAndClose(fd: number, limit: number, host: ActionHost): string {
  const bytes = Buffer.alloc(limit);
  let length = 0;
  try {
    for (let read = -1; read !== 0 && length < limit; length += read) {
      if (!host.awaitReadable(fd)) {
        host.interruption.cutsShort("cat");
        break;
      }
      read = readSync(fd, bytes, length, limit - length, null);
    }
  } catch {
    // What was read before is all that there is.
  } finally {
    closeSync(fd);
  }
  return bytes.toString("latin1", 0, length);
}
