/** Where the facts of this host are looked for, as the environment has it. */
import type { Environment } from "../core/index.js";
import type { LiveOptions } from "../kernel/index.js";
import type { Console } from "./console.js";
import { workLong } from "./tiers.js";

export const surroundingsOfFacts = (
  environment: Environment,
  console: Console,
): Pick<LiveOptions, "btfPath" | "vmlinuxPath" | "onWarning" | "onLongWork" | "searchPath"> => ({
  btfPath: environment.get("BPFTRACE_BTF"),
  vmlinuxPath: environment.get("BPFTRACE_VMLINUX"),
  onWarning: (message) => console.warning(message),
  onLongWork: workLong,
  searchPath: environment.get("PATH"),
});
