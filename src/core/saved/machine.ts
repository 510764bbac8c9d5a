/** Whether a compiled script may run here: what it relied on when it was compiled must be so. */
import type { KernelFacts } from "../../../codegen/facts.js";
import type { KernelIdentity, SavedFact, SavedScript } from "../../../codegen/saved/index.js";
import { changeOf } from "./file-stamps.js";
import { argsOf, askAgain, questionOf } from "./relied-facts.js";

/** @returns what is otherwise here than where it was compiled, in words; nothing: it may run */
export function differences(script: SavedScript, facts: KernelFacts, here: KernelIdentity): readonly string[] {
  if (script.arch !== facts.arch) return [`it was compiled for ${script.arch}, and this machine is ${facts.arch}`];
  const isSameKernel = isSame(script.kernel, here);
  const found: string[] = [];
  for (const fact of script.facts) {
    const question = questionOf(fact.question);
    const isSettled = isSameKernel && question?.stays === true && !(question.isTried && !script.isCertain);
    if (isSettled) continue;
    const difference = differenceIn(fact, facts, isSameKernel);
    if (difference !== undefined) found.push(difference);
  }
  for (const stamp of script.files) {
    const change = changeOf(stamp);
    if (change !== undefined) found.push(`${stamp.path} ${change}`);
  }
  if (found.length > 0 && !isSameKernel)
    found.unshift(`it was compiled for ${kernelText(script.kernel)}, and this is ${kernelText(here)}`);
  return found;
}

function differenceIn(fact: SavedFact, facts: KernelFacts, isSameKernel: boolean): string | undefined {
  const about = questionOf(fact.question)?.about(argsOf(fact.args) ?? []) ?? fact.question;
  // Offsets and numbers of types are those of one build.
  if (fact.question === "btf" && !isSameKernel) return `${about}: those of another kernel were compiled in`;
  const answer = askAgain(fact, facts);
  if (answer === fact.answer) return undefined;
  if (answer === undefined || isChecksum(answer) || isChecksum(fact.answer)) return `${about}: something else here`;
  return `${about}: ${fact.answer} then, ${answer} here`;
}

const isChecksum = (answer: string): boolean => answer.startsWith("#");

/** Of what one of them does not say nothing is different. */
function isSame(a: KernelIdentity, b: KernelIdentity): boolean {
  const agree = (x: string | undefined, y: string | undefined): boolean =>
    x === undefined || y === undefined || x === y;
  return a.release === b.release && agree(a.build, b.build) && agree(a.buildId, b.buildId);
}

const kernelText = ({ release, build, buildId }: KernelIdentity): string =>
  [`Linux ${release}`, build, buildId && `(build id ${buildId.slice(0, 12)})`].filter(Boolean).join(" ");
