import type { EventSchema } from "../../../codegen/object.js";
import { formattedText } from "../../output/sent-values.js";
import type { TextReader } from "../../output/value-text.js";
import { valuesOf } from "./event-fields.js";
import { type Action, type ActionHost, siteNumber } from "./define.js";

export const printf: Action = (schema, host) =>
  host.output.compilePrintf(formatOf(schema, host), valuesOf(schema, host.values), schema.span);

/** The text of an event whose site has a format and whose fields are the values. */
export const textOf = (schema: EventSchema, host: ActionHost): TextReader =>
  formattedText(formatOf(schema, host), valuesOf(schema, host.values));

const formatOf = (schema: EventSchema, { object }: ActionHost): string =>
  object.strings[siteNumber(schema, "format")] ?? "";
