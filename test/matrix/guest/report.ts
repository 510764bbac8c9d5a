import type { Outcome } from "../../rig/outcome.js";

/** What the suite inside a machine tells about itself: a line of JSON each, among whatever tests print. */
export type Report =
  /** This test begins; nothing else may ever be heard of it. */
  | { readonly kind: "begin"; readonly test: string }
  | { readonly kind: "end"; readonly outcome: Outcome; readonly seconds: number };

const MARK = "tsbt-matrix: ";

export function formatReport(report: Report): string {
  return `${MARK}${JSON.stringify(report)}\n`;
}

/** @returns `undefined` for a line that is something else */
export function parseReport(line: string): Report | undefined {
  return line.startsWith(MARK) ? (JSON.parse(line.slice(MARK.length)) as Report) : undefined;
}
