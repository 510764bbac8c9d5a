import { didYouMean } from "../../grammar/index.js";
import { perSite } from "../vocabulary/per-site.js";
import type { Value } from "../ir/ir.js";
import { type Lowering, scalar } from "../language/lowering.js";
import { int, pointer, type Type } from "../types/type.js";
import { functionAddress } from "../vocabulary/function-address.js";
import { type CallCheck, defineFunction } from "../language/function.js";

export const uaddr = defineFunction({
  name: "uaddr",
  isMacro: true,
  doc: {
    summary: "Address of a symbol of the file that a user-space probe is on, in the process that it has stopped.",
    example: undefined,
  },
  params: [{ name: "symbol", kind: "value" }],
  result: ({ literal, context }) => {
    const name = literal(0);
    const symbol = typeof name === "string" ? context.target?.executable.symbol(name) : undefined;
    return pointer(pointee(symbol?.bytes ?? 0n), "user");
  },
  check: checkSymbol,
  lower: (cx, call) => scalar(addressOf(cx, String(cx.literal(call, 0)))),
});

const pointee = (bytes: bigint): Type => int(bytes === 1n ? 1 : bytes === 2n ? 2 : bytes === 4n ? 4 : 8, true);

const NAME = /^[a-zA-Z0-9./_-]+$/;
/** The name that messages have for it. */
const BUILTIN = "__builtin_uaddr";

function checkSymbol({ call, context, literal, bag }: CallCheck): void {
  const { span } = call;
  if (!context.allows.includes("uaddr")) {
    return bag.error("function-probe-type", span, { name: BUILTIN, probeType: context.provider });
  }
  const symbol = literal(0);
  if (typeof symbol !== "string") return bag.error("uaddr-literal", span, { name: BUILTIN });
  if (!NAME.test(symbol)) return bag.error("uaddr-name", span, { name: BUILTIN, symbol });
  const executable = context.target?.executable;
  if (executable?.symbol(symbol) !== undefined) return;
  const help = () => ({ hints: didYouMean(symbol, executable?.functions() ?? []) });
  bag.error("uaddr-unresolved", span, { symbol, path: executable?.path ?? "" }, { mark: call.args[0]?.span, help });
}

/**
 * As far from the probed instruction as in the file: where that is in the process is known to the kernel, so nobody has
 * to look for the file among the process's mappings. 0 where the kernel does not know (uretprobes before 6.6).
 */
function addressOf(cx: Lowering, name: string): Value {
  const { b } = cx;
  const { target, retval } = cx.context;
  const address = target?.executable.symbol(name)?.address;
  if (target === undefined || address === undefined) throw new Error(`the symbol ${name} is gone`);
  if (target.executable.isAtFixedAddress()) return b.int(address);
  const probed = functionAddress(cx);
  const found = (): Value => b.add(probed, distanceTo(cx, address, target.address));
  return retval !== undefined ? b.choose("eq", probed, b.int(0), { then: () => probed, otherwise: found }) : found();
}

/** From the instruction; each place of a probe has its own. */
const distanceTo = (cx: Lowering, address: bigint, probed: bigint): Value =>
  perSite(cx, `distance to ${address}`, {
    values: cx.context.hasArgN === "sites" ? cx.context.argumentSites().map((site) => site.address) : [probed],
    make: (instruction) => cx.b.int(address - instruction),
  });
