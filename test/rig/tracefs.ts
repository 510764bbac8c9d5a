import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { missingPrivileges } from "../support/privileges.js";

const TRACEFS = "/sys/kernel/tracing";

/** Mounts tracefs where the machine has not: containers and small virtual machines often come without. */
export function mountTracefs(): void {
  if (missingPrivileges().length > 0 || existsSync(`${TRACEFS}/events`) || !existsSync(TRACEFS)) return;
  console.log(`tracefs is not mounted: mount -t tracefs tracefs ${TRACEFS}`);
  execFileSync("mount", ["-t", "tracefs", "tracefs", TRACEFS]);
}
