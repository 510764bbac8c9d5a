/** What tracing needs to be allowed (probes-and-cli.md 13.3): looked up before anything else is tried. */
import { readFileSync } from "node:fs";
import { ExitError, failure } from "./exit-error.js";

const CAPABILITY = { dacOverride: 1n, dacReadSearch: 2n, sysAdmin: 21n, perfmon: 38n, bpf: 39n } as const;

/** @param effective - bit n is capability n */
export function checkPrivileges(effective: bigint, isRoot: boolean): void {
  const has = (capability: bigint): boolean => (effective & (1n << capability)) !== 0n;
  if (!isRoot && !has(CAPABILITY.dacReadSearch)) throw missing("CAP_DAC_READ_SEARCH");
  if (!isRoot && !has(CAPABILITY.dacOverride)) throw missing("CAP_DAC_OVERRIDE");
  if (has(CAPABILITY.sysAdmin)) return;
  if (!has(CAPABILITY.bpf)) throw missing("CAP_BPF");
  if (!has(CAPABILITY.perfmon)) throw missing("CAP_PERFMON");
}

const missing = (capability: string): ExitError =>
  failure(`Missing ${capability} capability, please run tsbt as the root user.`);

const LOCKDOWN = "/sys/kernel/security/lockdown";

/** In this mode the kernel lets nobody read its memory. */
export function checkLockdown(): void {
  if (!lockdownText().includes("[confidentiality]")) return;
  throw new ExitError(
    "Kernel lockdown is enabled and set to 'confidentiality'. Lockdown mode blocks\n" +
      "parts of BPF which makes it impossible for tsbt to function. Please see the\n" +
      "kernel's documentation on lockdown (man 7 kernel_lockdown) for how to disable it:\n" +
      "usually it comes with secure boot.\n",
    1,
  );
}

function lockdownText(): string {
  try {
    return readFileSync(LOCKDOWN, "latin1");
  } catch {
    return "";
  }
}
