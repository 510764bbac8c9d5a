/** The last stage: programs to bytes, and all of it to one plain object. */
import type { TypedProgram } from "./analysis/typed-program.js";
import type { Built } from "./back-end.js";
import { emitDebugInfo, type GeneratedProgram } from "./bpf/index.js";
import { BtfBuilder } from "./btf/index.js";
import type { IrProgram } from "./ir/ir.js";
import type { LoweredProgram } from "./lower/index.js";
import { mapTypes } from "./map-btf.js";
import type { Attachment, BpfMap, BpfObject, BpfProgram, ProgramLoad, ScriptMap } from "./object.js";

export function link({ lowered, ir, generated }: Built, typed: TypedProgram): BpfObject {
  const { module } = lowered;
  const btf = new BtfBuilder();
  const programs: BpfProgram[] = [];
  const attachments: Attachment[] = [];
  for (const [i, program] of lowered.programs.entries()) {
    const [optimized, code] = [ir[i], generated[i]];
    if (optimized === undefined || code === undefined) continue;
    const { loads, loadOf } = loadsOf(program);
    attachments.push(...attachmentsOf(program, i, loadOf));
    programs.push(encode(program, loads, optimized, code, btf));
  }
  return {
    maps: withTypes(module.maps, module.scriptMaps, btf),
    programs,
    btf: btf.encode(),
    events: module.events,
    strings: module.strings,
    attachments,
    scriptMaps: module.scriptMaps,
    ringBuffer: module.ringBufferIfUsed,
    lossCounters: module.lossCountersIfUsed,
    warningCounts: module.warningCountsIfUsed,
    packets: module.packetsIfUsed,
    lateEvents: module.lateEventsIfUsed,
    runStart: module.runStartIfUsed,
    stopFlag: module.stopFlagIfUsed,
    bootToTai: module.bootToTaiIfUsed,
    warnings: module.warnings,
    license: typed.config.license,
  };
}

function encode(
  { probe, name }: LoweredProgram,
  loads: readonly ProgramLoad[],
  ir: IrProgram,
  generated: GeneratedProgram,
  btf: BtfBuilder,
): BpfProgram {
  return {
    name,
    probeName: probe.points[0]?.name ?? probe.context.provider,
    type: probe.context.programType,
    schedule: probe.context.schedule,
    loads,
    code: generated.code,
    relocations: generated.relocations,
    ...emitDebugInfo(ir, generated, btf),
    lines: generated.lines,
  };
}

/** As few as possible: points that the kernel need not tell apart share one. */
function loadsOf({ probe, asksForPoint }: LoweredProgram): {
  readonly loads: ProgramLoad[];
  readonly loadOf: number[];
} {
  const { points, plan } = probe;
  const loads: ProgramLoad[] = [];
  const known = new Map<string, number>();
  const loadOf = points.map(({ attachTo, firstSite }, i) => {
    const { name: way = "", isMulti = false, expectedAttach = "none" } = plan.ways[i] ?? {};
    const load = {
      way,
      isMulti,
      expectedAttach,
      attachTo,
      point: asksForPoint && plan.tells === "load" ? firstSite : 0,
    };
    const key = JSON.stringify(load);
    const number = known.get(key) ?? loads.push(load) - 1;
    known.set(key, number);
    return number;
  });
  return { loads, loadOf };
}

/** A point is only ever handed to the provider that made it, so its type may be forgotten in between. */
const attachmentsOf = (
  { probe, asksForPoint }: LoweredProgram,
  program: number,
  loadOf: readonly number[],
): readonly Attachment[] =>
  probe.points.map(({ provider, point, name, pattern, trouble, firstSite }, i) => {
    const cookie = asksForPoint && probe.plan.tells === "cookie" ? firstSite : undefined;
    return { provider, point, program, load: loadOf[i] ?? 0, cookie, name, pattern, trouble } as Attachment;
  });

function withTypes(maps: readonly BpfMap[], scriptMaps: readonly ScriptMap[], btf: BtfBuilder): readonly BpfMap[] {
  const typed = [...maps];
  for (const script of scriptMaps) {
    const map = typed[script.map];
    if (map !== undefined) typed[script.map] = { ...map, ...mapTypes(script, map, btf) };
  }
  return typed;
}
