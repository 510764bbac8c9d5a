import type { WarningSite } from "../../../codegen/object.js";
import { helperMessage, integerReader, type Output } from "../../output/index.js";
import type { WarningPlace } from "../warning-counts.js";
import type { Action } from "./define.js";

const MESSAGES: Readonly<Record<Exclude<WarningSite["kind"], "helper">, string>> = {
  "divide-by-zero":
    "Divide or modulo by 0 detected. This can lead to unexpected results. 1 is being used as the result.",
  "array-bounds": "Array access out of bounds. This can lead to unexpected results.",
  "tail-call-limit":
    "Too many tail calls: the kernel ends a chain of programs after 33. The call was not made, and what follows it is run.",
  "slot-range": "Index out of range: the progarray has no such slot. Nothing was put there.",
  kstack: "Error reading kstack.",
  "dw-ustack": "No DWARF unwind data available for this process (yet). Use -p or --dwarf-pid to specify target PIDs.",
  ustack: "Error reading ustack.",
};

export const warning: Action<"warning"> = (schema, { object, output, warnings }) => {
  const site = object.warnings[schema.site.warning];
  if (site === undefined) throw new RangeError("a warning names a place that is not there");
  warnings.add(schema.id, placeOf(site, output));
  const offset = schema.fields[0]?.offset ?? 0;
  const read = integerReader(8, true);
  return (m, at) => warnings.arrived(schema.id, Number(read(m, at + offset)));
};

function placeOf({ kind, span, helper = "" }: WarningSite, output: Output): WarningPlace {
  let message = kind === "helper" ? "" : MESSAGES[kind];
  return {
    first: (result) => {
      if (kind !== "helper") return output.runtimeError(message, span);
      message = helperMessage(helper, result);
      output.helperFailed({ helper, result, span });
    },
    repeated: (times, isTotal) => output.warningRepeated({ message, span, times, isTotal }),
  };
}
