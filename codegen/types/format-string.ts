/** The format strings of `printf` and its family (stdlib.md 5): parsed here, rendered in `src/output`. */

export interface FormatSpecifier {
  readonly kind: "specifier";
  readonly flags: { readonly left: boolean; readonly plus: boolean; readonly alternate: boolean; readonly zero: boolean };
  readonly width: number;
  /** `hh`, `h`, `l`, `ll`, `j`, `z`, `t`; any other run counts as none. */
  readonly modifier: string;
  /** `d`, `s`, `rx`, `gr` … also those that no value can be printed with (`f`). */
  readonly conversion: string;
}

export type FormatPart = { readonly kind: "text"; readonly text: string } | FormatSpecifier;

const SPECIFIER = /%(-?)(\+?)( ?)(#?)(0?)([0-9]+|\*)?(?:\.(?:[0-9]*|\*))?([hlLjzt]*)(gr|rh|rx|[diouxXeEfFgGaAcspnr%])/g;

/** Text that does not match the grammar is literal; `%%` is a percent sign. */
export function parseFormat(format: string): readonly FormatPart[] {
  const parts: FormatPart[] = [];
  let text = "";
  let end = 0;
  for (const found of format.matchAll(SPECIFIER)) {
    const [whole, left, plus, , alternate, zero, width, modifier, conversion] = found;
    text += format.slice(end, found.index);
    end = found.index + whole.length;
    if (conversion === "%") {
      text += "%";
      continue;
    }
    if (text !== "") parts.push({ kind: "text", text });
    text = "";
    parts.push({
      kind: "specifier",
      flags: { left: left !== "", plus: plus !== "", alternate: alternate !== "", zero: zero !== "" },
      width: width === undefined || width === "*" ? 0 : Number(width),
      modifier: modifier ?? "",
      conversion: conversion ?? "",
    });
  }
  text += format.slice(end);
  if (text !== "") parts.push({ kind: "text", text });
  return parts;
}

export const specifiersOf = (format: string): readonly FormatSpecifier[] =>
  parseFormat(format).filter((part) => part.kind === "specifier");
