/**
 * Functions that a return probe would break. It writes an address of its own over the return address on the stack, which
 * some functions and programs look at.
 */
import type { UserSite } from "./user-sites.js";

/** Why, as a sentence; undefined: there is nothing to fear. */
export const returnHazard = (site: UserSite): string | undefined =>
  HAZARDS.find(({ appliesTo }) => appliesTo(site))?.reason;

interface Hazard {
  readonly reason: string;
  readonly appliesTo: (site: UserSite) => boolean;
}

const named =
  (...names: readonly string[]): Hazard["appliesTo"] =>
  ({ function: found }) =>
    found !== undefined && names.includes(withoutVersion(found.name));

/** `.symtab` may have `NAME@@VERSION`. */
const withoutVersion = (name: string): string => name.split("@", 1)[0] ?? name;

/** `mov $15,%rax; syscall` and `mov $139,%x8; svc #0`: `rt_sigreturn`. */
const SIGNAL_RETURNS: readonly Uint8Array[] = ["48c7c00f0000000f05", "681180d2010000d4"].map((hex) =>
  Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16)),
);

const HAZARDS: readonly Hazard[] = [
  {
    reason: "Go's run time walks and moves its stacks, and ends the program when it finds an unknown return address.",
    appliesTo: ({ executable }) => executable.isGo(),
  },
  {
    reason: "Nobody calls it: what lies on the stack is no return address.",
    appliesTo: (site) =>
      site.address === site.executable.entry() ||
      isSignalReturn(site) ||
      named("__start_context", "_dl_start_user")(site) ||
      site.function?.name.startsWith("_dl_runtime_") === true,
  },
  {
    reason: "It keeps its return address, to return there again later.",
    appliesTo: named(
      "setjmp",
      "_setjmp",
      "sigsetjmp",
      "__sigsetjmp",
      "getcontext",
      "__getcontext",
      "swapcontext",
      "__swapcontext",
    ),
  },
  {
    reason: "It walks up the stack, and would find an unknown return address.",
    appliesTo: named(
      "_Unwind_RaiseException",
      "_Unwind_Resume",
      "_Unwind_Resume_or_Rethrow",
      "_Unwind_ForcedUnwind",
      "_Unwind_Backtrace",
      "__cxa_throw",
      "__cxa_rethrow",
      "pthread_exit",
      "__pthread_exit",
      "__pthread_unwind",
    ),
  },
];

function isSignalReturn({ executable, address }: UserSite): boolean {
  return SIGNAL_RETURNS.some((wanted) => {
    const code = executable.code(address, wanted.length);
    return code?.length === wanted.length && wanted.every((byte, i) => code[i] === byte);
  });
}
