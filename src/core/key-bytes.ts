/** From data to the bytes of a map's key or value: the other way round of `compileData`. */
import type { ValueFormat } from "../../codegen/object.js";
import { type Data, decoded } from "../output/index.js";

/** A value that is of another type than the map's. */
export class DataTypeError extends TypeError {
  override readonly name = "DataTypeError";
}

/** Writes a value of `format` at `at`, where all bytes are 0. @throws {@link DataTypeError} */
export function writeData(format: ValueFormat, value: Data | undefined, view: DataView, at: number): void {
  switch (format.kind) {
    case "int":
      return writeInteger(integerOf(value), format.bytes, view, at);
    case "enum":
      return writeInteger(enumeratorOf(format.names, value), format.bytes, view, at);
    case "pointer":
      return writeInteger(integerOf(value), 8, view, at);
    case "bool":
      if (typeof value !== "boolean") throw mismatch("a boolean", value);
      return view.setUint8(at, value ? 1 : 0);
    case "string": {
      if (typeof value !== "string") throw mismatch("a string", value);
      const text = Buffer.from(value, "utf8");
      const room = format.noTrailer === true ? format.bytes : format.bytes - 1;
      if (text.length > room)
        throw new DataTypeError(`a string of at most ${room} bytes is wanted, not ${text.length}`);
      new Uint8Array(view.buffer, view.byteOffset + at).set(text);
      return;
    }
    case "tuple": {
      const { elements } = format;
      if (!Array.isArray(value) || value.length !== elements.length)
        throw mismatch(`an array of ${elements.length} values`, value);
      const parts = value as readonly Data[];
      return elements.forEach((element, i) => writeData(element.format, parts[i], view, at + element.offset));
    }
    default:
      throw new DataTypeError(`a value of the kind ${format.kind} can only come from the kernel`);
  }
}

/** By its name too. */
function enumeratorOf(names: readonly (readonly [value: string, name: string])[], value: Data | undefined): bigint {
  if (typeof value !== "string") return integerOf(value);
  const [found] = names.find(([, name]) => decoded(name) === value) ?? [];
  if (found === undefined) throw new DataTypeError(`there is no ${value} among the values of this type`);
  return BigInt(found);
}

function integerOf(value: Data | undefined): bigint {
  if (typeof value === "bigint") return value;
  if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);
  throw mismatch("an integer", value);
}

const WRITERS: Readonly<Record<number, (view: DataView, at: number, value: bigint) => void>> = {
  1: (view, at, value) => view.setUint8(at, Number(BigInt.asUintN(8, value))),
  2: (view, at, value) => view.setUint16(at, Number(BigInt.asUintN(16, value)), true),
  4: (view, at, value) => view.setUint32(at, Number(BigInt.asUintN(32, value)), true),
  8: (view, at, value) => view.setBigUint64(at, BigInt.asUintN(64, value), true),
};

function writeInteger(value: bigint, bytes: number, view: DataView, at: number): void {
  const bits = 8 * bytes;
  if (value < -(1n << BigInt(bits - 1)) || value >= 1n << BigInt(bits))
    throw new DataTypeError(`${value} has no room in ${bytes} bytes`);
  WRITERS[bytes]?.(view, at, value);
}

const mismatch = (wanted: string, found: unknown): DataTypeError =>
  new DataTypeError(
    `${wanted} is wanted, not ${found === null ? "null" : Array.isArray(found) ? "an array" : typeof found}`,
  );
