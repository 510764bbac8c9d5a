/** Which kernel this is, and which builds of its modules. */
import { readFileSync } from "node:fs";
import { release, version } from "node:os";
import type { KernelIdentity } from "../../codegen/saved/index.js";
import { buildIdIn, runningBuildId } from "../symbols/index.js";

export const runningKernel = (): KernelIdentity => ({
  release: release(),
  build: version(),
  buildId: runningBuildId(),
});

/** "" where the kernel does not say. */
export function moduleBuild(module: string): string {
  if (module.includes("/")) return "";
  try {
    return buildIdIn(readFileSync(`/sys/module/${module}/notes/.note.gnu.build-id`)) ?? "";
  } catch {
    return "";
  }
}
