/** The grammar of printf formats (stdlib.md 5): what the checker counts and what user space renders. */

export interface Specifier {
  readonly kind: "specifier";
  /** `-`, `+`, space, `#`, `0`, in this order. */
  readonly flags: string;
  /** Digits or `*`, which is ignored. */
  readonly width: string;
  /** Digits or `*`; it changes nothing. */
  readonly precision: string;
  /** A run of `h l L j z t`. */
  readonly length: string;
  readonly conversion: string;
}

export type FormatPart = { readonly kind: "text"; readonly text: string } | Specifier;

/** More columns than any screen has; all values of a call at this width are still a text of moderate size. */
export const MAX_WIDTH = 65_535;

const SPECIFIER = /%(-?\+? ?#?0?)([0-9]*|\*)(?:\.([0-9]+|\*))?([hlLjzt]*)(r[hx]|gr|[diouxXeEfFgGaAcspnr%])/g;

/** In order. What does not match a specifier is text; `%%` is a percent sign. */
export function parseFormat(format: string): readonly FormatPart[] {
  const parts: FormatPart[] = [];
  let text = "";
  let end = 0;
  for (const match of format.matchAll(SPECIFIER)) {
    text += format.slice(end, match.index);
    end = match.index + match[0].length;
    const [, flags = "", width = "", precision = "", length = "", conversion = ""] = match;
    if (conversion === "%") {
      text += "%";
      continue;
    }
    if (text !== "") parts.push({ kind: "text", text });
    text = "";
    parts.push({ kind: "specifier", flags, width, precision, length, conversion });
  }
  text += format.slice(end);
  if (text !== "") parts.push({ kind: "text", text });
  return parts;
}

/** What takes a value. */
export const specifiersOf = (format: string): readonly Specifier[] =>
  parseFormat(format).filter((part) => part.kind === "specifier");
