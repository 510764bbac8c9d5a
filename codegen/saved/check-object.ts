/** What the parts of an object must have in common, so that whoever uses them may rely on it. */
import type { BpfObject, EventSchema, LoadedProgram, ScriptMap, ValueFormat } from "../object.js";
import { SavedError } from "../codec/index.js";
import { isSoundTable, layoutOf } from "../kernel/key-table.js";
import { type Settings, slotBytes } from "../language/aggregation.js";
import type { Language } from "../language/language.js";
import { checkMaps } from "./check-maps.js";

/** @throws {@link SavedError} */
export function checkObject(object: BpfObject, language: Language): void {
  const { attachments, programs, programArrays, events, scriptMaps } = object;
  checkMaps(object);
  const isThere = ({ program, load }: LoadedProgram): boolean => programs[program]?.loads[load] !== undefined;
  for (const attachment of attachments) {
    const { name, slot } = attachment;
    if (!isThere(attachment) || (slot !== undefined && !isThere(slot)))
      throw new SavedError(`${name} is attached to a program that is not there`);
  }
  const inArrays = programArrays.flatMap(({ arrays }) => arrays.flatMap((array) => array.programs));
  if (!inArrays.every((own) => own === undefined || isThere(own)))
    throw new SavedError("an array of programs names one that is not there");
  events.forEach(checkEvent);
  for (const script of scriptMaps) checkScriptMap(script, object, language);
  const formats = [
    ...events.flatMap(({ fields }) => fields.map(({ format }) => format)),
    ...scriptMaps.flatMap(({ key, value }) => [
      ...(key ? [key.format] : []),
      ...(isPlain(value) ? [value.format] : []),
    ]),
  ];
  if (formats.some(hasTooMany)) throw new SavedError("a value has more elements than it has room for");
}

const isPlain = (value: ScriptMap["value"]): value is Extract<ScriptMap["value"], { kind: "plain" }> =>
  value.kind === "plain";

/** Elements may have no bytes, and members of a union lie on each other; but not without end. */
const hasTooMany = (format: ValueFormat): boolean =>
  elementsOf(format) > MOST_WITHOUT_BYTES + MOST_IN_A_BYTE * bytesOf(format);

const MOST_WITHOUT_BYTES = 65_536;
const MOST_IN_A_BYTE = 64;

/** How many values are shown of one. */
function elementsOf(format: ValueFormat): number {
  switch (format.kind) {
    case "array":
      return format.count * elementsOf(format.element);
    case "tuple":
      return format.elements.reduce((sum, one) => sum + elementsOf(one.format), 1);
    case "record":
      return format.fields.reduce((sum, one) => sum + elementsOf(one.format), 1);
    default:
      return 1;
  }
}

const HEADER_BYTES = 8;

function checkEvent({ id, fields, fixedBytes }: EventSchema, index: number): void {
  if (id !== index || fixedBytes < HEADER_BYTES) throw new SavedError(`event ${index} is not what it should be`);
  for (const { name, offset, format, variable } of fields) {
    const bytes = variable === undefined ? bytesOf(format) : LENGTH_BYTES;
    if (offset + bytes > fixedBytes) throw new SavedError(`event ${index} has no room for its field ${name}`);
  }
}

/** Of a string that follows behind. */
const LENGTH_BYTES = 4;

function checkScriptMap(
  { name, map: index, key, value, table }: ScriptMap,
  { maps }: BpfObject,
  language: Language,
): void {
  const map = maps[index];
  if (map === undefined) throw new SavedError(`${name} is kept in a map that is not there`);
  if ((table ?? map).valueBytes < valueBytesOf(value, language))
    throw new SavedError(`${name} has no room for its values`);
  if (table !== undefined) {
    const hasRoom = key !== undefined && bytesOf(key.format) <= key.bytes && key.bytes === table.keyBytes;
    const isWhole = isSoundTable(table) && map.type === "array" && map.valueBytes === layoutOf(table).bytes;
    if (!hasRoom || !isWhole || value.kind === "plain") throw new SavedError(`${name} is no table`);
    return;
  }
  if (key !== undefined && (key.bytes > map.keyBytes || bytesOf(key.format) > key.bytes))
    throw new SavedError(`${name} has no room for its keys`);
}

/** What is read of a value; of an aggregation what one CPU keeps. */
function valueBytesOf(value: ScriptMap["value"], { functions }: Language): number {
  if (isPlain(value)) {
    const end = value.setFlagOffset === undefined ? value.bytes : value.setFlagOffset + 8;
    return Math.max(value.bytes, bytesOf(value.format), end);
  }
  const definition = functions.get(value.kind);
  if (definition?.kind !== "aggregation") throw new SavedError(`there is no aggregation ${value.kind}()`);
  // The format says what its settings are, and its sign.
  return slotBytes(definition.layout(value as object as Settings));
}

/** At least so many bytes are read of a value. */
function bytesOf(format: ValueFormat): number {
  switch (format.kind) {
    case "array":
      return format.count === 0 ? 0 : (format.count - 1) * format.stride + bytesOf(format.element);
    case "tuple":
      return format.elements.reduce((most, one) => Math.max(most, one.offset + bytesOf(one.format)), format.bytes);
    case "record":
      return format.fields.reduce(
        (most, one) => Math.max(most, one.offset + (one.bits === undefined ? bytesOf(one.format) : 0)),
        format.bytes,
      );
    default:
      return "bytes" in format ? format.bytes : FEWEST[format.kind];
  }
}

/** Of formats that do not say it. */
const FEWEST = {
  bool: 1,
  pointer: 8,
  stack: 0,
  inet: 0,
  ksym: 8,
  usym: 8,
  mac: 6,
  timestamp: 8,
  username: 8,
  "cgroup-path": 8,
  none: 0,
} as const satisfies { readonly [K in ValueFormat["kind"]]?: number };
