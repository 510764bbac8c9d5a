/** The line after a run: what came, and what it took. */
import { toBytes } from "../typed/bytes.js";
import type { Summary } from "./tracer.js";

const grouped = (n: number | bigint): string => n.toString().replace(/\B(?=(\d{3})+$)/g, ",");

export function summaryLine({ seconds, events, lost, cost }: Summary): string {
  const parts = [`${grouped(events)} ${events === 1 ? "event" : "events"} in ${seconds.toFixed(2)} s`];
  if (cost !== undefined) {
    const hits = cost.reduce((sum, { runs }) => sum + runs, 0n);
    const ns = cost.reduce((sum, program) => sum + program.ns, 0n);
    parts.push(`${grouped(hits)} ${hits === 1n ? "probe" : "probes"} hit`);
    if (hits > 0n)
      parts.push(`${grouped(ns / hits)} ns each, ${percent(Number(ns) / 1e9 / Math.max(seconds, 1e-9))} % of a CPU`);
  }
  parts.push(`${grouped(lost)} lost`);
  return toBytes(`${parts.join(" · ")}\n`);
}

const percent = (share: number): string => (share * 100).toFixed(share < 0.1 ? 2 : 1);
