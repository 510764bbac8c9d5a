import { compilePrintf } from "../../output/printf.js";
import type { TextReader } from "../../output/value-text.js";
import { fieldsOf } from "./event-fields.js";
import { type Action, type ActionHost, siteNumber } from "./define.js";
import type { EventSchema } from "../../../codegen/object.js";

export const printf: Action = (schema, host) => {
  const text = formattedText(schema, host);
  const { output } = host;
  return (m, at) => output.printf(text(m, at));
};

/** The text of an event whose site has a format and whose fields are the values. */
export function formattedText(schema: EventSchema, { object, values }: ActionHost): TextReader {
  const fields = fieldsOf(schema, values);
  const text = compilePrintf(object.strings[siteNumber(schema, "format")] ?? "", fields.arguments);
  const { locate } = fields;
  if (locate === undefined) return text;
  return (m, at) => {
    locate(m, at);
    return text(m, at);
  };
}
