/** The arguments of a printf call as data: what each conversion takes, so that a format alone tells their types. */
import { type Specifier, specifiersOf } from "../../codegen/types/format-string.js";
import type { Argument } from "./argument.js";
import { asData, type DataReader } from "./value-data.js";

/** One reader for each conversion. */
export function compilePrintfData(format: string, args: readonly Argument[]): readonly DataReader[] {
  return specifiersOf(format).flatMap((spec, i) => {
    const arg = args[i];
    return arg === undefined ? [] : [readerOf(spec, arg)];
  });
}

function readerOf({ conversion }: Specifier, arg: Argument): DataReader {
  switch (conversion) {
    case "s":
      return arg.format.kind === "string" ? arg.data() : asData(arg.text());
    case "r":
    case "rx":
    case "rh": {
      const bytes = arg.buffer();
      return (m, at) => Uint8Array.from(bytes(m, at));
    }
    case "c": {
      const integer = arg.integer();
      return (m, at) => String.fromCharCode(Number(BigInt.asUintN(8, BigInt(integer(m, at)))));
    }
    default:
      return arg.integer();
  }
}
