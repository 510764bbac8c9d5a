/** Without them nothing else is tried (probes-and-cli.md 13.3). */
import { isConfidential, missingCapabilities } from "../core/index.js";
import { ExitError, failure } from "./exit-error.js";

/** @param effective - bit n is capability n */
export function checkPrivileges(effective: bigint, isRoot: boolean): void {
  const [first] = missingCapabilities(effective, isRoot);
  if (first !== undefined) throw missing(first);
}

const missing = (capability: string): ExitError =>
  failure(`Missing ${capability} capability, please run tsbt as the root user.`);

export function checkLockdown(): void {
  if (!isConfidential()) return;
  throw new ExitError(
    "Kernel lockdown is enabled and set to 'confidentiality'. Lockdown mode blocks\n" +
      "parts of BPF which makes it impossible for tsbt to function. Please see the\n" +
      "kernel's documentation on lockdown (man 7 kernel_lockdown) for how to disable it:\n" +
      "usually it comes with secure boot.\n",
    1,
  );
}
