/** Where the caller's stack ended, from the middle of a function: debuggers count places in frames from there. */
import { RULE_KIND, type RuleKind, unpackRule, X86_64_UNWINDING } from "../../codegen/kernel/unwind-rules.js";
import type { ElfFile, FrameEnd } from "../symbols/index.js";
import { rulesOf } from "./call-frames.js";
import { frameSections } from "./frame-sections.js";

const EM_X86_64 = 62;

/** Reads what a file has of it once. It gives undefined where that is nothing, or something that has to be computed. */
export function frameEndsOf(elf: ElfFile): (address: bigint) => FrameEnd | undefined {
  if (elf.machine !== EM_X86_64 || elf.class !== "elf64") return () => undefined;
  const ruleAt = rulesOf(frameSections(elf), X86_64_UNWINDING);
  return (address) => {
    const rule = ruleAt(Number(address));
    if (rule === undefined) return undefined;
    const { kind, cfaOffset } = unpackRule(rule);
    const register = BASES.get(kind);
    return register === undefined ? undefined : { register, offset: BigInt(cfaOffset) };
  };
}

const { sp, fp } = X86_64_UNWINDING.dwarf;
const BASES: ReadonlyMap<RuleKind, number> = new Map([
  [RULE_KIND.sp, sp],
  [RULE_KIND.fp, fp],
]);
