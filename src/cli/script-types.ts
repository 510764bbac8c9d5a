/** `tsbt types script.bt`: what a script prints and keeps, as types, for programs that import it. */
import { writeFileSync } from "node:fs";
import type { BpfObject, EventSchema, ScriptMap, ValueFormat } from "../../codegen/object.js";
import { specifiersOf } from "../../codegen/types/format-string.js";
import { bytePath } from "../files/index.js";
import { aggregationOf, decoded } from "../output/index.js";
import { failure } from "./exit-error.js";
import { reasonOf } from "./read-program.js";

/** `script.bt` → `script.d.bt.ts`, where the type checker looks for it (`allowArbitraryExtensions`). */
export function writeScriptTypes(script: string, object: BpfObject): void {
  if (!script.endsWith(".bt")) throw failure(`The name of a script that is to be imported ends in .bt: ${script}`);
  const path = `${script.slice(0, -".bt".length)}.d.bt.ts`;
  try {
    writeFileSync(bytePath(path), scriptTypes(object), "utf8");
  } catch (error) {
    throw failure(`Failed to open output file: "${path}": ${reasonOf(error)}`);
  }
}

export function scriptTypes({ events, strings, scriptMaps }: BpfObject): string {
  const formats = new Map(
    events
      .filter((event) => event.action === "printf")
      .map((event) => printfType(event, decoded(strings[event.site.format] ?? "")))
      .map((type) => [type, type]),
  );
  const printf = formats.size === 0 ? " never" : [...formats.keys()].map((type) => `\n    | ${type}`).join("");
  const maps = scriptMaps.map(
    (map) => `    readonly ${JSON.stringify(decoded(map.name.slice(1)))}: ${mapType(map)};\n`,
  );
  return `// Made by \`tsbt types\`.
import type { BucketData, Data, PointData, Script, StackFrame, StatsData } from "tsbt";

declare const script: Script<{
  readonly printf:${printf};
  readonly maps: {
${maps.join("")}  };
}>;
export default script;
export type { BucketData, Data, PointData, StackFrame, StatsData };
`;
}

const INTEGER = "number | bigint";

function printfType({ fields }: EventSchema, format: string): string {
  const args = specifiersOf(format).map(({ conversion }, i) => argumentType(conversion, fields[i]?.format));
  return `{ readonly format: ${JSON.stringify(format)}; readonly args: readonly [${args.join(", ")}] }`;
}

/** As `src/output/printf-data.ts` reads them. */
function argumentType(conversion: string, format: ValueFormat | undefined): string {
  if (conversion === "s" || conversion === "c") return "string";
  if (conversion.startsWith("r")) return "Uint8Array";
  return format === undefined ? INTEGER : integerType(format);
}

/** A number holds what has four bytes. */
const integerType = (format: ValueFormat): string =>
  (format.kind === "int" || format.kind === "enum") && format.bytes <= 4 ? "number" : INTEGER;

function mapType({ key, value }: ScriptMap): string {
  const keyType = key === undefined ? "undefined" : dataType(key.format);
  return `{ readonly key: ${keyType}; readonly value: ${valueType(value)} }`;
}

const valueType = (value: ScriptMap["value"]): string =>
  value.kind === "plain" ? dataType(value.format) : aggregationOf(value).typeText;

/** As `src/output/value-data.ts` reads them. */
function dataType(format: ValueFormat): string {
  switch (format.kind) {
    case "int":
    case "enum":
    case "pointer":
      return integerType(format);
    case "bool":
      return "boolean";
    case "buffer":
      return "Uint8Array";
    case "array":
      return `readonly (${dataType(format.element)})[]`;
    case "tuple":
      return `readonly [${format.elements.map((element) => dataType(element.format)).join(", ")}]`;
    case "record":
      return `{ ${format.fields.map((field) => `readonly ${JSON.stringify(decoded(field.name))}: ${dataType(field.format)}`).join("; ")} }`;
    case "stack":
      return "readonly StackFrame[]";
    case "none":
      return "null";
    default:
      return "string";
  }
}
