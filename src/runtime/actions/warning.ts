import type { WarningSite } from "../../../codegen/object.js";
import { integerReader } from "../../output/integer.js";
import { type Action, siteNumber } from "./define.js";

const MESSAGES: Readonly<Record<Exclude<WarningSite["kind"], "helper">, string>> = {
  "divide-by-zero":
    "Divide or modulo by 0 detected. This can lead to unexpected results. 1 is being used as the result.",
  "array-bounds": "Array access out of bounds. This can lead to unexpected results.",
  kstack: "Error reading kstack.",
  ustack: "Error reading ustack.",
};

export const warning: Action = (schema, { object, output }) => {
  const site = object.warnings[siteNumber(schema, "warning")];
  if (site === undefined) throw new RangeError("a warning names a place that is not there");
  const { kind, span, helper = "" } = site;
  if (kind !== "helper") return () => output.runtimeError(MESSAGES[kind], span);
  const offset = schema.fields[0]?.offset ?? 0;
  const read = integerReader(8, true);
  return (m, at) => output.helperFailed({ helper, result: Number(read(m, at + offset)), span });
};
