import type { Architecture } from "../facts.js";
import { namesOfRun, SYSCALLS, X32_SYSCALLS } from "../kernel/syscalls.js";
import { defineFunction } from "../language/function.js";
import { checkNumber, lowerNumberText, NUMBER_TEXT, numberArgument } from "./parts/number-text.js";

export const syscallName = defineFunction({
  name: "syscall_name",
  isMacro: true,
  doc: {
    summary: "Name of the system call of a number.",
    example: "tracepoint:raw_syscalls:sys_enter { @[syscall_name(args.id)] = count(); }",
  },
  params: [{ name: "number", kind: "value" }],
  result: NUMBER_TEXT,
  check: checkNumber,
  lower: (cx, call) => lowerNumberText(cx, numberArgument(cx, call), namesOf(cx.facts.arch), "Unknown syscall"),
});

/** By number; not all numbers have one. */
function namesOf(arch: Architecture): readonly (string | undefined)[] {
  const names: (string | undefined)[] = [];
  for (const run of [...SYSCALLS[arch], ...(arch === "x86_64" ? [X32_SYSCALLS] : [])]) {
    namesOfRun(run).forEach((name, i) => (names[run[0] + i] = name));
  }
  return Array.from(names);
}
