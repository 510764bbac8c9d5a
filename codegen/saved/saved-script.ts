/**
 * A compiled script as a file, and as what `save()` of the TypeScript interface gives:
 *
 *     0      8        10       12       16        20
 *     | magic | format | 0x0201 | length | checksum | payload … |
 *
 * All numbers are little-endian: those in the programs are, too, and the second word says so. The payload begins with the
 * version of tsbt, in all formats; nothing is read of what another version has written.
 */
import type { Severity, Span } from "../../grammar/index.js";
import type { Config } from "../config.js";
import type { Architecture } from "../facts.js";
import type { BpfObject } from "../object.js";
import type { Language } from "../language/language.js";
import { checkObject } from "./check-object.js";
import {
  bool,
  cString,
  type Codec,
  count,
  list,
  optional,
  parts,
  Reader,
  record,
  text,
  u32,
  word,
  Writer,
} from "../codec/index.js";
import { config } from "./config.js";
import { SavedError } from "../codec/index.js";
import { bpfObject } from "./object-codec.js";
import { span } from "./spans.js";

/** Byte strings all. */
export interface SavedScript {
  readonly arch: Architecture;
  readonly kernel: KernelIdentity;
  /** Whoever asked was allowed to try what the kernel can do; otherwise that was guessed by its version. */
  readonly isCertain: boolean;
  /** What was asked about the kernel and this machine, and answered, while the script was compiled. */
  readonly facts: readonly SavedFact[];
  /** Files in which there are probes, or which were looked into. */
  readonly files: readonly FileStamp[];
  /** What was compiled in; a run cannot change it. */
  readonly target: SavedTarget;
  readonly warnsOfReads: boolean;
  /** What it needs `--unsafe` for, in words. */
  readonly unsafe: readonly string[];
  readonly warnings: readonly SavedWarning[];
  readonly config: Config;
  readonly object: BpfObject;
}

export interface KernelIdentity {
  /** As `uname -r` and `uname -v` print them. */
  readonly release: string;
  /** Undefined: it is not known beyond its release. */
  readonly build: string | undefined;
  /** Of its image. */
  readonly buildId: string | undefined;
}

/** A method of `KernelFacts`, its arguments and its answer as text, which may be shortened to a checksum. */
export interface SavedFact {
  readonly question: string;
  readonly args: string;
  readonly answer: string;
}

export interface FileStamp {
  readonly path: string;
  readonly bytes: number;
  readonly modifiedNs: string;
  readonly buildId: string | undefined;
}

/** The process that is traced: it is said when the script is run, or it was when it was compiled. */
export type SavedTarget = { readonly pid: number | undefined };

/** A diagnostic of the compiler. */
export interface SavedWarning {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly span: Span | undefined;
  readonly hints: readonly string[];
  readonly contexts: readonly { readonly message: string; readonly span: Span }[];
}

export const MAGIC = "\x7fTSBT\r\n\x1a";
const FORMAT = 1;
const BYTE_ORDER = 0x0102;
const HEADER_BYTES = 20;

/** Of a file's beginning: a byte string. */
export const isSaved = (start: string): boolean => start.startsWith(MAGIC);

export function encodeScript(script: SavedScript, version: string, language: Language): Uint8Array {
  const to = new Writer();
  text.write(to, version);
  savedScript(language).write(to, script);
  const payload = to.bytes;
  const file = new Uint8Array(HEADER_BYTES + payload.length);
  const view = new DataView(file.buffer);
  for (let i = 0; i < MAGIC.length; i++) file[i] = MAGIC.charCodeAt(i);
  view.setUint16(8, FORMAT, true);
  view.setUint16(10, BYTE_ORDER, true);
  view.setUint32(12, payload.length, true);
  view.setUint32(16, checksum(payload), true);
  file.set(payload, HEADER_BYTES);
  return file;
}

/** It is whole, but another version has made it. */
export class OtherVersionError extends SavedError {
  readonly version: string;

  constructor(version: string, own: string) {
    super(`it was made by tsbt ${version}, and this is tsbt ${own}`);
    this.version = version;
  }
}

/** @throws {@link SavedError} whatever is wrong with the bytes */
export function decodeScript(bytes: Uint8Array, version: string, language: Language): SavedScript {
  const from = openPayload(bytes);
  from.part = "version";
  const made = text.read(from);
  if (made !== version) throw new OtherVersionError(made, version);
  const { format } = headerOf(bytes);
  if (format !== FORMAT) throw new SavedError(`its format ${format} is none that this tsbt reads`);
  const script = savedScript(language).read(from);
  from.part = "";
  if (from.left > 0) from.fail("there is more than there should be");
  checkObject(script.object, language);
  return script;
}

function openPayload(bytes: Uint8Array): Reader {
  if (bytes.length < HEADER_BYTES) throw new SavedError("it ends too early", bytes.length);
  if (!isSaved(String.fromCharCode(...bytes.subarray(0, MAGIC.length))))
    throw new SavedError("it does not begin as one does", 0);
  const { byteOrder, length, sum } = headerOf(bytes);
  if (byteOrder !== BYTE_ORDER) throw new SavedError("it is for a machine with another order of bytes", 10);
  const left = bytes.length - HEADER_BYTES;
  if (length > left) throw new SavedError(`it ends too early: ${length - left} bytes are missing`, bytes.length);
  if (length < left) throw new SavedError("there is more than there should be", HEADER_BYTES + length);
  if (checksum(bytes.subarray(HEADER_BYTES)) !== sum)
    throw new SavedError("it has been changed: its checksum is wrong");
  return new Reader(bytes, HEADER_BYTES);
}

function headerOf(bytes: Uint8Array): {
  readonly format: number;
  readonly byteOrder: number;
  readonly length: number;
  readonly sum: number;
} {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    format: view.getUint16(8, true),
    byteOrder: view.getUint16(10, true),
    length: view.getUint32(12, true),
    sum: view.getUint32(16, true),
  };
}

/**
 * Of what has been damaged, not of what has been forged. Each step is one to one in both of its arguments, so that one
 * word that is changed is always found out.
 */
export function checksum(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = bytes.length >>> 2;
  let sum = bytes.length;
  for (let i = 0; i < words; i++) sum = mixed(sum ^ view.getInt32(4 * i, true));
  for (let i = 4 * words; i < bytes.length; i++) sum = mixed(sum ^ (bytes[i] ?? 0));
  return sum >>> 0;
}

/** A product with an odd number, and a turn. */
function mixed(value: number): number {
  const product = Math.imul(value, 0x9e37_79b1);
  return (product << 15) | (product >>> 17);
}

// ---------------------------------------------------------------- its parts

const kernel = record<KernelIdentity>({ release: text, build: optional(text), buildId: optional(text) });

const fact = record<SavedFact>({ question: text, args: text, answer: text });

const stamp = record<FileStamp>({ path: cString, bytes: count, modifiedNs: text, buildId: optional(text) });

const warning = record<SavedWarning>({
  code: text,
  severity: word("error", "warning"),
  message: text,
  span: optional(span),
  hints: list(text),
  contexts: list(record<SavedWarning["contexts"][number]>({ message: text, span })),
});

const savedScript = (language: Language): Codec<SavedScript> =>
  parts<SavedScript>(
    {
      arch: word("x86_64", "aarch64"),
      kernel,
      isCertain: bool,
      facts: list(fact),
      files: list(stamp),
      target: record<SavedTarget>({ pid: optional(u32) }),
      warnsOfReads: bool,
      unsafe: list(text),
      warnings: list(warning),
      config,
      object: bpfObject(language),
    },
    { arch: "architecture", config: "settings", files: "list of files", object: "programs" },
  );
