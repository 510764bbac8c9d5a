/** Maps as pictures of characters. */
import { compileMapData, type Data, isBlock, type MapData } from "../../output/index.js";
import { toBytes } from "../typed/bytes.js";
import type { MapStore } from "./map-store.js";

const MAX_BARS = 20;
const PARTS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const;
const HEIGHTS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

/** A byte string; undefined for what is one number, which is drawn over time. */
export function plot(maps: MapStore, name: string, columns: number): string | undefined {
  const kept = maps.get(name);
  if (kept === undefined) return undefined;
  // Histograms and series are pictures already.
  if (isBlock(kept.script)) return maps.text(name);
  if (kept.script.key === undefined) return undefined;
  return toBytes(bars(dataOf(maps, name), columns));
}

function dataOf(maps: MapStore, name: string): MapData | undefined {
  const kept = maps.get(name);
  if (kept?.values === undefined) return undefined;
  const options = { top: 0, div: 0, wasZeroed: false, isAtExit: false };
  return compileMapData(kept.script, kept.values)(maps.read(kept), options);
}

/** The largest first, each with its share of the largest. */
function bars(data: MapData | undefined, columns: number): string {
  const rows = (data?.entries ?? [])
    .map(({ key, value }) => ({ label: labelOf(key), value: numberOf(value) }))
    .sort((a, b) => b.value - a.value);
  const shown = rows.slice(0, MAX_BARS);
  const most = Math.max(1, ...shown.map(({ value }) => value));
  const labels = Math.min(Math.max(0, ...shown.map(({ label }) => label.length)), Math.floor(columns / 3));
  const numbers = Math.max(0, ...shown.map(({ value }) => String(value).length));
  const room = Math.max(4, columns - labels - numbers - 4);
  const lines = shown.map(({ label, value }) => {
    return `${label.slice(0, labels).padEnd(labels)} ${String(value).padStart(numbers)} ${bar((value / most) * room)}\n`;
  });
  const more = rows.length - shown.length;
  return lines.join("") + (more > 0 ? `… ${more} more\n` : "") || "nothing in it\n";
}

function bar(cells: number): string {
  const whole = Math.max(0, Math.floor(cells));
  return "█".repeat(whole) + (PARTS[Math.floor((cells - whole) * PARTS.length)] ?? "");
}

const labelOf = (key: Data | undefined): string => (Array.isArray(key) ? key.map(String).join(", ") : String(key));

/** What statistics count; of text nothing. */
function numberOf(value: unknown): number {
  if (typeof value === "number" || typeof value === "bigint") return Number(value);
  return typeof value === "object" && value !== null && "count" in value ? numberOf(value.count) : 0;
}

/** One more sample, and all that fit. A byte string. */
export function sparkline(maps: MapStore, name: string, samples: number[], columns: number): string {
  samples.push(numberOf(dataOf(maps, name)?.entries[0]?.value));
  samples.splice(0, samples.length - Math.max(8, columns - 4));
  const [low, high] = [Math.min(...samples), Math.max(...samples)];
  const height = (n: number): string => HEIGHTS[Math.round(((n - low) / Math.max(1, high - low)) * 7)] ?? "";
  return toBytes(`${name} ${samples.at(-1)}  (${low} to ${high})\n${samples.map(height).join("")}\n`);
}
