/** Literals as they are written. */
import { readInteger } from "../literals.js";

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["\n", "\\n"],
  ["\t", "\\t"],
  ["\r", "\\r"],
  ['"', '\\"'],
  ["\\", "\\\\"],
]);

/** Whole characters beyond ASCII, which stay as they are, or single bytes that may not. */
const SPECIAL = /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}|[^ !#-[\]-~]/g;

const escape = (found: string): string =>
  found.length > 1 ? found : (ESCAPES.get(found) ?? `\\x${found.charCodeAt(0).toString(16).padStart(2, "0")}`);

/** A string literal for the bytes. */
export const quote = (value: string): string => `"${value.replace(SPECIAL, escape)}"`;

/** The spelling in the source when it means this value, or plain digits. */
export const spellInteger = (value: bigint, source: string | undefined): string =>
  source !== undefined && /^[0-9]/.test(source) && readInteger(source) === value ? source : value.toString();
