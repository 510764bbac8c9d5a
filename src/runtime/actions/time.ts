import { oncePerSecond, strftime } from "../../output/index.js";
import type { Action } from "./define.js";

/** The reference writes into a buffer of 64 bytes, NUL included. */
const MAX_LENGTH = 63;

export const time: Action<"time"> = (schema, { object, output, values, now }) => {
  const format = object.strings[schema.site.format] ?? "";
  const textAt = oncePerSecond(values.zone, (time) => strftime(format, time));
  return () => {
    const text = textAt(Math.floor(now()));
    if (text === "" || text.length > MAX_LENGTH) output.failure("strftime returned zero (Success)");
    else output.time(text);
  };
};
