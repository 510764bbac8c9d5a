import { localTime, strftime } from "../../output/index.js";
import type { Action } from "./define.js";

/** The reference writes into a buffer of 64 bytes, NUL included. */
const MAX_LENGTH = 63;

export const time: Action<"time"> = (schema, { object, output, values, now }) => {
  const format = object.strings[schema.site.format] ?? "";
  // Many events of one second have one text.
  let second: number | undefined;
  let text = "";
  return () => {
    const thisSecond = Math.floor(now());
    if (thisSecond !== second) {
      second = thisSecond;
      text = strftime(format, localTime(thisSecond, values.zone));
    }
    if (text === "" || text.length > MAX_LENGTH) output.failure("strftime returned zero (Success)");
    else output.time(text);
  };
};
