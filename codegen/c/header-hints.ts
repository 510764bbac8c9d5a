/** A name may be unknown because a header of the kernel is. */
import type { Code, Diagnostic } from "../../grammar/index.js";
import type { Definitions } from "./definitions.js";

const UNKNOWN_NAMES: ReadonlySet<Code> = new Set<Code>([
  "identifier-unknown",
  "function-unknown",
  "type-unknown",
  "enum-unknown",
]);

export function withHeaderHints(diagnostics: readonly Diagnostic[], definitions: Definitions): readonly Diagnostic[] {
  if (!diagnostics.some(({ code }) => UNKNOWN_NAMES.has(code))) return diagnostics;
  const headers = definitions.incompleteHeaders();
  if (headers.length === 0) return diagnostics;
  const hint = hintOf(headers);
  return diagnostics.map((diagnostic) =>
    UNKNOWN_NAMES.has(diagnostic.code) ? { ...diagnostic, hints: [...diagnostic.hints, hint] } : diagnostic,
  );
}

const hintOf = (headers: readonly string[]): string =>
  `Kernel headers are not installed; only common constants of them are known: ${headers.map((name) => `<${name}>`).join(", ")}. ` +
  "Install the headers of the running kernel, or set BPFTRACE_KERNEL_SOURCE to where they are.";
