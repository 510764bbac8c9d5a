/**
 * What the running kernel can do: one row for each feature, found out by trying (style.md 6).
 *
 * A probe has three answers. Only "yes" and "no" are remembered; "could not tell" falls back on the kernel's
 * version, and is asked again next time.
 */
import { MAP_TYPE, PROGRAM_TYPE } from "../../codegen/kernel/bpf.js";
import type { HelperName } from "../../codegen/kernel/helpers.js";
import { assembleSmall } from "../../codegen/kernel/small-program.js";
import { type VerifierFact, type VerifierFactName, VERIFIER_FACTS } from "../../codegen/kernel/verifier-facts.js";
import type { Feature, KernelVersion } from "../../codegen/facts.js";
import type { Btf } from "../../codegen/btf/index.js";
import { isAtLeast } from "./kernel-version.js";
import {
  helperCall,
  createMap,
  INSTRUCTIONS,
  loadProgram,
  loadTailCall,
  linkPerfEvent,
  linkKprobes,
  linkUprobes,
  attachTracing,
  type Outcome,
} from "./feature-calls.js";

/** What probes may use. */
export interface FeatureHost {
  readonly version: KernelVersion;
  /** What `uname -v` prints. */
  readonly build: string;
  readonly btf: Btf | undefined;
  fileExists(path: string): boolean;
}

export type Answer = "yes" | "no" | "could not tell";

interface FeatureRow {
  /** The first kernel that has it. */
  readonly since: readonly [major: number, minor: number];
  probe(host: FeatureHost): Answer;
}

/** Errors that say nothing about the feature: we may not even try. */
const UNTELLING: ReadonlySet<string> = new Set(["EPERM", "ENOMEM", "EAGAIN", "EMFILE", "ENFILE"]);

/** Yes when the call ends as it does on kernels that have the feature. */
function judge(outcome: Outcome, ...asExpected: readonly Outcome[]): Answer {
  if (asExpected.includes(outcome)) return "yes";
  return UNTELLING.has(outcome) ? "could not tell" : "no";
}

/** A helper that exists accepts its arguments or complains about them; an unknown one is EINVAL. */
const helper = (name: HelperName) => (): Answer =>
  judge(loadProgram({ type: PROGRAM_TYPE.tracepoint, instructions: helperCall(name) }), "ok", "EACCES");

const loads = (instructions: Uint8Array) => (): Answer =>
  judge(loadProgram({ type: PROGRAM_TYPE.tracepoint, instructions }), "ok");

/** What verifiers have not always done, or do no longer. */
function verifier(name: VerifierFactName): FeatureRow {
  const { fixedIn, lostIn, asked, probe }: VerifierFact = VERIFIER_FACTS[name];
  if (asked === "by probe") return { since: fixedIn, probe: loads(assembleSmall(probe)) };
  const isLost = ({ version }: FeatureHost): boolean => lostIn !== undefined && isAtLeast(version, ...lostIn);
  return { since: fixedIn, probe: (host) => (isLost(host) ? "no" : "could not tell") };
}

const ROWS: { readonly [F in Feature]: FeatureRow } = {
  "attach-cookie": { since: [5, 15], probe: helper("get_attach_cookie") },
  // Without a perf event EBADF; a kernel without such links has found the attach type wrong before.
  "perf-event-link": { since: [5, 15], probe: () => judge(linkPerfEvent(), "EBADF") },
  "ring-buffer": {
    since: [5, 8],
    probe: () => judge(createMap({ type: MAP_TYPE["ring-buffer"], keyBytes: 0, valueBytes: 0, entries: 4096 }), "ok"),
  },
  loop: { since: [5, 17], probe: helper("loop") },
  "iter-num": { since: [6, 4], probe: hasIterNum },
  "may-goto": { since: [6, 9], probe: loads(INSTRUCTIONS.mayGoto) },
  "isa-v4": { since: [6, 6], probe: loads(INSTRUCTIONS.signExtendingMove) },
  kprobe: { since: [4, 1], probe: (host) => (KPROBE_FILES.some((path) => host.fileExists(path)) ? "yes" : "no") },
  // The list of addresses cannot be read: a kernel that gets so far has the link.
  "kprobe-multi": { since: [5, 18], probe: () => judge(linkKprobes("kprobe-multi"), "EFAULT") },
  "kprobe-session": { since: [6, 10], probe: () => judge(linkKprobes("kprobe-session"), "EFAULT") },
  // The root directory is no file with code in it.
  "uprobe-multi": { since: [6, 6], probe: () => judge(linkUprobes("/"), "EBADF") },
  // Older kernels have the helper, and it answers 0.
  "user-func-ip": { since: [6, 6], probe: () => "could not tell" },
  "uprobe-multi-pid": { since: [6, 10], probe: hasUprobeFilter },
  fentry: { since: [5, 5], probe: hasTrampolines },
  "map-lookup-percpu-elem": { since: [5, 19], probe: helper("map_lookup_percpu_elem") },
  "ktime-tai": { since: [6, 1], probe: helper("ktime_get_tai_ns") },
  "tail-calls": { since: [5, 10], probe: () => judge(loadTailCall(), "ok") },
  // Only where such a function is attached to does it show.
  "stack-arguments": { since: [6, 6], probe: () => "could not tell" },
  "current-task-btf": { since: [5, 11], probe: helper("get_current_task_btf") },
  "compare-exchange": { since: [5, 12], probe: loads(INSTRUCTIONS.compareExchange) },
  // Kernels have lost these.
  "steady-raw-tracepoints": { since: [4, 17], probe: hasSteadyTracepoints },
  "steady-syscall-events": { since: [4, 7], probe: hasSteadySyscallEvents },
  "narrowed-spills": verifier("narrowed-spills"),
  "rotated-loops": verifier("rotated-loops"),
  "may-goto-in-large-frames": verifier("may-goto-in-large-frames"),
};

/** Without CONFIG_KPROBE_EVENTS neither is there. */
const KPROBE_FILES: readonly string[] = [
  "/sys/bus/event_source/devices/kprobe/type",
  "/sys/kernel/tracing/kprobe_events",
];

/** Kernels that look for a process look for it before the file, and there is none of that number. */
function hasUprobeFilter(): Answer {
  const hasLink = judge(linkUprobes("/"), "EBADF");
  return hasLink === "yes" ? judge(linkUprobes("/", -1), "EINVAL") : hasLink;
}

/**
 * From Linux 7.0 on tracepoints leave preemption on, and so do the programs of raw ones (perf events turn it off for
 * theirs). The kernel runs none while the same one runs on the CPU, so whoever comes in between is not seen. A kernel
 * that can preempt says so in the description of its build; that it could be told not to is not asked.
 */
function preemptsTracepoints({ version, build }: FeatureHost): boolean {
  return isAtLeast(version, 7, 0) && /\bPREEMPT/.test(build);
}

function hasSteadyTracepoints(host: FeatureHost): Answer {
  return preemptsTracepoints(host) ? "no" : "yes";
}

/** Programs of such events may sleep there, or could: preemption stays on, and while one runs no other does on that CPU. */
function hasSteadySyscallEvents(host: FeatureHost): Answer {
  const isFaultable = preemptsTracepoints(host) && host.btf?.find("func", "trace_call_bpf_faultable") !== undefined;
  return isFaultable ? "no" : "yes";
}

/** Calls of kfuncs go by their BTF id, so a kernel without BTF has none. */
function hasIterNum(host: FeatureHost): Answer {
  return host.btf?.find("func", "bpf_iter_num_new") === undefined ? "no" : "yes";
}

/** A function that the kernel has for being traced in tests: nobody else calls it. */
export const TRACEABLE_FUNCTION = "bpf_fentry_test1";

function hasTrampolines(host: FeatureHost): Answer {
  const id = host.btf?.find("func", TRACEABLE_FUNCTION);
  if (id === undefined) return "no";
  const outcome = attachTracing(id);
  // Kernels that forbid changing their code say EPERM as well; but then other programs load.
  return outcome === "EPERM" && loads(INSTRUCTIONS.nothing)() === "yes" ? "no" : judge(outcome, "ok");
}

/** Answers each question at most once, unless it could not tell. */
export class FeatureProbes {
  readonly #host: FeatureHost;
  readonly #known = new Map<Feature, boolean>();

  /** @param without features that count as missing, whatever the kernel says */
  constructor(host: FeatureHost, without: Iterable<Feature> = []) {
    this.#host = host;
    for (const feature of without) this.#known.set(feature, false);
  }

  supports(feature: Feature): boolean {
    const known = this.#known.get(feature);
    if (known !== undefined) return known;
    const row = ROWS[feature];
    const answer = row.probe(this.#host);
    if (answer === "could not tell") return isAtLeast(this.#host.version, ...row.since);
    this.#known.set(feature, answer === "yes");
    return answer === "yes";
  }
}

/** For `--info` and for tests: the first kernel that has a feature. */
export const firstKernelWith = (feature: Feature): string => ROWS[feature].since.join(".");
