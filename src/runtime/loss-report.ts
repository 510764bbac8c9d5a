/** What has been lost, gathered from all that count it: programs, their warnings, the kernel. */
import type { BpfObject, WarningSite } from "../../codegen/object.js";
import { type LossCause, Losses } from "../output/index.js";
import type { AttachedProbes } from "./attachments.js";
import type { Bpf } from "./bpf.js";
import type { LoadedObject } from "./loader.js";
import type { LossCounter } from "./loss-counter.js";

export class LossReport {
  readonly #losses = new Losses();

  get losses(): Losses {
    return this.#losses;
  }

  /** What programs sent and had no room for. */
  addEvents({ losses }: BpfObject, counter: LossCounter): void {
    for (const [i, { probe, cause }] of losses.entries()) this.#losses.add(probe, cause, counter.of(i));
  }

  /** @param totals - of warnings, by the schema of their events */
  addWarnings({ events, warnings }: BpfObject, totals: ReadonlyMap<number, bigint>): void {
    for (const [id, total] of totals) {
      const schema = events[id];
      const site = schema?.action === "warning" ? warnings[schema.site.warning] : undefined;
      const cause = site === undefined ? undefined : causeOf(site);
      if (schema !== undefined && cause !== undefined) this.#losses.add(schema.probe, cause, total);
    }
  }

  /** Firings without a run. Call while everything is attached. */
  addFirings({ object, programs }: LoadedObject, attached: AttachedProbes, bpf: Bpf): void {
    for (const [i, { label, schedule }] of object.programs.entries()) {
      if (schedule.runs !== "attached") continue;
      for (const fd of programs[i] ?? []) this.#losses.add(label, "recursions", bpf.recursionMisses(fd));
    }
    for (const { meter, label } of attached.throttles) this.#losses.add(label, "throttlings", meter.count);
    for (const { fd, label } of attached.missingLinks) this.#losses.add(label, "misses", bpf.missedFirings(fd));
  }
}

/** Of a warning that tells of something lost. */
function causeOf({ kind, helper = "" }: WarningSite): LossCause | undefined {
  if (kind === "kstack" || kind === "ustack") return "reads";
  if (helper === "map_update_elem") return "updates";
  return helper.startsWith("probe_read") ? "reads" : undefined;
}
