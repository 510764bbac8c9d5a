import { readFileSync } from "node:fs";

/** Numbers of the capabilities that tracing takes, from linux/capability.h. */
const NEEDED = { CAP_SYS_ADMIN: 21n, CAP_PERFMON: 38n, CAP_BPF: 39n } as const;

/** The capabilities for tracing that this process lacks. */
export function missingPrivileges(): readonly string[] {
  const effective = BigInt(`0x${/^CapEff:\t(\w+)$/m.exec(readFileSync("/proc/self/status", "latin1"))?.[1] ?? "0"}`);
  return Object.entries(NEEDED)
    .filter(([, bit]) => ((effective >> bit) & 1n) === 0n)
    .map(([name]) => name);
}
