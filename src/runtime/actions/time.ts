import { localTime, strftime } from "../../output/strftime.js";
import { type Action, siteNumber } from "./define.js";

/** The reference writes into a buffer of 64 bytes, NUL included. */
const MAX_LENGTH = 63;

export const time: Action = (schema, { object, output, values, now }) => {
  const format = object.strings[siteNumber(schema, "format")] ?? "";
  return () => {
    const text = strftime(format, localTime(Math.floor(now()), values.zone));
    if (text === "" || text.length > MAX_LENGTH) output.failure("strftime returned zero (Success)");
    else output.time(text);
  };
};
