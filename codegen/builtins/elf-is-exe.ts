import { BOOL } from "../types/type.js";
import { InternalError } from "../internal-error.js";
import { defineBuiltin } from "../language/builtin.js";

export const elfIsExe = defineBuiltin({
  name: "elf_is_exe",
  doc: {
    summary: "Whether the target of a user-space probe is a program that always runs at the same addresses.",
    example: "uprobe:libc:malloc { print(elf_is_exe); }",
  },
  type: BOOL,
  check: ({ context, span }, bag) => {
    if (context.allows.includes("uaddr")) return true;
    bag.error("elf-is-exe-probe-type", span, { probeType: context.probeType });
    return false;
  },
  constant: ({ context }) => context.target?.executable.isAtFixedAddress(),
  lower: (_cx, node) => {
    throw new InternalError("lower", "elf_is_exe is left over from compile time", node.span);
  },
});
