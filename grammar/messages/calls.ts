/** Calls: arity, argument kinds, placement (language.md 12, 19.3, 21; stdlib.md 1.2). */
import { always, ofInference, ofLiterals } from "./stage.js";

type Words = Record<string, (args: never) => string>;

interface Called {
  readonly name: string;
}

interface Count extends Called {
  readonly given: number;
  readonly wanted: number;
}

const argumentsOf = (n: number, words: { none: string; one: string }): string =>
  n === 0 ? words.none : n === 1 ? words.one : `${n} arguments`;

const WORDS = { none: "no arguments", one: "one argument" };

export const CALLS = {
  // ------------------------------------------------------------- any call
  "arity-exact": (a: Count) => `${a.name}() requires ${argumentsOf(a.wanted, WORDS)} (${a.given} provided)`,
  "arity-minimum": (a: Count) => `${a.name}() requires at least ${argumentsOf(a.wanted, WORDS)} (${a.given} provided)`,
  "arity-maximum": (a: Count) => `${a.name}() takes up to ${argumentsOf(a.wanted, WORDS)} (${a.given} provided)`,
  "definition-mismatch": (a: Called) => `Call to ${a.name}() has arguments that do not match any definition.`,
  /** Context lines of `definition-mismatch`. */
  "definition-arity": (a: Count) =>
    `The closest definition of ${a.name}() has a different number of arguments. Expected: ${a.wanted} but got ${a.given}`,
  "definition-kind": (a: Called & { param: string; wanted: string; given: string }) =>
    `Mismatched arg. ${a.name}() expects a ${a.wanted} for arg ${a.param} but got ${a.given}.`,
  "definition-here": (_: object) => "This is the argument in the closest definition.",
  "argument-type": (a: Called & { wanted: string; given: string }) =>
    `${a.name}() only supports ${a.wanted} arguments (${a.given} provided)`,
  "aggregation-argument": ofInference(
    (a: Called & { type: string }) => `${a.name}() only supports integer arguments (${a.type} provided)`,
  ),
  "integer-needed": (a: Called & { given: string }) =>
    `${a.name}() only supports integer arguments (${a.given} provided)`,
  "argument-literal": (a: Called & { wanted: string; given: string }) =>
    `${a.name}() expects a ${a.wanted} literal (${a.given} provided)`,
  "argument-map-first": (a: Called) => `${a.name}() expects a map for the first argument`,
  "argument-map": (a: Called) => `${a.name}() expects a map argument`,
  "function-unsafe": (a: Called) => `${a.name}() is an unsafe function being used in safe mode`,
  "function-needs-unsafe": (a: Called) => `${a.name}() is unsafe. To use you need the --unsafe flag`,
  "function-probe-type": (a: Called & { probeType: string }) =>
    `${a.name} can not be used with "${a.probeType}" probes`,

  // ------------------------------------------------------------- identity and time
  "pid-namespace-word": (a: Called) => `${a.name}() only supports curr_ns and init as the argument`,
  "pid-namespace-unknown": (a: { word: string }) => `Invalid PID namespace mode: ${a.word} (expects: curr_ns or init)`,
  "clock-unknown": (a: { word: string }) => `Invalid timestamp mode: ${a.word}`,
  "clock-tai-missing": (_: object) => "Kernel does not support tai timestamp, please try sw_tai",
  "strftime-monotonic": (_: object) => "strftime() can not take a monotonic timestamp",
  "strftime-negative": (_: object) => "strftime() does not accept negative timestamps",

  "cgroupid-version": (a: { path: string }) =>
    `${a.path} is a cgroup of version 1, whose id is none that \`cgroup\` has`,
  "cgroupid-failed": (a: { path: string; reason: string }) =>
    `Failed to get \`cgroupid\` for path: "${a.path}": ${a.reason}`,

  // ------------------------------------------------------------- side effects
  "signal-probe-type": (a: Called & { probeType: string }) =>
    `${a.name}() can not be used for this probetype ${a.probeType}`,
  "signal-name": (a: { text: string }) => `Invalid string for signal: ${a.text}`,
  "signal-range": (a: Called) => `${a.name}() accepts a string literal or an integer between 1 and 64 (inclusive)`,
  "signal-literal": (a: Called) => `${a.name}() accepts a string literal or a positive integer`,
  "signal-type": (a: Called) => `${a.name}() accepts a string literal or an integer`,
  "override-probe-type": (_: object) => "override() can only be used inside kprobes",
  "write-user-source": (_: object) => "write_user() can only write strings and variables of the script",
  "kfunc-literal": (a: Called) => `${a.name}() accepts a string literal only`,

  "comm-argument": (_: object) => "Only integer supported for comm()'s pid",
  "comm-probe-type": (a: { probeType: string }) =>
    `Syntax comm(PID) is not supported in this probe type yet. Type: ${a.probeType}`,

  // ------------------------------------------------------------- registers and addresses
  "register-unknown": (a: Called & { arch: string }) =>
    `'${a.name}' is not a valid register on this architecture (${a.arch})`,
  "kaddr-unresolved": (a: { symbol: string }) => `Failed to resolve kernel symbol: ${a.symbol}`,

  "percpu-variable": (a: { variable: string }) => `Could not resolve variable "${a.variable}" from BTF`,
  "uaddr-literal": (a: Called) => `${a.name}() expects a string literal as the first argument`,
  "uaddr-name": (a: Called & { symbol: string }) =>
    `${a.name}() expects a string that is a valid symbol (^[a-zA-Z0-9./_-]+$) as input ("${a.symbol}" provided)`,
  "uaddr-unresolved": (a: { path: string; symbol: string }) => `Could not resolve symbol: ${a.path}:${a.symbol}`,
  "elf-is-exe-probe-type": (a: { probeType: string }) =>
    `elf_is_exe can not be used for this probetype: ${a.probeType}`,

  // ------------------------------------------------------------- maps and aggregations
  "aggregation-placement": (a: Called) => `${a.name}() must be assigned directly to a map`,
  "hist-bits": ofLiterals((a: { bits: bigint }) => `hist: bits ${a.bits} must be 0..5`),
  "lhist-negative": ofLiterals(
    (a: { which: "min" | "max" }) => `lhist: invalid ${a.which} value (must be non-negative literal)`,
  ),
  "lhist-step-literal": ofLiterals((_: object) => "lhist: invalid step value"),
  "lhist-step": ofLiterals((a: { step: bigint }) => `lhist() step must be >= 1 (${a.step} provided)`),
  "lhist-order": ofLiterals(
    (a: { min: bigint; max: bigint }) => `lhist() min must be less than max (provided min ${a.min} and max ${a.max})`,
  ),
  "lhist-buckets": ofLiterals(
    (a: { buckets: bigint }) => `lhist() too many buckets, must be <= 1000 (would need ${a.buckets})`,
  ),
  "lhist-step-range": ofLiterals(
    (a: { step: bigint; range: bigint }) =>
      `lhist() step is too large for the given range (provided step ${a.step} for range ${a.range})`,
  ),
  "tseries-literal": (a: { which: string }) => `tseries: invalid ${a.which} value (must be non-negative literal)`,
  "tseries-minimum": (a: { which: string; given: bigint }) => `tseries() ${a.which} must be >= 1 (${a.given} provided)`,
  "tseries-maximum": (a: { given: bigint }) => `tseries() num_intervals must be < 1000000 (${a.given} provided)`,
  "tseries-aggregation": (a: { given: string }) =>
    `tseries() expects one of the following aggregation functions: avg, max, min, sum ("${a.given}" provided)`,
  "tseries-key": (a: Called) => `call to ${a.name}() does not support maps of type tseries_t`,
  "keyed-map-needed": (a: Called) => `call to ${a.name}() expects a map with explicit keys (non-scalar map)`,
  "delete-one-argument": (_: object) =>
    "call to delete() with a single argument expects a map without explicit keys (scalar map)",
  "delete-two-arguments": (_: object) =>
    "call to delete() with two arguments expects a map with explicit keys (non-scalar map)",
  "len-argument": (_: object) => "call to len() expects a map, ustack, or kstack",

  // ------------------------------------------------------------- output
  "print-arity": always((a: { count: number }) => `Non-map print() only takes 1 argument, ${a.count} found`),
  "print-entry": (a: { type: string }) =>
    `Map type ${a.type} cannot print the value of individual keys. You must print the whole map.`,
  "print-unprintable": (a: { type: string }) => `${a.type} type passed to print() is not printable`,
  "print-stats-arguments": (_: object) => "print()'s top and div arguments are ignored when used on stats() maps.",
  "print-in-loop": (_: object) =>
    "Due to it's asynchronous nature using 'print()' in a loop can lead to unexpected behavior. The map will likely be updated before the runtime can 'print' it.",
  "debugf-discouraged": (_: object) =>
    "The debugf() builtin is not recommended for production use. For more information see bpf_trace_printk in bpf-helpers(7).",
  "debugf-count": (_: object) => "cannot use more than 3 conversion specifiers",
  "debugf-conversion": (a: { conversion: string }) => `Invalid format specifier for \`debugf\`: ${a.conversion}`,
  "debugf-type": (a: { conversion: string }) => `Type does not match format specifier: ${a.conversion}`,
  "seq-format": (a: { specifier: string; type: string }) =>
    `The file of a pinned iterator is written by the kernel, which cannot print ${a.type} with ${a.specifier}`,
  "format-too-few": (a: { given: number; needed: number }) =>
    `not enough arguments for format string (${a.given} supplied, ${a.needed} expected)`,
  "format-too-many": (a: { given: number; needed: number }) =>
    `too many arguments for format string (${a.given} supplied, ${a.needed} expected)`,
  "format-none": (a: { conversion: string }) => `unable to print none type for specifier: ${a.conversion}`,
  "format-unsupported": (a: { conversion: string }) => `unsupported format specifier: ${a.conversion}`,
  "format-width": (a: { conversion: string; what: "width" | "precision"; max: number; given: string }) =>
    `${a.what} of format specifier ${a.conversion} is too large, must be <= ${a.max} (${a.given} provided)`,
  "format-type": (a: { conversion: string; type: string }) =>
    `unsupported format specifier for type '${a.type}': ${a.conversion}`,

  // ------------------------------------------------------------- stacks and symbols
  "stack-mode-first": (_: object) => "Expected stack mode as first argument",
  "stack-mode": (a: Called) =>
    `Error parsing stack mode: ${a.name}: Invalid value for stack_mode: valid values are bpftrace, raw, perf, and build_id.`,
  "stack-build-id": (_: object) => "'build_id' stack mode can only be used for ustack",
  "stack-build-id-fallback": (_: object) =>
    "'build_id' stack mode can only be used for ustack. Falling back to 'raw' mode.",
  "stack-limit": (a: Called) => `${a.name}: invalid limit value`,
  "stack-limit-range": (a: Called & { max: bigint; given: bigint }) =>
    `${a.name}([int limit]): limit shouldn't exceed ${a.max}, ${a.given} given`,
  "stack-len-argument": (_: object) => "len() expects a map or stack to be provided",
  "dw-ustack-unavailable": (_: object) => "dw_ustack is not available in this build (requires x86_64 and Linux 5.17)",
  "symbol-argument": (a: Called) => `${a.name}() expects an integer or pointer argument`,

  // ------------------------------------------------------------- files and sockets
  "path-unavailable": (_: object) => "The path function can only be used with 'fentry', 'fexit', 'iter' probes",
  "path-argument": (a: { given: string }) => `path() only supports pointer or C type argument (${a.given} provided)`,
  "path-size": (_: object) => "path: invalid size value, need non-negative literal",
  "socket-argument": (a: { type: string }) =>
    `socket_cookie() only supports 'struct sock *' as the argument ('${a.type}' provided)`,

  // ------------------------------------------------------------- strings
  "str-argument": ofInference(
    (a: { type: string }) => `str() expects a string, integer or a pointer type as first argument (${a.type} provided)`,
  ),
  "string-like": (_: object) => "string-like values must be either strings, arrays or pointers",
  "string-like-array": (_: object) => "string-like arrays must contain a char-like type",
  "string-like-pointer": (_: object) => "string-like pointers must point to a char-like type",
  "buf-argument": (a: { given: string }) => `buf() expects an integer, string, or array argument but saw ${a.given}`,
  "buf-length": (a: { given: string }) => `buf() expects a length argument for non-array type ${a.given}`,
  "buf-negative": (a: { length: bigint }) => `bufcannot use negative length (${a.length})`,
  "ntop-argument": (a: { given: string }) => `ntop() expects an integer or array argument, got ${a.given}`,
  "ntop-size": (_: object) => "ntop() argument must be 4 or 16 bytes in size",
  "pton-literal": (_: object) => "pton() expects an string literal at the first argument",
  "pton-family": (a: { text: string }) => `pton() expects an string argument of an IPv4/IPv6 address, got ${a.text}`,
  "pton-address": (a: { text: string }) => `pton() expects a valid IPv4/IPv6 address, got ${a.text}`,
  "macaddr-literal": (_: object) => "macaddr() does not support literal string arguments",
  "macaddr-size": (_: object) => "macaddr() argument must be at least 6 bytes in size",
  "strncmp-length": (_: object) => "Builtin strncmp requires a non-negative literal",
  "str-negative": ofInference((a: { length: bigint }) => `strcannot use negative length (${a.length})`),
  "str-too-long": (a: { length: bigint; max: number }) =>
    `length param (${a.length}) is too long and will be shortened to ${a.max} bytes (see BPFTRACE_MAX_STRLEN)`,
} as const satisfies Words;
