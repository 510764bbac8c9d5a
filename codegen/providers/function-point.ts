/** `FUNC`, `FUNC+OFFSET` and addresses, as kprobes and uprobes have them. */
import { type DiagnosticBag, parseIntegerText } from "../../grammar/index.js";
import { marked, type Parts } from "../language/provider.js";

export type FunctionTarget =
  | { readonly kind: "symbol"; readonly symbol: string; readonly offset: bigint }
  | { readonly kind: "address"; readonly address: bigint };

/** Reports and returns undefined when the text is neither. */
export function parseFunction(
  text: string,
  isQuoted: boolean,
  parts: Parts,
  bag: DiagnosticBag,
): FunctionTarget | undefined {
  if (!isQuoted && /^[0-9]/.test(text)) {
    const address = parseIntegerText(text);
    if (typeof address === "bigint") return { kind: "address", address };
    bag.error("invalid-offset", parts.span, { error: address.error }, marked(parts.all.at(-1)));
    return undefined;
  }
  const pieces = text.split("+");
  const [symbol = "", offset] = pieces;
  if (pieces.length > 2) return refuse(() => bag.error("several-offsets", parts.span, {}, marked(parts.all.at(-1))));
  if (offset === undefined) return { kind: "symbol", symbol, offset: 0n };
  if (symbol === "" || offset === "")
    return refuse(() => bag.error("invalid-offset", parts.span, { error: "" }, marked(parts.all.at(-1))));
  const value = parseIntegerText(offset);
  if (typeof value === "bigint") return { kind: "symbol", symbol, offset: value };
  bag.error("invalid-offset", parts.span, { error: value.error }, marked(parts.all.at(-1)));
  return undefined;
}

/** As canonical names have it. */
export const targetText = (target: FunctionTarget): string =>
  target.kind === "address"
    ? `${target.address}`
    : target.offset === 0n
      ? target.symbol
      : `${target.symbol}+${target.offset}`;

/** Reports, and is the `undefined` that a parser returns then. */
export function refuse(report: () => void): undefined {
  report();
  return undefined;
}
