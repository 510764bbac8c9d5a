import type { Compilation } from "../../codegen/compile.js";
import type { SavedWarning } from "../../codegen/saved/index.js";
import type { Diagnostic } from "../../grammar/index.js";
import { rangeOf } from "../core/index.js";
import { decoded } from "../output/index.js";
import { TsbtError } from "./error.js";
import type { ScriptDiagnostic } from "./types.js";

export const publicDiagnostic = (found: SavedWarning | Diagnostic): ScriptDiagnostic => ({
  severity: found.severity,
  code: found.code,
  message: decoded(found.message),
  at: found.span && rangeOf(found.span),
  hints: found.hints.map(decoded),
  contexts: found.contexts.map(({ message, span }) => ({ message: decoded(message), at: rangeOf(span) })),
});

/** Why there is no program. */
export function scriptError({ diagnostics, cFailure }: Compilation): TsbtError {
  const errors = diagnostics.filter(({ severity }) => severity === "error").map(publicDiagnostic);
  if (errors.length > 0) {
    const message = errors.map((error) => `${placeText(error)}${error.message}`).join("\n");
    return new TsbtError("script", message, { diagnostics: diagnostics.map(publicDiagnostic) });
  }
  return new TsbtError("script", cFailure === "" ? "No probes to attach" : decoded(cFailure).trimEnd(), {
    diagnostics: diagnostics.map(publicDiagnostic),
  });
}

const placeText = ({ at }: ScriptDiagnostic): string =>
  at === undefined ? "" : `${at.file}:${at.line}:${at.column}: `;
