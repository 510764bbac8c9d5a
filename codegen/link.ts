/** The last stage: programs to bytes, and all of it to one plain object. */
import type { TypedProgram } from "./analysis/typed-program.js";
import type { Built } from "./back-end.js";
import { emitDebugInfo, type GeneratedProgram } from "./bpf/index.js";
import { BtfBuilder } from "./btf/index.js";
import type { IrProgram } from "./ir/ir.js";
import type { LoweredProgram } from "./lower/index.js";
import { mapTypes } from "./map-btf.js";
import type { Attachment, BpfMap, BpfObject, BpfProgram, ScriptMap } from "./object.js";

export function link({ lowered, ir, generated }: Built, typed: TypedProgram): BpfObject {
  const { module } = lowered;
  const btf = new BtfBuilder();
  const programs = lowered.programs.flatMap((program, i) => {
    const [optimized, code] = [ir[i], generated[i]];
    return optimized === undefined || code === undefined ? [] : [encode(program, optimized, code, btf)];
  });
  return {
    maps: withTypes(module.maps, module.scriptMaps, btf),
    programs,
    btf: btf.encode(),
    events: module.events,
    strings: module.strings,
    attachments: lowered.programs.flatMap((program, i) => attachmentsOf(program, i)),
    scriptMaps: module.scriptMaps,
    ringBuffer: module.ringBufferIfUsed,
    lossCounters: module.lossCountersIfUsed,
    lateEvents: module.lateEventsIfUsed,
    runStart: module.runStartIfUsed,
    bootToTai: module.bootToTaiIfUsed,
    warnings: module.warnings,
    license: typed.config.license,
  };
}

function encode(
  { probe, name }: LoweredProgram,
  ir: IrProgram,
  generated: GeneratedProgram,
  btf: BtfBuilder,
): BpfProgram {
  return {
    name,
    probeName: probe.points[0]?.name ?? probe.context.provider,
    type: probe.context.programType,
    schedule: probe.context.schedule,
    expectedAttach: probe.context.expectedAttach,
    code: generated.code,
    relocations: generated.relocations,
    ...emitDebugInfo(ir, generated, btf),
    lines: generated.lines,
  };
}

/** A point is only ever handed to the provider that made it, so its type may be forgotten in between. */
const attachmentsOf = ({ probe }: LoweredProgram, program: number): readonly Attachment[] =>
  probe.points.map(
    ({ provider, point, name, attachTo, trouble, firstSite }) =>
      ({ provider, point, program, name, attachTo, trouble, firstSite }) as Attachment,
  );

function withTypes(maps: readonly BpfMap[], scriptMaps: readonly ScriptMap[], btf: BtfBuilder): readonly BpfMap[] {
  const typed = [...maps];
  for (const script of scriptMaps) {
    const map = typed[script.map];
    if (map !== undefined) typed[script.map] = { ...map, ...mapTypes(script, map, btf) };
  }
  return typed;
}
