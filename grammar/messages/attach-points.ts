/** Messages about attach points (language.md 19.6, probes-and-cli.md 1, 3 and 5). */
type Words = Record<string, (args: never) => string>;

export const ATTACH_POINTS = {
  "invalid-probe-type": (a: { text: string }) => `Invalid probe type: ${a.text}`,
  "invalid-provider": (a: { text: string }) => `Invalid provider: '${a.text}'`,
  "no-provider-matched": (a: { text: string }) => `No probe type matched for ${a.text}`,
  "no-attach-points": () => "No attach points for probe",
  "part-count": (a: { provider: string; allowed: string; found: number }) =>
    `${a.provider} probe type requires ${a.allowed} arguments, found ${a.found}`,
  "positional-in-attach-point": (a: { after: string }) =>
    `invalid trailing character for positional param: ${a.after}. Try quoting this entire part if this is intentional e.g. "$${a.after}".`,
  "no-matches": (a: { provider: string; target: string }) => `No matches for ${a.provider} ${a.target}.`,
  "no-matches-skipped": (a: { provider: string; target: string }) =>
    `No matches for ${a.provider} ${a.target}. Skipping.`,
  "too-many-programs": (a: { count: number; limit: number }) =>
    `Your program is trying to generate more than ${a.count} BPF programs, which exceeds the current limit of ${a.limit}`,
  "empty-probe": () =>
    "Probe has no valid attach points. If this is expected, set the 'missing_probes' config variable to 'warn'.",
  "empty-probe-removed": () =>
    "Probe has no valid attach points. It is being removed which may cause issues with program behavior.",
  "probe-too-large": (a: { instructions: number }) =>
    `Probe is too large: it would need more than ${a.instructions} BPF instructions`,
  "too-many-maps": (a: { maps: number }) => `Probe uses too many maps: a BPF program can use at most ${a.maps}`,
  "memory-too-large": (a: { bytes: number }) => `Value is too large: a probe has room for ${a.bytes} bytes of values`,
  "stack-too-large": () =>
    "Stack size is too large. Trying moving some scratch variables into maps or try setting a lower on_stack_limit " +
    "(e.g. `config = { on_stack_limit=16 }`)",
  "invalid-rate": (a: { provider: string; error: string }) => `Invalid rate of ${a.provider} probe: ${a.error}`,
  "rate-too-small": (a: { provider: string; found: bigint }) =>
    `Invalid rate of ${a.provider} probe. Minimum is 1000 or 1us. Found: ${a.found} nanoseconds`,
  "unknown-unit": (a: { unit: string }) => `${a.unit} is not an accepted unit of time`,
  "rate-not-positive": (a: { provider: string }) => `${a.provider} frequency should be a positive integer`,
  "function-dangerous": (a: { match: string }) =>
    `Attaching to dangerous function: ${a.match}. bpftrace has added mitigations to prevent a kernel deadlock but they ` +
    "may result in some lost events.",
  "function-copies": (a: { symbol: string; count: number }) =>
    `${a.symbol} is the name of ${a.count} functions of the kernel; which of them this probe is on, the kernel decides`,
  "trampoline-program": () => "the 'bpf' variant of this probe requires a bpf program name and optional bpf program id",
  "trampoline-program-id": () => "bpf program id must be a number or '*'",
  "trampoline-parts": () => "Only the 'bpf' variant of this probe supports 4 arguments",
  "trampoline-target": () => "fentry/fexit should specify a function",
  "iterator-parts": () => "iter probe type takes 2 arguments (1 optional)",
  "iterator-name": () => "iter should specify a iterator's name",
  "iterator-wildcard": () => "iter probe type does not support wildcards",
  "iterator-unheard": (a: { name: string }) =>
    `${a.name}() in a pinned iterator is heard by nobody: it runs when there is no tracer`,
  "iterator-unavailable": (a: { name: string }) => `iter ${a.name} not available for your kernel version.`,
  "iterator-over-map": (a: { name: string }) => `iter:${a.name} walks a map, and no probe can say which`,
  "one-attach-point": (a: { provider: string }) => `${a.provider} probe only supports one attach point.`,
  "function-ambiguous": (a: { name: string }) =>
    `ambiguous attach point, please specify module containing the function '${a.name}'`,
  "counter-wildcard": (a: { provider: string }) => `wildcards are not allowed for ${a.provider} probe type`,
  "unknown-event": (a: { provider: string; event: string }) => `${a.event} is not a ${a.provider} probe`,
  "invalid-count": (a: { provider: string; error: string }) => `Invalid count for ${a.provider} probe: ${a.error}`,
  "count-not-positive": (a: { provider: string; countName: string }) =>
    `${a.provider} ${a.countName} should be a positive integer`,
  "watchpoint-address": (a: { error: string }) => `Invalid function/address argument: ${a.error}`,
  "watchpoint-length-text": (a: { error: string }) => `Invalid length argument: ${a.error}`,
  "watchpoint-zero": () => "watchpoint must be attached to a non-zero address",
  "watchpoint-length": () => "watchpoint length must be one of (1,2,4,8)",
  "watchpoint-letters": () => "watchpoint mode must be combination of (r,w,x)",
  "watchpoint-duplicate": () => "watchpoint modes may not be duplicated",
  "watchpoint-mode": (a: { mode: string }) => `invalid watchpoint mode: ${a.mode}`,
  "watchpoint-alignment": (a: { bytes: bigint }) => `watchpoint address must be a multiple of its length (${a.bytes})`,
  "self-trigger": (a: { trigger: string }) => `${a.trigger} is not a supported trigger`,
  "self-signal": (a: { signal: string }) => `${a.signal} is not a supported signal`,
  "trial-needs-name": (a: { provider: string }) => `${a.provider} probes must have a name`,
  "name-used-twice": (a: { name: string; provider: string }) =>
    `"${a.name}" was used as the name for more than one ${a.provider.toUpperCase()} probe`,
  "name-used-before": () => "this is the other instance",
  "offset-not-allowed": () => "Offset not allowed",
  "several-offsets": () => "Cannot take more than one offset",
  "invalid-offset": (a: { error: string }) => (a.error === "" ? "Invalid offset" : `Invalid offset: ${a.error}`),
  "address-needs-unsafe": () => "Probing by address requires --unsafe",
  "wildcard-with-address": () => "Cannot use wildcards with absolute address",
  "module-not-loaded": (a: { module: string; name: string }) =>
    `specified module ${a.module} in probe ${a.name} is not loaded.`,
  "kprobe-not-traceable": (a: { symbol: string }) =>
    `${a.symbol} is not traceable (either non-existing, inlined, or marked as "notrace"); attaching to it will likely fail`,
  "kprobe-ambiguous": (a: { symbol: string; count: number }) =>
    `${a.symbol} is ambiguous: ${a.count} functions of the kernel have this name`,
  "kprobe-target": () => "kprobes should be attached to a function or an address",
  "uprobe-target": () => "uprobe should be attached to a function and/or address",
  "uprobe-needs-target": () => "uprobe should have a target",
  "uprobe-language": (a: { language: string }) => `unsupported language type: ${a.language}`,
  "uprobe-source-location": () => "Source code location not allowed",
  "location-format": () => "Invalid uprobe arguments, expected format: uprobe:TARGET@FILE:LINE[:COL]",
  "location-needs-target": () => "Unspecified target binary, cannot attach by source code location.",
  "location-wildcard": () => "Cannot use wildcards with source code location",
  "location-line": (a: { error: string }) => `Invalid line number: ${a.error}`,
  "location-column": (a: { error: string }) => `Invalid column number: ${a.error}`,
  "also-inlined": (a: { symbol: string; count: number }) =>
    `${a.symbol} was also inlined: this probe does not see ${a.count} of its copies`,
  "also-cloned": (a: { symbol: string; count: number }) =>
    `${a.symbol} was also copied for some of its callers: this probe does not see ${a.count} of its copies`,
  "inline-return": () => "Inlined functions do not return: there is no uretprobe on them",
  "inline-wildcard": () => "Cannot use wildcards with inlined functions",
  "location-no-debug-info": (a: { path: string }) =>
    `No DWARF debug info found for '${a.path}', cannot attach by source code location.`,
  "location-no-file": (a: { file: string }) => `DWARF error: No compilation unit matches ${a.file}`,
  "location-ambiguous": (a: { files: string }) =>
    `DWARF error: Ambiguous source path, matches multiple files: ${a.files}`,
  "location-no-line": (a: { place: string }) => `DWARF error: Unable to map '${a.place}' to address`,
  "target-missing": (a: { provider: string; target: string }) =>
    `${a.provider} target file '${a.target}' does not exist or is not executable`,
  "several-targets": (a: { provider: string; path: string; count: number }) =>
    `attaching to ${a.provider} target file '${a.path}' but matched ${a.count} binaries`,
  "uprobe-unresolved": (a: { place: string }) => `Could not resolve symbol: ${a.place}`,
  "function-outside": (a: { symbol: string; bytes: bigint }) =>
    `Offset outside the function bounds ('${a.symbol}' size is ${a.bytes})`,
  "uprobe-unknown-size": (a: { symbol: string }) => `Could not determine boundary for ${a.symbol} (symbol has size 0).`,
  "uprobe-stripped": (a: { probe: string }) =>
    `Could not determine instruction boundary for ${a.probe} (binary appears stripped).`,
  "uprobe-stripped-unsafe": (a: { probe: string }) =>
    `Could not determine instruction boundary for ${a.probe} (binary appears stripped). ` +
    "Misaligned probes can lead to tracee crashes!",
  "uprobe-middle": (a: { place: string }) => `Could not add uprobe into middle of instruction: ${a.place}`,
  "uprobe-middle-unsafe": (a: { place: string }) => `Unsafe uprobe in the middle of the instruction: ${a.place}`,
  "uprobe-undecodable": (a: { place: string }) => `Failed to check if uprobe is in proper place: ${a.place}`,
  "uprobe-undecodable-unsafe": (a: { place: string }) => `Unchecked uprobe: ${a.place}`,
  "uprobe-obstacle": (a: { place: string; obstacle: string }) =>
    `The kernel puts no probe on an instruction ${a.obstacle}: ${a.place}`,
  "uretprobe-offset": (a: { place: string }) =>
    `uretprobes cannot be attached at function offset. (address resolved to: ${a.place})`,
  "uretprobe-harm": (a: { place: string; reason: string }) =>
    `uretprobe would break the program at ${a.place}: ${a.reason}`,
  "uretprobe-harm-unsafe": (a: { place: string; reason: string }) => `Unsafe uretprobe at ${a.place}: ${a.reason}`,
  "points-left-out": (a: { reasons: string }) => a.reasons,
  "tracepoint-target": () => "tracepoint probe must have a target",
  "rawtracepoint-needs-btf": () => "rawtracepoints require kernel BTF. Try using a 'tracepoint' instead.",
  "rawtracepoint-target": () => "rawtracepoint should be attached to a function",
  "target-useless": (a: { provider: string; path: string; reason: string }) =>
    `${a.provider} target file '${a.path}' ${a.reason}`,
  "usdt-needs-name": () => "usdt probe must have a target function or wildcard",
  "usdt-needs-target": () =>
    "usdt probe must specify at least path or pid to probe. To target all paths/pids set the path to '*'.",
} as const satisfies Words;
