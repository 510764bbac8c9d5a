/** System calls by name, as tracepoints `syscalls:sys_enter_NAME` spell them. */
import type { Architecture } from "../../codegen/facts.js";
import { namesOfRun, SYSCALLS, type SyscallRun } from "../../codegen/kernel/syscalls.js";

/** @returns `undefined` for names that this table does not know, of newer kernels for instance */
export function syscallNumber(arch: Architecture, name: string): number | undefined {
  return NUMBERS[arch].get(TRACED_AS.get(name) ?? name);
}

/** As programs call it; undefined for one that this table does not know. */
export const syscallName = (arch: Architecture, number: number): string | undefined => NAMES[arch]().get(number);

/** Tracepoints bear the name of the kernel's function, which is not always that of the system call. */
const TRACED_AS: ReadonlyMap<string, string> = new Map([
  ["newfstat", "fstat"],
  ["newlstat", "lstat"],
  ["newstat", "stat"],
  ["newuname", "uname"],
  ["sendfile64", "sendfile"],
  ["umount", "umount2"],
  ["fadvise64_64", "fadvise64"],
]);

function numbersOf(runs: readonly SyscallRun[]): ReadonlyMap<string, number> {
  return new Map(runs.flatMap((run) => namesOfRun(run).map((name, i) => [name, run[0] + i] as const)));
}

const NUMBERS: { readonly [A in Architecture]: ReadonlyMap<string, number> } = {
  x86_64: numbersOf(SYSCALLS.x86_64),
  aarch64: numbersOf(SYSCALLS.aarch64),
};

const namesOf = (arch: Architecture): (() => ReadonlyMap<number, string>) => {
  let names: ReadonlyMap<number, string> | undefined;
  return () => (names ??= new Map([...NUMBERS[arch]].map(([name, number]) => [number, name])));
};

const NAMES = { x86_64: namesOf("x86_64"), aarch64: namesOf("aarch64") } satisfies {
  readonly [A in Architecture]: unknown;
};
