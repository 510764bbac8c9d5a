import { expect } from "vitest";
import { positionOf, type Severity } from "../../../grammar/index.js";
import { analyseScript, type ScriptOptions } from "./analyse-script.js";

/**
 * Checks where a script's diagnostics point and what their codes are. Marks stand in a comment line below what they
 * mark; `!` in front of a code makes it a warning:
 *
 *     begin { $x = nosuch; }
 *     //           ^^^^^^ identifier-unknown
 */
export function checkDiagnostics(marked: string, options: ScriptOptions = {}): void {
  const lines = marked.split("\n");
  const expected: string[] = [];
  let line = 0;
  for (const text of lines) {
    const mark = /^\/\/\s*(\^+) (!?)([a-z-]+)$/.exec(text);
    if (mark === null) {
      line += 1;
      continue;
    }
    const [, arrows = "", bang, code = ""] = mark;
    expected.push(describe(bang === "!" ? "warning" : "error", code, line, text.indexOf("^") + 1, arrows.length));
  }
  const script = lines.filter((text) => !/^\/\/\s*\^/.test(text)).join("\n");
  const found = analyseScript(script, options).diagnostics.map(({ severity, code, span }) => {
    if (span === undefined) return `${severity} ${code}`;
    const { line: at, column } = positionOf(span.file, span.start);
    return describe(severity, code, at, column, span.end - span.start);
  });
  expect(found.sort()).toEqual(expected.sort());
}

const describe = (severity: Severity, code: string, line: number, column: number, length: number): string =>
  `${severity} ${code} at ${line}:${column}, ${length} bytes`;
