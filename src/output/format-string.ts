/** The format strings of `printf` and its relatives, cut into pieces (stdlib.md 5). */

export interface FormatSpec {
  readonly isLeft: boolean;
  readonly hasPlus: boolean;
  readonly isAlternate: boolean;
  readonly fill: " " | "0";
  readonly width: number;
  /** The run of `hlLjzt` as written. */
  readonly length: string;
  readonly conversion: string;
}

/** `literals[0] specs[0] literals[1] specs[1] …`: one literal more than there are specs. */
export interface FormatString {
  readonly literals: readonly string[];
  readonly specs: readonly FormatSpec[];
}

const SPEC = /%(-?)(\+?) ?(#?)(0?)(\d+|\*)?(?:\.(?:\d+|\*)?)?([hlLjzt]*)(rx|rh|r|gr|[diouxXeEfFgGaAcspn%])/g;

/** What does not match stays as it is written; precision, `*` and the blank flag are parsed and ignored. */
export function parseFormat(text: string): FormatString {
  const literals: string[] = [];
  const specs: FormatSpec[] = [];
  let literal = "";
  let end = 0;
  for (const match of text.matchAll(SPEC)) {
    const [whole, left, plus, alternate, zero, width, length, conversion] = match;
    literal += text.slice(end, match.index);
    end = match.index + whole.length;
    if (conversion === "%") {
      literal += "%";
      continue;
    }
    literals.push(literal);
    literal = "";
    specs.push({
      isLeft: left !== "",
      hasPlus: plus !== "",
      isAlternate: alternate !== "",
      fill: zero === "" ? " " : "0",
      width: width === undefined || width === "*" ? 0 : Number(width),
      length: length ?? "",
      conversion: conversion ?? "",
    });
  }
  literals.push(literal + text.slice(end));
  return { literals, specs };
}
