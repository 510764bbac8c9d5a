import type { KernelFacts } from "../../../codegen/facts.js";
import type { Language } from "../../../codegen/language/language.js";
import type { BpfObject } from "../../../codegen/object.js";
import { messageOf } from "../../../grammar/index.js";

/**
 * What speaks against the places of a compiled script's probes, in words. They are looked at as those of a script are:
 * a probe in the middle of an instruction breaks the program that runs it, whoever has said that one starts there.
 */
export function refusedPlaces(
  { attachments }: BpfObject,
  {
    language,
    facts,
    isUnsafe,
  }: { readonly language: Language; readonly facts: KernelFacts; readonly isUnsafe: boolean },
): readonly string[] {
  return attachments.flatMap(({ provider, point }) => {
    const notice = language.providers.get(provider)?.objectionTo?.(point, facts, isUnsafe);
    return notice === undefined ? [] : [messageOf(notice.code, notice.args)];
  });
}
