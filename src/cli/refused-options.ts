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
    "--emit FILE writes all of a compiled script, which tsbt FILE runs; -d bytecode shows its programs without running it " +
      "if --mode codegen is there, too.",
  ),
  refused("emit-llvm", true, NO_LLVM),
  refused("verify-llvm-ir", false, NO_LLVM),
  refused("aot", true, "--emit FILE compiles a script to a file, which tsbt FILE runs."),
];
