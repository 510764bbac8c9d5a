/** What tracing needs to be allowed (probes-and-cli.md 13.3). */
import { readFileSync } from "node:fs";

const CAPABILITY = { dacOverride: 1n, dacReadSearch: 2n, sysAdmin: 21n, perfmon: 38n, bpf: 39n } as const;

/**
 * In the order in which they are missed.
 *
 * @param effective - bit n is capability n
 */
export function missingCapabilities(effective: bigint, isRoot: boolean): readonly string[] {
  const has = (capability: bigint): boolean => (effective & (1n << capability)) !== 0n;
  const isAll = has(CAPABILITY.sysAdmin);
  return [
    ...(isRoot || has(CAPABILITY.dacReadSearch) ? [] : ["CAP_DAC_READ_SEARCH"]),
    ...(isRoot || has(CAPABILITY.dacOverride) ? [] : ["CAP_DAC_OVERRIDE"]),
    ...(isAll || has(CAPABILITY.bpf) ? [] : ["CAP_BPF"]),
    ...(isAll || has(CAPABILITY.perfmon) ? [] : ["CAP_PERFMON"]),
  ];
}

const LOCKDOWN = "/sys/kernel/security/lockdown";

/** In this mode the kernel lets nobody read its memory. */
export function isConfidential(): boolean {
  try {
    return readFileSync(LOCKDOWN, "latin1").includes("[confidentiality]");
  } catch {
    return false;
  }
}
