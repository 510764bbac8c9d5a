/** What functions say at run time, as `warnf` and `errorf` do. */
import type { Span } from "../../grammar/index.js";
import type { Value } from "../ir/ir.js";
import type { Lowering } from "../language/lowering.js";
import { INT64 } from "../types/type.js";

export interface RunTimeMessage {
  readonly severity: "warnf" | "errorf";
  /** With a `%ld` for each number. */
  readonly format: string;
  readonly numbers: readonly Value[];
  readonly span: Span;
}

export function sayAtRunTime(cx: Lowering, { severity, format, numbers, span }: RunTimeMessage): void {
  const site = { format: cx.intern(format) };
  cx.sendEvent({
    ...(severity === "warnf" ? { action: "warnf", site } : { action: "errorf", site }),
    fields: numbers.map((value, i) => ({ name: `${i}`, type: INT64, value })),
    span,
  });
}
