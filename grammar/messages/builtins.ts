/** Builtins and functions where they are not available (language.md 20.2), and their literal parameters (12.2). */
type Words = Record<string, (args: never) => string>;

export const BUILTIN_USE = {
  "args-unavailable": (a: { probeType: string }) =>
    `The args builtin can only be used with tracepoint, rawtracepoint, fentry/fexit, and uprobe probes (${a.probeType} used here)`,
  "arg-unavailable": (a: { name: string }) =>
    `The ${a.name} builtin can only be used with 'kprobes', 'uprobes' and 'usdt' probes`,
  "arg-register": (a: { name: string; arch: string }) => `${a.arch} doesn't support ${a.name}`,
  "retval-unavailable": (a: { isTracepoint: boolean }) =>
    `The retval builtin can only be used with 'kretprobe' and 'uretprobe' and 'fentry' probes${
      a.isTracepoint ? " (try to use args.ret instead)" : ""
    }`,
  "func-unavailable": (a: { provider: string }) => `The func builtin can not be used with '${a.provider}' probes`,
  "hist-bits": (a: { bits: bigint }) => `hist: bits ${a.bits} must be 0..5`,
  "lhist-negative": (a: { which: "min" | "max" }) => `lhist: invalid ${a.which} value (must be non-negative literal)`,
  "lhist-step-literal": () => "lhist: invalid step value",
  "lhist-step": (a: { step: bigint }) => `lhist() step must be >= 1 (${a.step} provided)`,
  "lhist-buckets": (a: { buckets: bigint }) => `lhist() too many buckets, must be <= 1000 (would need ${a.buckets})`,
  "lhist-order": (a: { min: bigint; max: bigint }) =>
    `lhist() min must be less than max (provided min ${a.min} and max ${a.max})`,
  "lhist-step-range": (a: { step: bigint; range: bigint }) =>
    `lhist() step is too large for the given range (provided step ${a.step} for range ${a.range})`,
  "str-negative": (a: { length: bigint }) => `strcannot use negative length (${a.length})`,
  "str-too-long": (a: { length: bigint; max: number }) =>
    `length param (${a.length}) is too long and will be shortened to ${a.max} bytes (see BPFTRACE_MAX_STRLEN)`,
  "keyed-map-needed": (a: { name: string }) => `call to ${a.name}() expects a map with explicit keys (non-scalar map)`,
  "delete-one-argument": () =>
    "call to delete() with a single argument expects a map without explicit keys (scalar map)",
  "delete-two-arguments": () => "call to delete() with two arguments expects a map with explicit keys (non-scalar map)",
  "print-arity": (a: { count: number }) => `Non-map print() only takes 1 argument, ${a.count} found`,
  "print-entry": (a: { type: string }) =>
    `Map type ${a.type} cannot print the value of individual keys. You must print the whole map.`,
  "print-unprintable": (a: { type: string }) => `${a.type} type passed to print() is not printable`,
  "format-too-few": (a: { given: number; needed: number }) =>
    `not enough arguments for format string (${a.given} supplied, ${a.needed} expected)`,
  "format-too-many": (a: { given: number; needed: number }) =>
    `too many arguments for format string (${a.given} supplied, ${a.needed} expected)`,
  "format-none": (a: { conversion: string }) => `unable to print none type for specifier: ${a.conversion}`,
  "format-unsupported": (a: { conversion: string }) => `unsupported format specifier: ${a.conversion}`,
  "format-type": (a: { conversion: string; type: string }) =>
    `unsupported format specifier for type '${a.type}': ${a.conversion}`,
  "print-stats-arguments": () => "print()'s top and div arguments are ignored when used on stats() maps.",
} as const satisfies Words;
