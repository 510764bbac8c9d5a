/** The last stage: programs to bytes, and all of it to one plain object. */
import type { AttachPlan } from "./analysis/attach-points/attach-plan.js";
import type { NumberedPoint, TypedProgram } from "./analysis/typed-program.js";
import type { Built } from "./back-end.js";
import { emitDebugInfo, type GeneratedProgram } from "./bpf/index.js";
import { BtfBuilder } from "./btf/index.js";
import type { IrProgram } from "./ir/ir.js";
import type { Lowered, LoweredHub, LoweredProgram } from "./lower/index.js";
import type { ModuleState } from "./lower/module.js";
import { probeLabel } from "./lower/probe-label.js";
import { mapTypes } from "./map-btf.js";
import { ProgramArrays } from "./program-arrays.js";
import type { Attachment, BpfMap, BpfObject, BpfProgram, ProgramLoad, ProgramSlot } from "./object.js";

export function link({ lowered, ir, generated, hubs }: Built, typed: TypedProgram): BpfObject {
  const { module } = lowered;
  const btf = new BtfBuilder();
  const programs: BpfProgram[] = [];
  const attachments = new Attachments(lowered);
  const arrays = new ProgramArrays(module, typed);
  for (const [i, program] of lowered.programs.entries()) {
    const [optimized, code] = [ir[i], generated[i]];
    if (optimized === undefined || code === undefined) continue;
    const { loads, loadOf } = loadsOf(program);
    if (program.probe.called === undefined) attachments.add(program, i, loadOf);
    programs.push(encode(program, arrays.add(program, i, loads, code), optimized, code, btf));
  }
  for (const [i, hub] of lowered.hubs.hubs.entries()) {
    const built = hubs[i];
    if (built !== undefined) programs.push(encodeHub(hub, hubLabel(i, lowered), built, btf));
  }
  return {
    maps: withTypes(module, btf),
    programs,
    btf: btf.encode(),
    events: module.events,
    strings: module.strings,
    attachments: attachments.all,
    scriptMaps: module.scriptMaps,
    programArrays: arrays.all,
    losses: module.losses,
    spareProbes: module.spareProbes,
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
    probeName: probe.called ? `prog ${probe.called.name}` : (probe.points[0]?.name ?? probe.context.provider),
    label: probeLabel(probe),
    type: probe.context.programType,
    schedule: probe.context.schedule,
    loads,
    code: generated.code,
    relocations: generated.relocations,
    ...emitDebugInfo(ir, generated, btf),
    lines: generated.lines,
  };
}

/** It fires when one of many things happens, and is none of them. */
function encodeHub(
  { hub, name }: LoweredHub,
  label: string,
  { ir, generated }: Built["hubs"][number],
  btf: BtfBuilder,
): BpfProgram {
  const { name: way, isMulti, expectedAttach } = hub.way;
  return {
    name,
    probeName: hub.name,
    label,
    type: hub.programType,
    schedule: { runs: "attached", order: "forward", isSlowToDetach: hub.isSlowToDetach },
    loads: [{ way, isMulti, expectedAttach, attachTo: hub.attachTo, point: 0, mapsInstead: [] }],
    code: generated.code,
    relocations: generated.relocations,
    ...emitDebugInfo(ir, generated, btf),
    lines: generated.lines,
  };
}

/** So many of those that a hub serves are named. */
const MAX_SERVED = 2;

/** Whom it goes on to: what it misses, some of them may have missed. */
function hubLabel(number: number, { programs, hubs }: Built["lowered"]): string {
  const served = programs
    .filter(({ probe }) => probe.points.some((point) => hubs.hubOf.get(point) === number))
    .map(({ probe }) => probeLabel(probe));
  const named = served.slice(0, MAX_SERVED).join(",");
  const more = served.length > MAX_SERVED ? ` and ${served.length - MAX_SERVED} more` : "";
  return `${hubs.hubs[number]?.hub.name ?? ""} for ${named}${more}`;
}

/** As few as possible: points that the kernel need not tell apart share one. */
function loadsOf({ probe, asksForPoint }: LoweredProgram): {
  readonly loads: ProgramLoad[];
  readonly loadOf: number[];
} {
  const { points, plan } = probe;
  const loads: ProgramLoad[] = [];
  const known = new Map<string, number>();
  const loadOf = points.map((point, i) => {
    const { name: way = "", isMulti = false, expectedAttach = "none" } = plan.ways[i] ?? {};
    const load: ProgramLoad = {
      way: probe.called === undefined ? way : "tail calls",
      isMulti,
      expectedAttach,
      attachTo: point.entry?.hub.attachTo ?? point.attachTo,
      point: asksForPoint ? loadedNumber(point, plan) : 0,
      mapsInstead: [],
    };
    const key = JSON.stringify(load);
    const number = known.get(key) ?? loads.push(load) - 1;
    known.set(key, number);
    return number;
  });
  return { loads, loadOf };
}

/** What is written into the code of a program that asks for its point. */
function loadedNumber({ firstSite, entry }: NumberedPoint, { tells }: AttachPlan): number {
  switch (tells) {
    case "load":
      return firstSite;
    case "cookie":
      return 0;
    case "slot":
      return firstSite - (entry?.slot ?? 0);
  }
}

/** In the order of the script; what goes through one hub comes together, where the first of it stands. */
class Attachments {
  readonly #lowered: Lowered;
  readonly #runs: Attachment[][] = [];
  readonly #byHub = new Map<number, Attachment[]>();

  constructor(lowered: Lowered) {
    this.#lowered = lowered;
  }

  get all(): readonly Attachment[] {
    return this.#runs.flat();
  }

  /** @param body - index of the program */
  add({ probe, asksForPoint }: LoweredProgram, body: number, loadOf: readonly number[]): void {
    const isTold = asksForPoint && probe.plan.tells === "cookie";
    const direct: Attachment[] = [];
    this.#runs.push(direct);
    for (const [i, numbered] of probe.points.entries()) {
      const { provider, point, name, pattern, trouble, span, firstSite } = numbered;
      const load = loadOf[i] ?? 0;
      const cookie = isTold ? firstSite : undefined;
      // A point is only ever handed to the provider that made it, so its type may be forgotten in between.
      const add = (to: Attachment[], how: Pick<Attachment, "program" | "load" | "slot">): void =>
        void to.push({ provider, point, ...how, cookie, name, pattern, trouble, span } as Attachment);
      const through = this.#throughHub(numbered, body, load);
      if (through === undefined) add(direct, { program: body, load, slot: undefined });
      else add(through.run, { program: through.program, load: 0, slot: through.slot });
    }
  }

  #throughHub(
    point: NumberedPoint,
    body: number,
    load: number,
  ): { readonly run: Attachment[]; readonly program: number; readonly slot: ProgramSlot } | undefined {
    const { hubs, hubOf } = this.#lowered.hubs;
    const number = hubOf.get(point);
    const hub = number === undefined ? undefined : hubs[number];
    if (point.entry === undefined || number === undefined || hub === undefined) return undefined;
    let run = this.#byHub.get(number);
    if (run === undefined) {
      this.#byHub.set(number, (run = []));
      this.#runs.push(run);
    }
    const slot = { map: hub.slots, index: point.entry.slot, program: body, load };
    return { run, program: this.#lowered.programs.length + number, slot };
  }
}

function withTypes(module: ModuleState, btf: BtfBuilder): readonly BpfMap[] {
  const typed = [...module.maps];
  for (const script of module.scriptMaps) {
    const map = typed[script.map];
    const { info, slot } = module.scriptMap(script.name);
    if (map !== undefined) typed[script.map] = { ...map, ...mapTypes({ script, type: info.value, slot }, map, btf) };
  }
  return typed;
}
