/** Names and offsets without dates, such as `MEZ-1MESZ`: they take the dates of the file `posixrules`, whose own names do not count. */
import type { Zone } from "./zone.js";
import { parsePosixRules, type PosixRules, PosixZone } from "./posix-zone.js";
import { FileZone, type Transition, type TransitionType, type ZoneFile } from "./tzif.js";

/** Undefined when the file has no use. */
export function zoneOfDefaultRules(rules: PosixRules, file: ZoneFile): Zone | undefined {
  if (file.types.length < 2) return undefined;
  const standard = typeOf(rules.standard, false);
  const summer = typeOf(rules.summer, true);
  const transitions = shifted(file.transitions, standard, summer);
  const { begin, end } = parsePosixRules(file.rules);
  const afterwards = new PosixZone({ ...rules, begin, end });
  return new FileZone({ transitions, types: [standard, summer], leaps: file.leaps, rules: "" }, afterwards);
}

const typeOf = ({ seconds, name }: PosixRules["standard"], isSummer: boolean): TransitionType => ({
  seconds,
  isSummer,
  name,
  isToldInStandard: false,
  isToldInUtc: false,
});

/** The C library means the same local time, and shifts to the wrong side; whoever compares with it sees what it does. */
function shifted(transitions: readonly Transition[], standard: TransitionType, summer: TransitionType): Transition[] {
  const ofFile = transitions.findLast(({ type }) => !type.isSummer)?.type.seconds ?? 0;
  let wasSummer = false;
  return transitions.map(({ at, type }) => {
    const isToldInSummerTime = wasSummer && !type.isToldInStandard;
    const shift = type.isToldInUtc ? 0 : isToldInSummerTime ? summer.seconds : standard.seconds - ofFile;
    wasSummer = type.isSummer;
    return { at: at + shift, type: type.isSummer ? summer : standard };
  });
}
