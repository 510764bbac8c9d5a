import type { EventSchemaOf } from "../../../codegen/object.js";
import { formattedText, type TextReader } from "../../output/index.js";
import { valuesOf } from "./event-fields.js";
import type { Action, ActionHost } from "./define.js";

export const printf: Action<"printf"> = (schema, host) =>
  host.output.compilePrintf(formatOf(schema, host), valuesOf(schema, host.values), schema.span);

type Formatted = EventSchemaOf<"printf" | "errorf" | "warnf" | "cat" | "system">;

/** The text of an event whose site has a format and whose fields are the values. */
export const textOf = (schema: Formatted, host: ActionHost): TextReader =>
  formattedText(formatOf(schema, host), valuesOf(schema, host.values));

const formatOf = (schema: Formatted, { object }: ActionHost): string => object.strings[schema.site.format] ?? "";
