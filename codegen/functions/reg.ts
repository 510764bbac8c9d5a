import { type Call, didYouMean, suggestion } from "../../grammar/index.js";
import type { Architecture } from "../facts.js";
import { scalar } from "../language/lowering.js";
import { ARCHITECTURE_NAMES, isRegister, registerNames, registerOffset } from "../kernel/pt-regs.js";
import { int } from "../types/type.js";
import { type CallCheck, defineFunction } from "../language/function.js";

export const reg = defineFunction({
  name: "reg",
  doc: {
    summary: "A register of what the probe has stopped.",
    example: 'profile:hz:99 { @[reg("ip")] = count(); }',
  },
  params: [{ name: "name", kind: "literal", accepts: ["string"] }],
  result: ({ context }) => int(8, false, context.space),
  check: checkRegister,
  lower: (cx, call) => scalar(cx.b.load(cx.contextPointer(), registerOffset(cx.facts.arch, nameIn(call)), 8)),
});

function checkRegister({ call, context, facts, bag }: CallCheck): void {
  if (!context.hasRegisters) {
    return bag.error("function-probe-type", call.span, { name: call.name, probeType: context.provider });
  }
  const name = nameIn(call);
  if (isRegister(facts.arch, name)) return;
  const help = () => ({ hints: similarRegister(name, facts.arch) });
  bag.error("register-unknown", call.span, { name, arch: ARCHITECTURE_NAMES[facts.arch] }, { help });
}

/** The kernel has `ax` for what assemblers call `rax` and `eax`, and `flags` for `eflags`. */
function similarRegister(name: string, arch: Architecture): readonly string[] {
  const names = registerNames(arch);
  const bare = name.toLowerCase().replace(/^[%$]/, "");
  const whole = [bare, bare.slice(1)].filter((short) => names.includes(short));
  return whole.length > 0 ? suggestion(whole.slice(0, 1)) : didYouMean(name, names);
}

const nameIn = ({ args: [name] }: Call): string => (name?.kind === "string" ? name.value : "");
