import { isConfidential, missingCapabilities } from "../core/index.js";
import { native } from "../kernel/index.js";
import { TsbtError } from "./error.js";

/** @throws {@link TsbtError} */
export function checkPrivileges(): void {
  const missing = missingCapabilities(native().effectiveCapabilities(), process.geteuid?.() === 0);
  if (missing.length > 0)
    throw new TsbtError("privileges", `Tracing needs ${missing.join(", ")}.`, { missingCapabilities: missing });
  if (isConfidential())
    throw new TsbtError("kernel", "The kernel is locked down in confidentiality mode: nothing can be traced.");
}
