/** Parameters of the kernel's functions as `-lv` shows them (probes-and-cli.md 16.3). */
import { type Btf, declarationOf } from "../btf/index.js";
import type { KernelFacts } from "../facts.js";

export const btfOf = (module: string, facts: KernelFacts): Btf | undefined =>
  module === "vmlinux" ? facts.btf : facts.moduleBtf(module);

/** The type, a blank and the name: `struct file * file`. */
export const parameterText = (btf: Btf, type: number, name: string): string =>
  `${declarationOf(btf, type, "")} ${name}`;
