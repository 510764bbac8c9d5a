import { didYouMean } from "../../grammar/index.js";
import type { Value } from "../ir/ir.js";
import { type Lowering, scalar } from "../language/lowering.js";
import { int } from "../types/type.js";
import { type CallCheck, defineFunction } from "../language/function.js";

export const percpuKaddr = defineFunction({
  name: "percpu_kaddr",
  doc: {
    summary: "Address of a per-CPU variable of the kernel, on this or on another CPU; 0 where there is no such CPU.",
    example: undefined,
  },
  params: [
    { name: "variable", kind: "literal", accepts: ["string"] },
    { name: "cpu", kind: "value", accepts: ["int"], isOptional: true },
  ],
  result: int(8, false, "kernel"),
  check: checkVariable,
  lower: (cx, call) => {
    const [, cpu] = call.args;
    const number = cpu === undefined ? cx.b.call("get_smp_processor_id", []) : cx.value(cpu);
    return scalar(addressOn(cx, number, cx.facts.kernelSymbolAddress(String(cx.literal(call, 0))) ?? 0n));
  },
});

/** Where each CPU's copies of all such variables are, from the address that the variable is linked to. */
const OFFSETS = "__per_cpu_offset";
const ADDRESS_BYTES = 8;

function checkVariable({ call, literal, facts, bag }: CallCheck): void {
  const variable = String(literal(0));
  if (facts.btf?.find("var", variable) === undefined) {
    const help = () => ({ hints: didYouMean(variable, facts.btf?.namesOf("var") ?? []) });
    return bag.error("percpu-variable", call.span, { variable }, { mark: call.args[0]?.span, help });
  }
  for (const symbol of [variable, OFFSETS]) {
    if (facts.kernelSymbolAddress(symbol) === undefined) return bag.error("kaddr-unresolved", call.span, { symbol });
  }
}

function addressOn(cx: Lowering, cpu: Value, variable: bigint): Value {
  const { b } = cx;
  const offsets = cx.facts.kernelSymbolAddress(OFFSETS) ?? 0n;
  const place = cx.temporary(ADDRESS_BYTES, 8, "per-cpu offset");
  return b.choose("ult", cpu, b.int(cx.facts.possibleCpus), {
    then: () => {
      const from = b.add(b.alu("mul", cpu, b.int(ADDRESS_BYTES)), b.int(offsets));
      b.zero(place.base, place.offset, ADDRESS_BYTES, place.align);
      b.call("probe_read_kernel", [cx.addressOf(place), b.int(ADDRESS_BYTES), from]);
      return b.add(b.load(place.base, place.offset, ADDRESS_BYTES), b.int(variable));
    },
    otherwise: () => b.int(0),
  });
}
