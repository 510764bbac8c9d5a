import { type CallCheck, firstArgument } from "../../language/function.js";

const ADDRESSES: ReadonlySet<string> = new Set(["int", "enum", "pointer"]);

/** The argument of `ksym()` and `usym()`. */
export function checkAddress({ call, typeOf, bag }: CallCheck): void {
  if (!ADDRESSES.has(typeOf(firstArgument(call)).kind)) bag.error("symbol-argument", call.span, { name: call.name });
}
