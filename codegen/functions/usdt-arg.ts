import { checkPlaces, placedArgument } from "../vocabulary/placed-argument.js";
import type { Value } from "../ir/ir.js";
import { type Lowering, scalar } from "../language/lowering.js";
import { int } from "../types/type.js";
import { type CallCheck, defineFunction, firstArgument } from "../language/function.js";

export const usdtArg = defineFunction({
  name: "usdt_arg",
  isMacro: true,
  doc: { summary: "An argument of a USDT probe, by its number.", example: undefined },
  params: [{ name: "number", kind: "value", accepts: ["int"] }],
  result: int(8, true, "user"),
  check,
  lower: (cx, call) => {
    const number = cx.literal(call, 0);
    if (typeof number === "bigint") return scalar(placedArgument(cx, asIndex(number), call.span));
    return scalar(argumentOf(cx, cx.value(firstArgument(call)), (i) => placedArgument(cx, i, call.span)));
  },
});

/** None has so many that numbers beyond would matter. */
const asIndex = (number: bigint): number => Number(BigInt.asUintN(32, number));

function check({ call, context, literal, bag }: CallCheck): void {
  const { name, span } = call;
  if (context.hasArgN !== "sites") {
    return bag.error("function-probe-type", span, { name, probeType: context.provider });
  }
  const number = literal(0);
  if (typeof number === "bigint") checkPlaces(context, asIndex(number), { name: `${name}(${number})`, span }, bag);
}

/** Of a number that only the program knows. */
function argumentOf(cx: Lowering, number: Value, argument: (index: number) => Value): Value {
  const { b } = cx;
  const count = Math.max(0, ...cx.context.argumentSites().map(({ args }) => args.length));
  let chosen = b.int(0);
  for (let i = 0; i < count; i++) {
    const [other, value] = [chosen, argument(i)];
    chosen = b.choose("eq", number, b.int(i), { then: () => value, otherwise: () => other });
  }
  return chosen;
}
