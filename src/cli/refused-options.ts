/** Options of bpftrace that there is nothing for here: they tell what does the same. */
import { failure } from "./exit-error.js";
import type { OptionSpec } from "./expand-arguments.js";

interface RefusedOption extends OptionSpec {
  /** @throws {@link ExitError} */
  readonly set: () => never;
}

const refused = (long: string, takesValue: boolean, hint: string): RefusedOption => ({
  short: undefined,
  long,
  takesValue,
  set() {
    throw failure(`USAGE: tsbt has no --${long}.`, 1, [hint]);
  },
});

const NO_LLVM =
  "tsbt compiles without LLVM: -d ir shows its own intermediate code, checked after every pass by its tests.";

export const REFUSED_OPTIONS: readonly RefusedOption[] = [
  refused(
    "emit-elf",
    true,
    "-d bytecode shows the programs of a script without running it if --mode codegen is there, too; " +
      "compile() of the TypeScript interface saves them.",
  ),
  refused("emit-llvm", true, NO_LLVM),
  refused("verify-llvm-ir", false, NO_LLVM),
  refused(
    "aot",
    true,
    "Scripts are compiled in milliseconds; compile() of the TypeScript interface saves what it has made.",
  ),
];
