import { type Call, didYouMean } from "../../grammar/index.js";
import { scalar } from "../language/lowering.js";
import { int } from "../types/type.js";
import { defineFunction } from "../language/function.js";

export const kaddr = defineFunction({
  name: "kaddr",
  doc: {
    summary: "Address of a symbol of the kernel.",
    example: 'BEGIN { printf("%p\\n", kaddr("_stext")); exit(); }',
  },
  params: [{ name: "symbol", kind: "literal", accepts: ["string"] }],
  result: int(8, false, "kernel"),
  check: ({ call, facts, bag }) => {
    const symbol = symbolIn(call);
    if (facts.kernelSymbolAddress(symbol) === undefined) {
      const help = () => ({ hints: didYouMean(symbol, facts.kernelSymbolNames()) });
      bag.error("kaddr-unresolved", call.span, { symbol }, { mark: call.args[0]?.span, help });
    }
  },
  lower: (cx, call) => scalar(cx.b.int(cx.facts.kernelSymbolAddress(symbolIn(call)) ?? 0n)),
});

const symbolIn = ({ args: [symbol] }: Call): string => (symbol?.kind === "string" ? symbol.value : "");
