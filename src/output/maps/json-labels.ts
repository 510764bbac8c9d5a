/**
 * Names of a map's entries in JSON: the text of the key without blanks, as bpftrace has it. Where that makes several entries one, which
 * readers of JSON would lose, they differ by what was left out.
 */
import { jsonString } from "../json.js";

/**
 * @param keys - texts of different keys, byte strings
 * @returns a JSON string for each, no two of which are the same
 */
export function jsonLabels(keys: readonly string[]): readonly string[] {
  const labels = keys.map((key) => jsonString(withoutBlanks(key)));
  if (new Set(labels).size === labels.length) return labels;
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const used = new Set(labels.filter((label) => counts.get(label) === 1));
  return labels.map((label, i) => {
    if (counts.get(label) === 1) return label;
    const free = spellings(keys[i]!).find((spelling) => !used.has(spelling)) ?? numbered(label, used);
    used.add(free);
    return free;
  });
}

const withoutBlanks = (key: string): string => key.replaceAll(" ", "");

/** With its blanks; and with bytes that are no UTF-8 in hexadecimal. */
const spellings = (key: string): readonly string[] =>
  isUtf8(key) ? [jsonString(key)] : [jsonString(key.replaceAll(/[\x80-\xff]/g, escaped))];

const isUtf8 = (key: string): boolean =>
  Buffer.from(Buffer.from(key, "latin1").toString("utf8")).toString("latin1") === key;
const escaped = (byte: string): string => `\\x${byte.charCodeAt(0).toString(16)}`;

/** Of keys that look the same in any case. */
function numbered(label: string, used: ReadonlySet<string>): string {
  for (let n = 2; ; n++) {
    const spelling = `${label.slice(0, -1)} (${n})"`;
    if (!used.has(spelling)) return spelling;
  }
}
