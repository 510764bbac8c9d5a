import type { Attachment, BpfObject, Schedule } from "../../codegen/object.js";

/** Leaves out all other probes, and their programs. Undefined when nothing is left. */
export function keepProbes(
  object: BpfObject,
  isKept: (attachment: Attachment, schedule: Schedule) => boolean,
): BpfObject | undefined {
  const kept = object.attachments.filter((attachment) => {
    const schedule = object.programs[attachment.program]?.schedule;
    return schedule !== undefined && isKept(attachment, schedule);
  });
  if (kept.length === 0) return undefined;
  const ofArrays = object.programArrays.flatMap(({ arrays }) => arrays.flatMap(({ programs }) => programs));
  const targets = [
    ...kept.flatMap((own) => (own.slot === undefined ? [own] : [own, own.slot])),
    ...ofArrays.filter((program) => program !== undefined),
  ];
  const used = object.programs.map((_, program) => {
    const loads = targets.filter((target) => target.program === program).map(({ load }) => load);
    return [...new Set(loads)].sort((a, b) => a - b);
  });
  const programs = used.flatMap((loads, program) => (loads.length > 0 ? [program] : []));
  const renumbered = <T extends { readonly program: number; readonly load: number }>(target: T): T => ({
    ...target,
    program: programs.indexOf(target.program),
    load: used[target.program]?.indexOf(target.load) ?? 0,
  });
  return {
    ...object,
    programs: programs.flatMap((index) => {
      const program = object.programs[index];
      return program === undefined
        ? []
        : [{ ...program, loads: (used[index] ?? []).flatMap((i) => program.loads[i] ?? []) }];
    }),
    attachments: kept.map((attachment) => ({
      ...renumbered(attachment),
      slot: attachment.slot && renumbered(attachment.slot),
    })),
    programArrays: object.programArrays.map((array) => ({
      ...array,
      arrays: array.arrays.map(({ programs, ...maps }) => ({
        ...maps,
        programs: programs.map((program) => program && renumbered(program)),
      })),
    })),
  };
}
