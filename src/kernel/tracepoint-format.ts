/**
 * Reads the `format` files of tracepoints (probes-and-cli.md 6):
 *
 *     name: sched_switch
 *     ID: 318
 *     format:
 *             field:unsigned short common_type;	offset:0;	size:2;	signed:0;
 *             ...
 *             field:char prev_comm[16];	offset:8;	size:16;	signed:0;
 *
 *     print fmt: ...
 */
import type { TracepointField, TracepointFormat } from "../../codegen/facts.js";

/** The first bytes of every record belong to the kernel; BPF programs cannot read them. */
const COMMON_BYTES = 8;

/** A field line does not say what it should. */
export class TracepointFormatError extends Error {
  override readonly name = "TracepointFormatError";
  /** Name of the field, as far as it could be told. */
  readonly field: string;
  readonly reason: string;

  constructor(tracepoint: string, field: string, reason: string) {
    super(`Could not parse argument "${field}" of "${tracepoint}": ${reason}`);
    this.field = field;
    this.reason = reason;
  }
}

/**
 * @param tracepoint `category:event`, for errors
 * @throws {@link TracepointFormatError}
 */
export function parseTracepointFormat(text: string, tracepoint: string): TracepointFormat {
  const fields: TracepointField[] = [];
  for (const line of text.split("\n")) {
    const start = line.indexOf("field:");
    if (start !== -1 && !line.startsWith("print fmt:")) fields.push(parseField(line.slice(start), tracepoint));
  }
  return { id: Number(/^ID: *(\d+)/m.exec(text)?.[1] ?? 0), fields };
}

function parseField(line: string, tracepoint: string): TracepointField {
  const sections = line.split(";");
  const declaration = (sections[0] ?? "").slice("field:".length);
  const split = Math.max(declaration.lastIndexOf(" "), declaration.lastIndexOf("\t"));
  const nameAndDimension = declaration.slice(split + 1);
  const name = nameAndDimension.replace(/\[.*/, "");
  const fail = (reason: string): never => {
    throw new TracepointFormatError(tracepoint, name, reason);
  };
  if (split <= 0 || name === "") fail(`could not parse "${line}"`);
  const number = (key: string): number => {
    const section = sections.find((s) => s.trim().startsWith(`${key}:`)) ?? "";
    const digits = /:(\d+)$/.exec(section.trim())?.[1];
    return digits === undefined ? fail(`could not parse "${key}"`) : Number(digits);
  };
  const typeText = declaration.slice(0, split).trim();
  const offsetBytes = number("offset");
  return {
    name,
    typeText,
    arrayLength: arrayLength(nameAndDimension, fail),
    offsetBytes,
    sizeBytes: number("size"),
    isSigned: number("signed") !== 0,
    isCommon: offsetBytes < COMMON_BYTES,
    isDataLoc: typeText.includes("__data_loc"),
  };
}

function arrayLength(nameAndDimension: string, fail: (reason: string) => never): number | undefined {
  const start = nameAndDimension.indexOf("[");
  if (start === -1) return undefined;
  const dimension = /^\[(\d*)\]$/.exec(nameAndDimension.slice(start));
  return dimension === null ? fail("could not parse array size") : Number(dimension[1]);
}
