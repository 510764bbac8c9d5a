import type { KernelVersion } from "../../codegen/facts.js";

/** Takes apart what `uname -r` prints, such as `6.1.0-18-amd64`; parts that are not there are 0. */
export function parseKernelVersion(text: string): KernelVersion {
  const [, major = "0", minor = "0", patch = "0"] = /^(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(text) ?? [];
  return { major: Number(major), minor: Number(minor), patch: Number(patch), text };
}

/** Whether a kernel is at least `major.minor`. */
export const isAtLeast = (version: KernelVersion, major: number, minor: number): boolean =>
  version.major !== major ? version.major > major : version.minor >= minor;
