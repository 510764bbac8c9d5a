/** The namespace of our process ids (pid_namespaces(7)). */
import { statSync } from "node:fs";
import type { Namespace } from "../../codegen/facts.js";

/** PROC_PID_INIT_INO of include/linux/proc_ns.h: the namespace that the system has from the start. */
const INITIAL_INODE = 0xeffffffcn;

/** @returns undefined for the initial one, and where the kernel does not say */
export function readPidNamespace(): Namespace | undefined {
  const status = statSync("/proc/self/ns/pid", { bigint: true, throwIfNoEntry: false });
  return status === undefined || status.ino === INITIAL_INODE ? undefined : { device: status.dev, inode: status.ino };
}
