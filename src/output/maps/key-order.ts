/** The order of map keys (output.md 5): integers signed, strings bytewise, tuples part by part. */
import type { ValueFormat } from "../../../codegen/object.js";
import type { Field } from "../rows.js";

/** What keys are compared by, the most important first; nothing of what has no order. */
export function keyFields(format: ValueFormat, offset = 0): readonly Field[] {
  switch (format.kind) {
    case "int":
    case "enum":
      return [{ offset, width: format.bytes, kind: "signed" }];
    case "string":
      return [{ offset, width: format.bytes, kind: "text" }];
    case "tuple":
      return format.elements.flatMap((element) => keyFields(element.format, offset + element.offset));
    default:
      return [];
  }
}
