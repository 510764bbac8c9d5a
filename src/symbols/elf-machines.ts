/** What processors ELF files are made for. @see linux/elf-em.h */
import type { ProgramArchitecture } from "../../codegen/facts.js";

const MACHINES: Readonly<Record<number, string>> = {
  2: "sparc",
  3: "i386",
  8: "mips",
  20: "powerpc",
  21: "powerpc64",
  22: "s390",
  40: "arm",
  43: "sparc64",
  62: "x86_64",
  183: "aarch64",
  243: "riscv",
  258: "loongarch",
};

const KNOWN: ReadonlySet<string> = new Set<ProgramArchitecture>(["x86_64", "i386", "aarch64"]);

/** @param machine - `EM_*` */
export const machineName = (machine: number): string => MACHINES[machine] ?? `processor ${machine}`;

/** Undefined when nothing is known of its instructions. */
export function programArchitecture(machine: number): ProgramArchitecture | undefined {
  const name = machineName(machine);
  return KNOWN.has(name) ? (name as ProgramArchitecture) : undefined;
}
