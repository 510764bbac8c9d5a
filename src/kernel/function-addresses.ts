/** Where functions start that share a name, as far as they can be traced. */
import type { KernelFunctionAddress } from "../../codegen/facts.js";
import type { KernelFunctionSymbol } from "../symbols/index.js";
import { parseTraceableAddresses } from "./traceable-functions.js";

/** A call of the tracer is at most so far behind the start of a function: some begin with a mark for indirect calls. */
const LARGEST_DISTANCE = 16n;

/** @param traceable - the text of `available_filter_functions_addrs`, which kernels have from 6.5 on */
export function functionAddresses(
  symbols: readonly KernelFunctionSymbol[],
  traceable: string | undefined,
  names: ReadonlySet<string>,
): ReadonlyMap<string, readonly KernelFunctionAddress[]> {
  const places = traceable === undefined ? undefined : parseTraceableAddresses(traceable, names);
  const isTraceable = (address: bigint): boolean =>
    places?.some((place) => place >= address && place - address < LARGEST_DISTANCE) ?? true;
  const found = new Map<string, KernelFunctionAddress[]>();
  for (const { name, module, address } of symbols) {
    if (!isTraceable(address)) continue;
    const known = found.get(name);
    if (known === undefined) found.set(name, [{ module, address }]);
    else known.push({ module, address });
  }
  return found;
}
