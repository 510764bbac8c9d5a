/** Unknown and misplaced names, scopes, maps, config (language.md 10, 11, 13, 14, 16, 19.2, 20.2). */
import { ofInference } from "./stage.js";

type Words = Record<string, (args: never) => string>;

interface Named {
  readonly name: string;
}

export const NAMES = {
  "identifier-unknown": (a: Named) => `Unknown identifier: '${a.name}'`,
  "sarg-gone": (_: object) => "sarg* is deleted. This was deprecated in v0.21 and was last available in v0.24.",
  "function-unknown": ofInference((a: Named) => `Unknown function: '${a.name}'`),

  // ------------------------------------------------------------- variables
  "variable-undefined": (a: Named) => `Undefined or undeclared variable: ${a.name}`,
  "variable-shadowed": (a: Named) => `Variable ${a.name} was already declared. Variable shadowing is not allowed.`,
  "loop-shadows": (a: Named) => `Loop declaration shadows existing variable: ${a.name}`,
  "variable-unassigned-use": (a: Named) => `Variable used before it was assigned: ${a.name}`,
  "variable-never-assigned": (a: Named) => `Variable ${a.name} was never assigned to.`,
  /** Context lines of the messages above. */
  "variable-elsewhere": (a: Named) => `This ${a.name} is another one: it cannot be seen from there.`,
  "variable-origin": (a: { how: "declaration" | "assignment" | "loop" }) => VARIABLE_ORIGINS[a.how],

  // ------------------------------------------------------------- maps
  "map-undefined": ofInference((a: Named) => `Undefined map: ${a.name}`),
  "map-unknown": ofInference((a: Named) => `Unknown map: ${a.name}`),
  "map-now-scalar": (a: Named) =>
    `${a.name} used as a map without an explicit key (scalar map), previously used with an explicit key (non-scalar map)`,
  "map-now-keyed": (a: Named) =>
    `${a.name} used as a map with an explicit key (non-scalar map), previously used without an explicit key (scalar map)`,
  /** A context line of the messages above. */
  "map-first-use": (a: Named & { isKeyed: boolean }) => `${a.name} has ${a.isKeyed ? "a key" : "no key"} here.`,
  "map-kind-unknown": (a: Named) => `Invalid bpf map type: ${a.name}`,
  "map-unused": (a: Named) => `Unused map: ${a.name}`,

  // ------------------------------------------------------------- control flow
  "jump-outside-loop": (a: { word: string; where: "probe" | "prog" | "macro" }) =>
    `'${a.word}' statement is not allowed in a ${a.where}`,
  "context-in-loop": (a: Named) => `'${a.name}' builtin is not allowed in a for-loop`,
  "statement-unreachable": (_: object) => "Unreachable statement.",
  "expression-unreachable": (_: object) => "Unreachable expression; block type is implicitly none.",
  "while-deprecated": (_: object) => "While loops are deprecated and may be removed in the future.",
  "import-in-block": (_: object) =>
    "Import statements that are not at the top level are primarily for the standard library. If this is functionality you need, please file an issue to explain why.",

  // ------------------------------------------------------------- builtins (language.md 20.2)
  "args-unavailable": (a: { probeType: string }) =>
    `The args builtin can only be used with tracepoint, rawtracepoint, fentry/fexit, and uprobe probes (${a.probeType} used here)`,
  "args-no-parameters": () => "Cannot read function parameters",
  "args-unparsable": (a: { probe: string; reason: string }) => `Could not parse arguments of "${a.probe}": ${a.reason}`,
  "arg-unavailable": (a: Named) => `The ${a.name} builtin can only be used with 'kprobes', 'uprobes' and 'usdt' probes`,
  "arg-unreadable": (a: Named & { text: string; probe: string; reason: string }) =>
    `${a.name} cannot be read: '${a.text}' of ${a.probe} ${a.reason}`,
  "arg-register": (a: Named & { arch: string }) => `${a.arch} doesn't support ${a.name}`,
  "retval-unavailable": (a: { instead: string | undefined }) =>
    `The retval builtin can only be used with 'kretprobe' and 'uretprobe' and 'fentry' probes${
      a.instead === undefined ? "" : ` (try to use ${a.instead} instead)`
    }`,
  "usermode-unavailable": (_: object) => "'usermode' builtin is only supported on x86_64",
  "func-unavailable": (a: { provider: string }) => `The func builtin can not be used with '${a.provider}' probes`,
  "func-unknown-on-return": (_: object) =>
    "func is 0 on return from functions of programs: Linux knows it from 6.6 on; `probe` has its name",
  "ctx-unavailable": (a: { provider: string }) => `The ctx builtin can not be used with '${a.provider}' probes`,
  "key-context": (_: object) => "context cannot be part of a map key",
  "ctx-replaced": (a: { provider: string; instead: string }) => `Use ${a.instead} instead of ctx in ${a.provider}`,

  // ------------------------------------------------------------- config (language.md 16.1)
  "config-unknown": (a: Named) => `${a.name}: not a known configuration option`,
  "config-number": (a: Named & { value: string }) => `${a.name}: expecting a number, got ${a.value}`,
  "config-range": (a: Named & { value: string; most: number }) =>
    `${a.name}: expecting a number from 0 to ${a.most}, got ${a.value}`,
  "config-bool": (a: Named) => `${a.name}: Invalid bool value: valid values are true, false, 1 or 0.`,
  "config-choice": (a: Named & { what: string; values: string }) =>
    `${a.name}: Invalid value for ${a.what}: valid values are ${a.values}.`,
  "config-license": (a: { value: string; values: string }) =>
    `Invalid value for license. Found: ${a.value}. Valid values: ${a.values}. Read more about BPF programs and licensing: https://docs.kernel.org/bpf/bpf_licensing.html#using-bpf-programs-in-the-linux-kernel`,
  "environment-unknown": (a: Named) => `${a.name} is no environment variable that is read`,
  "config-environment-only": (a: Named) => `${a.name}: can only be set as an environment variable`,
  "config-renamed": (a: { from: string; to: string }) => `${a.from} has been renamed, please use ${a.to}`,
  "config-no-effect": (a: Named) => `${a.name} is deprecated and has no effect`,
  "feature-unstable": (a: { feature: string; words: string }) =>
    `Script is using an unstable feature: ${a.words}. To prevent this warning you must explicitly enable it in the config e.g. unstable_${a.feature}=enable`,
  "feature-disabled": (a: { feature: string }) =>
    `${a.feature} feature is not enabled by default. To enable this unstable feature, set the config flag to enable. unstable_${a.feature}=enable`,

  // ------------------------------------------------------------- macros (language.md 14)
  "macro-recursion": (a: { chain: readonly string[] }) =>
    `Recursive macro call detected. Call chain: ${a.chain.join(" > ")}`,
  "macro-redefined": (a: Named) => `Redefinition of macro: ${a.name}`,
  /** A context line of the message above. */
  "macro-original": (_: object) => "This is the original definition.",
  "macro-recursion-c": (a: Named) => `Macro recursion: ${a.name}`,
  "macro-too-deep": (a: { limit: number }) => `Macros are nested too deeply (the limit is ${a.limit} levels)`,
  "macro-too-large": (a: { limit: number }) => `Macros make more than ${a.limit} parts of a program of this call`,
  "macro-no-expression": (a: { text: string }) => `unable to expand macro as an expression: ${a.text}`,
  "macro-parameter-twice": (a: Named & { what: "Variable" | "Ident" | "Map" }) =>
    `${a.what} for macro argument has already been used: ${a.name}`,
  "macro-shadows-parameter": (a: Named) => `Variable declaration shadows macro arg ${a.name}`,
  "macro-map": (a: Named) => `Unhygienic access to map: ${a.name}. Maps must be passed into the macro as arguments.`,
  "macro-type-parameter": (a: Named & { param: string; type: string }) =>
    `Invalid replacement for macro '${a.name}' type parameter '${a.param}' which makes up the type '${a.type}'`,

  // ------------------------------------------------------------- programs and arrays of them
  "program-redefined": (a: Named) => `Redefinition of program: ${a.name}`,
  /** A context line of the message above. */
  "program-original": (_: object) => "This is the original definition.",
  "program-name": (a: Named) => `'${a.name}' is a builtin: a program can not have its name`,
  "program-unknown": (a: Named) => `Unknown program: '${a.name}'`,
  "program-unreached": (a: Named) => `Program ${a.name} is never run: no probe comes to it by tail_call()`,
  "program-contexts": (a: Named & { first: string; second: string }) =>
    `Program ${a.name} can be reached from ${a.first} and from ${a.second}: ` +
    "they must be of one provider, and have the same arguments",
  /** A context line of the message above. */
  "program-reached-here": (a: { probe: string }) => `It is reached from ${a.probe} here.`,
  "program-array-value": (a: { map: string; type: string }) =>
    `Type mismatch for ${a.map}: a progarray holds programs, and this is of type '${a.type}'`,
  "program-array-operator": (a: { map: string; op: string }) =>
    `${a.op} can not be used with ${a.map}: a progarray holds programs`,
  "program-array-index-type": (a: { map: string; type: string }) =>
    `Slots of ${a.map} are numbers, and this is of type '${a.type}'`,
  "program-array-index": (a: { map: string; index: bigint; entries: bigint }) =>
    `Index ${a.index} is out of range: ${a.map} has ${a.entries === 1n ? "one slot" : `${a.entries} slots`}`,
  "program-array-call": (a: { call: string; map: string }) =>
    `${a.call}() can not be used with ${a.map}: it is a progarray`,
  "program-array-empty": (a: { map: string }) => `${a.map} must have at least one slot`,
  "program-array-needed": (a: { map: string }) =>
    `tail_call() expects a progarray (\`let ${a.map} = progarray(N);\`), and ${a.map} is none`,
  /** A context line of the messages above. */
  "program-array-here": (a: { map: string }) => `${a.map} is declared here.`,
  "tail-call-unsupported": (_: object) =>
    "tail_call() needs a kernel where programs with functions of their own have tail calls (Linux 5.10 on x86_64)",
} as const satisfies Words;

const VARIABLE_ORIGINS = {
  declaration: "This is the initial declaration.",
  assignment: "This is the initial assignment.",
  loop: "This is the loop variable.",
} as const;
