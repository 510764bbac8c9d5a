/** Names of programs. */
import { context, type DiagnosticBag, type Prog } from "../../../grammar/index.js";
import { builtinNamed, type Language } from "../../language/language.js";

export function checkPrograms(programs: readonly Prog[], language: Language, bag: DiagnosticBag): void {
  const known = new Map<string, Prog>();
  for (const prog of programs) {
    const { name, nameSpan } = prog;
    const other = known.get(name);
    if (other !== undefined) {
      const contexts = [context("program-original", other.nameSpan, {})];
      bag.error("program-redefined", nameSpan, { name }, { contexts });
    } else if (builtinNamed(language, name) !== undefined) bag.error("program-name", nameSpan, { name });
    known.set(name, other ?? prog);
  }
}
